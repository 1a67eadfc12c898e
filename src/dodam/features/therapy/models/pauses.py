"""Pauses: stretches of days on which nothing is missed."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from dodam.features.therapy.models.results import ExceptionReason

Note = Annotated[str, Meta(max_length=200, pattern=r"^[^\x00]*$")]


class NewPause(Struct, frozen=True, forbid_unknown_fields=True):
    """A pause from one day to another, both included; without `to_day` until it is ended."""

    from_day: date
    reason: ExceptionReason
    to_day: date | None = None
    note: Note | None = None


class Pause(Struct, frozen=True):
    """A stretch of days that are excused as exceptional days are.

    `made_by` is the member of staff who made it; null where the guardian did.
    """

    id: UUID
    from_day: date
    to_day: date | None
    reason: ExceptionReason
    note: Note | None
    made_by: UUID | None
    created_at: datetime

    def covers(self, day: date) -> bool:
        return self.from_day <= day and (self.to_day is None or day <= self.to_day)
