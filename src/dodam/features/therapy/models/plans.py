"""Plans: what a child is to play on which day, and with which hand."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from dodam.features.content.models import Motion, TherapyHand

MotionId = Annotated[
    str, Meta(pattern=r"^[a-z][a-z_]{1,39}$", max_length=40, examples=["mass_grasp"])
]
Weekday = Annotated[int, Meta(ge=1, le=7, description="ISO 8601: Monday is 1.")]


class PlanSource(StrEnum):
    """Who made a plan."""

    DEFAULT = "default"
    GUARDIAN = "guardian"
    CLINICIAN = "clinician"
    PROTOCOL = "protocol"


class PlanItem(Struct, frozen=True, forbid_unknown_fields=True):
    """One motion with its target for the day: repetitions or minutes, exactly one of them."""

    motion: MotionId
    target_repetitions: Annotated[int, Meta(ge=1, le=2_000)] | None = None
    target_minutes: Annotated[int, Meta(ge=1, le=240)] | None = None


class PlanDay(Struct, frozen=True, forbid_unknown_fields=True):
    """What one weekday asks for. `hand` is the hand of the day; bimanual motions use both."""

    weekday: Weekday
    hand: TherapyHand
    items: Annotated[list[PlanItem], Meta(min_length=1, max_length=20)]
    at: time | None = None


class NewPlan(Struct, forbid_unknown_fields=True):
    """A plan a guardian makes. It begins today or later, never in the past."""

    days: Annotated[list[PlanDay], Meta(min_length=1, max_length=7)]
    starts_on: date | None = None
    ends_on: date | None = None


class Plan(Struct, frozen=True):
    """One version of a child's therapy schedule; a later version never changes an earlier day."""

    version: int
    source: PlanSource
    starts_on: date
    ends_on: date | None
    days: list[PlanDay]
    created_at: datetime


class DefaultPlanRules(Struct, frozen=True):
    """How a default plan is made: training days, motions a day, and how often the affected hand."""

    weekdays: Sequence[int]
    motions_a_day: int
    affected_share: float


def default_days(
    affected: TherapyHand,
    first_hand: TherapyHand,
    motions: Iterable[Motion],
    rules: DefaultPlanRules,
) -> list[PlanDay]:
    """A week for a child whose `affected` hand (or both) is trained by `rules`.

    Every training day has one bimanual motion and otherwise one-handed ones, which rotate through
    the catalogue from day to day. With one hand affected, that hand has `affected_share` of the
    days, spread evenly; with both, the hands alternate, `first_hand` first.
    """
    one_handed = [motion for motion in motions if not motion.bimanual]
    two_handed = [motion for motion in motions if motion.bimanual]
    taken = min(len(one_handed), rules.motions_a_day - bool(two_handed))
    days: list[PlanDay] = []
    for index, weekday in enumerate(sorted(set(rules.weekdays))):
        chosen = [one_handed[(index * taken + i) % len(one_handed)] for i in range(taken)]
        if two_handed:
            chosen.append(two_handed[index % len(two_handed)])
        items = [
            PlanItem(motion=motion.id, target_repetitions=motion.default_repetitions)
            for motion in chosen
        ]
        hand = _hand_of_training_day(index, affected, first_hand, rules.affected_share)
        days.append(PlanDay(weekday=weekday, hand=hand, items=items))
    return days


def _hand_of_training_day(
    index: int, affected: TherapyHand, first_hand: TherapyHand, affected_share: float
) -> TherapyHand:
    if affected is TherapyHand.BOTH:
        return first_hand if index % 2 == 0 else _other(first_hand)
    resting = 1 - affected_share
    # Rounded so that five days at a share of 0.8 give the other hand one whole day.
    falls_to_other = int(round((index + 1) * resting, 9)) > int(round(index * resting, 9))
    return _other(affected) if falls_to_other else affected


def _other(hand: TherapyHand) -> TherapyHand:
    return TherapyHand.RIGHT if hand is TherapyHand.LEFT else TherapyHand.LEFT


def plan_on(plans: Iterable[Plan], day: date) -> Plan | None:
    """The plan in force on a day: the newest version that has begun, unless it has ended."""
    begun = [plan for plan in plans if plan.starts_on <= day]
    if not begun:
        return None
    newest = max(begun, key=lambda plan: plan.version)
    return None if newest.ends_on is not None and newest.ends_on < day else newest


def plan_day(plans: Iterable[Plan], day: date) -> PlanDay | None:
    """What a day asks for; None on a rest day."""
    plan = plan_on(plans, day)
    if plan is None:
        return None
    return next((each for each in plan.days if each.weekday == day.isoweekday()), None)


def item_hand(item: PlanItem, day: PlanDay, catalogue: Mapping[str, Motion]) -> TherapyHand:
    """The hand an item is played with: both for a bimanual motion, else the hand of the day."""
    motion = catalogue.get(item.motion)
    return TherapyHand.BOTH if motion is not None and motion.bimanual else day.hand
