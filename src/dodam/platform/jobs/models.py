"""What is told of the queue."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct


class DeadLetter(Struct, frozen=True):
    """One job that was given up. `lane` is null for a kind that this release does not know.

    `reason` names no person: it is what a task said of itself, or the kind of another failure.
    """

    id: int
    kind: str
    lane: str | None
    created_at: datetime
    held_at: datetime
    attempts: int
    reason: str


class HeldLately(Struct, frozen=True):
    """How many jobs of a kind were given up lately, and for which reason most of them."""

    kind: str
    count: int
    reason: str


class ReplayedJobs(Struct, frozen=True):
    """The jobs that are done anew, and how many of those asked for are held all the same.

    One stays held while the same work waits or is under way already; so does what is too much for
    one go.
    """

    ids: Sequence[int]
    still_held: int


class DiscardedJob(Struct, frozen=True):
    """A job that was given up for good, unless another event's delivery is owed to it.

    Then it is done once more, for that event.
    """

    id: int
    kind: str
    reason: str
    done_instead: bool


class KindFigures(Struct, frozen=True):
    """One kind of job. `lane` is null for a kind that this release does not know.

    Now: `waiting` jobs are to be done later, `due` ones as soon as there is room, since
    `oldest_due`; `held` ones are dead letters. In the last hour: how many were `done`, and how
    often one was `put_off` or `given_up`.
    """

    kind: str
    lane: str | None
    waiting: int = 0
    due: int = 0
    under_way: int = 0
    held: int = 0
    oldest_due: datetime | None = None
    done: int = 0
    put_off: int = 0
    given_up: int = 0


class LateLane(Struct, frozen=True):
    """A lane that does not get through; its oldest work waits `since`."""

    lane: str
    since: datetime
