"""How background work does, and what is done about work that failed."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from msgspec import Meta, Struct

from dodam.platform.jobs.models import DeadLetter, KindFigures, LateLane
from dodam.platform.masking.sensitive import Sensitive

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
# Microseconds and a job's id. 17 digits reach the year 5138, 18 stay within a bigint.
CURSOR = r"^[0-9]{17}\.[0-9]{1,18}(?!\n)$"
CURSOR_LENGTH = 36

JobIds = Annotated[
    list[Annotated[int, Meta(ge=1, le=2**63 - 1)]], Meta(min_length=1, max_length=100)
]
JobKind = Annotated[str, Meta(min_length=1, max_length=200)]


class QueueFigures(Struct, frozen=True):
    """Every kind of job, and the lanes that have not got through for ten minutes."""

    kinds: list[KindFigures]
    late: list[LateLane]


class DeadLetterPage(Struct, frozen=True):
    """The one held last first; `next_cursor` asks for the page after, null on the last."""

    letters: list[DeadLetter]
    next_cursor: str | None


class Place(Struct, frozen=True):
    """A place in the list of dead letters."""

    held_at: datetime
    id: int

    @classmethod
    def read(cls, cursor: str) -> "Place":
        """What a cursor that fits the pattern says."""
        microseconds, _, id_ = cursor.partition(".")
        return cls(_EPOCH + int(microseconds) * _MICROSECOND, int(id_))

    def cursor(self) -> str:
        return f"{(self.held_at - _EPOCH) // _MICROSECOND:017}.{self.id}"


class Replay(Struct, frozen=True, forbid_unknown_fields=True):
    """Which dead letters are to be done anew: some, or all of a kind."""

    ids: JobIds | None = None
    kind: JobKind | None = None


class Replayed(Struct, frozen=True):
    """How many are done anew. Of those asked for, `still_held` are not.

    For the same work waits or is under way already, or because there were more than are replayed
    at once, 10,000.
    """

    replayed: int
    still_held: int


class Discard(Struct, frozen=True, forbid_unknown_fields=True):
    """Which dead letters are to be dropped, and why."""

    ids: JobIds
    reason: Annotated[str, Meta(min_length=3, max_length=500), Sensitive]


class Discarded(Struct, frozen=True):
    """How many were dropped, and how many are done once more.

    A delivery of facts in their order is done once more if its own fact was delivered by another,
    for then the next waits for it.
    """

    discarded: int
    done_instead: int
