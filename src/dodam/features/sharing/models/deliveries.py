"""Webhooks on their way: what they say, how they went, and when they are tried again.

Messages, signatures and the handling of answers follow Standard Webhooks,
https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md.
"""

from datetime import date, datetime, timedelta
from enum import StrEnum
from http import HTTPStatus
from random import uniform
from typing import Literal
from uuid import UUID

from msgspec import Struct

from dodam.features.sharing.models.endpoints import MessageType
from dodam.features.sharing.models.feeds import SharedResult
from dodam.platform.work import Task

PATIENCE = timedelta(days=3)
# After which pause a message, or an endpoint that fails, is tried again; the last one repeats.
_PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60, 120))

_OK, _NO_LONGER_OK = HTTPStatus.OK, HTTPStatus.MULTIPLE_CHOICES


class DeliverAll(Task, frozen=True, tag="sharing.deliver_all.v1"):
    """Send an endpoint what waits for it."""

    endpoint_id: UUID


class DeliverAgain(Task, frozen=True, tag="sharing.deliver_again.v1"):
    """A message that was given up: held for staff, and sent once more if they replay it."""

    delivery_id: UUID


class DeliveryState(StrEnum):
    """`dropped`: it was no longer to be sent, as the grant had ended or the endpoint was off."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    DROPPED = "dropped"
    GIVEN_UP = "given_up"
    HELD = "held"


class DailyResultMessage(Struct, frozen=True):
    """What is posted of a day in its evening. `timestamp` is when it was summed up."""

    timestamp: datetime
    data: SharedResult
    type: Literal["daily_result.ready"] = "daily_result.ready"


class ChangedDays(Struct, frozen=True):
    """Days of a child whose logs changed: `GET /v1/shared/daily-logs` has what is so now."""

    child: UUID
    days: list[date]


class DailyLogMessage(Struct, frozen=True):
    """What is posted of days that were played, or corrected, since the last look."""

    timestamp: datetime
    data: ChangedDays
    type: Literal["daily_log.changed"] = "daily_log.changed"


class PingMessage(Struct, frozen=True):
    """What is posted to try an endpoint out."""

    timestamp: datetime
    data: dict[str, str] = {}
    type: Literal["ping"] = "ping"


class Delivery(Struct, frozen=True):
    """How a message about days went; `id` is its `webhook-id`, at every attempt the same.

    `last_status` is null, and `last_reason` says why, where there was no answer.
    """

    id: UUID
    type: MessageType
    days: list[date]
    state: DeliveryState
    tries: int
    last_status: int | None
    last_reason: str | None
    next_try_at: datetime
    created_at: datetime
    delivered_at: datetime | None


class Answer(Struct, frozen=True):
    """What came of posting; `status` is null where no answer came, and `reason` says why."""

    status: int | None
    reason: str | None = None
    retry_after: timedelta | None = None

    @property
    def is_taken(self) -> bool:
        return self.status is not None and _OK <= self.status < _NO_LONGER_OK

    @property
    def is_gone(self) -> bool:
        """Whether it asks to be sent nothing any more."""
        return self.status == HTTPStatus.GONE


class PingOutcome(Struct, frozen=True):
    """How a ping went: the status of the answer, or why there was none."""

    delivered: bool
    status: int | None
    reason: str | None


def pause(failures: int) -> timedelta:
    """How long to wait after so many failures in a row; up to a quarter less by chance."""
    longest = _PAUSES[min(failures, len(_PAUSES)) - 1]
    return longest * uniform(0.75, 1)  # noqa: S311 - not a secret
