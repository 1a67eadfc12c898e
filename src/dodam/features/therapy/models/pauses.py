"""Days on which nothing is missed: single exceptional ones, and pauses."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from dodam.platform.masking.sensitive import Sensitive

Note = Annotated[str, Meta(max_length=200, pattern=r"^[^\x00]*$"), Sensitive]


class ExceptionReason(StrEnum):
    """Why a day is exceptional."""

    ILLNESS = "illness"
    HOLIDAY = "holiday"
    HOSPITAL = "hospital"
    TRAVEL = "travel"
    OTHER = "other"


class ExceptionalDay(Struct, frozen=True, forbid_unknown_fields=True):
    reason: Annotated[ExceptionReason, Sensitive]
    note: Note | None = None


class NewPause(Struct, frozen=True, forbid_unknown_fields=True):
    """A pause from one day to another, both included; without `to_day` until it is ended."""

    from_day: Annotated[date, Sensitive]
    reason: Annotated[ExceptionReason, Sensitive]
    to_day: Annotated[date, Sensitive] | None = None
    note: Note | None = None


class PauseEnd(Struct, frozen=True, forbid_unknown_fields=True):
    """The last day that is excused."""

    on: Annotated[date, Sensitive]


class Pause(Struct, frozen=True):
    """A stretch of days that are excused as exceptional days are.

    `made_by` is the member of staff who made it; null where the guardian did.
    """

    id: UUID
    from_day: date
    to_day: date | None
    reason: Annotated[ExceptionReason, Sensitive]
    note: Note | None
    made_by: UUID | None
    created_at: datetime

    def covers(self, day: date) -> bool:
        return self.from_day <= day and (self.to_day is None or day <= self.to_day)
