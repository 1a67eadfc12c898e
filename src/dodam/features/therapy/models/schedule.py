"""What is planned for a range of days, and why."""

from datetime import date, time
from uuid import UUID

from msgspec import Struct

from dodam.features.content.models.motions import TherapyHand
from dodam.features.therapy.models.hands import HandReason
from dodam.features.therapy.models.pauses import ExceptionReason, Pause
from dodam.features.therapy.models.plans import PlanSource


class ScheduledItem(Struct, frozen=True):
    """A motion that is planned; `difficulty` is the level the plan fixes, if it does."""

    motion: str
    hand: TherapyHand
    target_repetitions: int | None
    target_minutes: int | None
    difficulty: int | None


class ScheduledDay(Struct, frozen=True):
    """A day as it is planned. Where the plan asks for nothing `items` is empty, `hand` null.

    `plan_version` and `source` are those of the plan in force. `rests` is whether the plan rests on
    this date, which else it would ask for something on: a public holiday, say. `exception` and
    `pause` tell that and why the day is excused; what was planned is shown all the same.
    """

    day: date
    plan_version: int | None
    source: PlanSource | None
    hand: TherapyHand | None
    hand_reason: HandReason | None
    at: time | None
    items: list[ScheduledItem]
    rests: bool
    exception: ExceptionReason | None
    pause: Pause | None


class Schedule(Struct, frozen=True):
    """Every day from `from_day` to `to_day`, in order."""

    child_id: UUID
    from_day: date
    to_day: date
    days: list[ScheduledDay]
