"""Play records as tablets send them, and the receipt they get."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from dodam.features.content.models.motions import HandClassLabel, TherapyHand
from dodam.features.therapy.models.plans import MotionId
from dodam.platform.masking.sensitive import Sensitive


class PlayRecord(Struct, frozen=True):
    """One play of one motion, as the tablet saw it.

    `id` and `session_id` are made by the tablet (UUIDv7). Times carry an offset; `sent_at` is
    what the tablet's clock shows when it sends, by which a wrong clock is noticed and corrected.
    `payload` is the game's own JSON object, at most 16 KiB.
    """

    id: UUID
    session_id: UUID
    motion: MotionId
    hand: Annotated[TherapyHand, Sensitive]
    started_at: Annotated[datetime, Meta(tz=True)]
    duration_ms: Annotated[int, Meta(ge=0, le=3_600_000)]
    repetitions: Annotated[int, Meta(ge=0, le=10_000)]
    successes: Annotated[int, Meta(ge=0, le=10_000)]
    accuracy: Annotated[float, Meta(ge=0, le=1)] | None = None
    score: Annotated[int, Meta(ge=0, le=1_000_000_000)] | None = None
    difficulty: Annotated[int, Meta(ge=1, le=10)] | None = None
    label: Annotated[HandClassLabel, Sensitive] | None = None
    device: Annotated[str, Meta(max_length=100, pattern=r"^[^\x00]*$"), Sensitive] | None = None
    payload: Annotated[dict[str, Any], Sensitive] | None = None
    sent_at: Annotated[datetime, Meta(tz=True)] | None = None


class DeviceClock(StrEnum):
    """How far the time of a play can be trusted.

    `corrected` was shifted by the difference between the tablet's clock and ours at sending;
    `untrusted` lay in the future or more than a year back, and counts when it was received.
    """

    TRUSTED = "trusted"
    CORRECTED = "corrected"
    UNTRUSTED = "untrusted"


class Fate(StrEnum):
    """What became of one uploaded record."""

    CREATED = "created"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"


class Reason(Struct, frozen=True, omit_defaults=True):
    """Why, in a stable code and a sentence in the caller's language; `field` where one is named."""

    code: str
    message: str
    field: str | None = None


class RecordFate(Struct, frozen=True):
    """The fate of the record at `index` of the upload (0-based).

    `reason` says why a record was rejected; `notice` says what was done to one that was kept
    (`clock_corrected`, `clock_untrusted`; of a result of a game `beyond_limits`), `flags` what is
    odd about one that was kept and counts all the same. `therapy_day` is the day it counts for.
    """

    index: int
    id: UUID | None
    fate: Fate
    therapy_day: date | None = None
    reason: Reason | None = None
    notice: Reason | None = None
    flags: list[Reason] | UnsetType = UNSET


class UploadReceipt(Struct, frozen=True):
    """The answer to an upload: how many were created, and the fate of every record, in order."""

    created: int
    duplicates: int
    rejected: int
    records: list[RecordFate]


CLOCK_TOLERANCE = timedelta(minutes=2)
FUTURE_TOLERANCE = timedelta(minutes=5)
OLDEST_PLAY = timedelta(days=366)


def true_start(
    started_at: datetime, sent_at: datetime | None, received_at: datetime
) -> tuple[datetime, DeviceClock]:
    """When a play really began, by a tablet clock that may be wrong, and how sure that is.

    A clock that differs from ours by more than two minutes at sending is taken to have been as
    wrong while playing. A start that is then still more than five minutes ahead, or more than
    366 days back, tells nothing: the time of receipt stands in for it.
    """
    clock = DeviceClock.TRUSTED
    try:
        if sent_at is not None and abs(received_at - sent_at) > CLOCK_TOLERANCE:
            started_at += received_at - sent_at
            clock = DeviceClock.CORRECTED
        if received_at - OLDEST_PLAY <= started_at <= received_at + FUTURE_TOLERANCE:
            return started_at, clock
    except OverflowError:
        pass
    return received_at, DeviceClock.UNTRUSTED
