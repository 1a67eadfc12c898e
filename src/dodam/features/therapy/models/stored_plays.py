"""Plays as guardians and the care team see them."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from msgspec import Struct

from dodam.features.content.models.motions import HandClassLabel, TherapyHand
from dodam.features.therapy.models.corrections import CorrectionKind, PlayStanding
from dodam.features.therapy.models.plausibility import Flag
from dodam.features.therapy.models.plays import DeviceClock
from dodam.platform.masking.sensitive import Sensitive


class PlayCorrection(Struct, frozen=True):
    """The last correction of a play, the `number`-th of the child; `made_by` is staff."""

    number: int
    kind: CorrectionKind
    reason: Annotated[str, Sensitive] | None
    made_by: UUID
    made_at: datetime


class Play(Struct, frozen=True):
    """A play as it was uploaded, and what was found or done since.

    `device_started_at` is what the tablet's clock said, where that could not be true. `overlaps` is
    whether another play of the child that counts was under way at the same time, by more than a
    second. A play that is `voided` or `reassigned` is in no sum.
    """

    id: UUID
    session_id: UUID
    motion: str
    hand: Annotated[TherapyHand, Sensitive]
    therapy_day: date
    started_at: datetime
    duration_ms: int
    repetitions: int
    successes: int
    accuracy: float | None
    score: int | None
    difficulty: int | None
    label: HandClassLabel | None
    device: Annotated[str, Sensitive] | None
    clock: DeviceClock
    device_started_at: datetime | None
    received_at: datetime
    flags: list[Flag]
    overlaps: bool
    standing: PlayStanding
    correction: PlayCorrection | None


class PlayPage(Struct, frozen=True):
    """The plays of days from `from_day` to `to_day`, the latest first.

    `next_cursor` asks for the page after, null on the last.
    """

    child_id: UUID
    from_day: date
    to_day: date
    plays: list[Play]
    next_cursor: UUID | None
