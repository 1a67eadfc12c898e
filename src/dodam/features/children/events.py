"""Facts about children."""

from datetime import date
from typing import Annotated
from uuid import UUID

from dodam.platform.database import Event
from dodam.platform.masking.sensitive import Sensitive


class ChildRegistered(Event, frozen=True, tag="children.registered.v1"):
    """A guardian has a child more."""

    child_id: UUID
    guardian_id: UUID


class ChildRemoved(Event, frozen=True, tag="children.removed.v1"):
    """A child is hidden: its guardian removed it, or left."""

    child_id: UUID
    guardian_id: UUID


class ChildRestored(Event, frozen=True, tag="children.restored.v1"):
    """A child that was hidden is there again."""

    child_id: UUID
    guardian_id: UUID


class ConsentWithdrawn(Event, frozen=True, tag="children.consent_withdrawn.v1"):
    """Something that is required is no longer consented to, for the child or by its guardian.

    It may have been given again since.
    """

    child_id: UUID


class DayMoved(Event, frozen=True, tag="children.day_moved.v1"):
    """A child's time zone changed, or the hour its day begins at.

    `day` is the therapy day it was until then; by the new clock it may be over already.
    """

    child_id: UUID
    day: Annotated[date, Sensitive]


class ErasureDue(Event, frozen=True, tag="children.erasure_due.v1"):
    """A removed child's grace period is over."""

    child_id: UUID
