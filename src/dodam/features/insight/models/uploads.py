"""Behaviour events as games upload them, and the receipt they get."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from dodam.features.insight.models.registry import MOST_EVENTS, App, GameEvent
from dodam.features.therapy.models.plays import Reason
from dodam.platform.errors import FieldError

Instant = Annotated[datetime, Meta(tz=True)]


class BehaviourEvents(Struct, frozen=True, forbid_unknown_fields=True):
    """Events in any order, days late, even twice.

    `sent_at` is what the tablet's clock shows when it sends, by which a wrong clock is noticed and
    corrected.
    """

    events: Annotated[list[GameEvent], Meta(min_length=1, max_length=MOST_EVENTS)]
    sent_at: Instant | None = None
    app: App | None = None


class WrongEvent(Struct, frozen=True):
    """An uploaded event that is none; `id` where it could still be read."""

    id: UUID | None
    error: FieldError


class Upload(Struct, frozen=True):
    """What came, each event by itself: one that is wrong stands in its place with why."""

    events: list[GameEvent | WrongEvent]
    sent_at: datetime | None
    app: App | None


class EventFate(StrEnum):
    """What became of one uploaded event. The game may drop it, whichever it is.

    `not_consented`: the account holder has not consented to analytics, or had not when it
    happened. `not_collected`: nothing is collected here, or not of this account.
    """

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    NOT_CONSENTED = "not_consented"
    NOT_COLLECTED = "not_collected"
    REJECTED = "rejected"


class EventOutcome(Struct, frozen=True, omit_defaults=True):
    """The fate of the event at `index` of the upload (0-based); `reason` of a rejected one."""

    index: int
    id: UUID | None
    fate: EventFate
    reason: Reason | None = None


class EventReceipt(Struct, frozen=True):
    """The answer to an upload: how many were accepted, and the fate of each, in order."""

    accepted: int
    events: list[EventOutcome]
