"""Plans: what a child is to play on which day, and with which hand."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct
from msgspec.structs import asdict

from dodam.features.content.models.motions import Motion, TherapyHand
from dodam.features.therapy.models.hands import AskedRule, HandReason, HandRule, reason
from dodam.platform.i18n import Language
from dodam.platform.masking.sensitive import Sensitive

_DAY = timedelta(days=1)

MotionId = Annotated[
    str, Meta(pattern=r"^[a-z][a-z_]{1,39}$", max_length=40, examples=["mass_grasp"])
]
Weekday = Annotated[int, Meta(ge=1, le=7, description="ISO 8601: Monday is 1.")]

Country = Annotated[str, Meta(pattern=r"^[A-Z]{2}$", max_length=2, examples=["KR"])]
PlanNote = Annotated[str, Meta(max_length=1_000, pattern=r"^[^\x00]*$"), Sensitive]


class PlanSource(StrEnum):
    """Who made a plan. Of the sources with a plan for a day, the one furthest down counts."""

    DEFAULT = "default"
    GUARDIAN = "guardian"
    CLINICIAN = "clinician"
    PROTOCOL = "protocol"


_RANK = {source: rank for rank, source in enumerate(PlanSource)}


class PlanItem(Struct, frozen=True, forbid_unknown_fields=True):
    """One motion with its target for the day: repetitions or minutes, exactly one of them.

    `difficulty` fixes the game's level, which it finds by itself otherwise.
    """

    motion: MotionId
    target_repetitions: Annotated[int, Meta(ge=1, le=2_000)] | None = None
    target_minutes: Annotated[int, Meta(ge=1, le=240)] | None = None
    difficulty: Annotated[int, Meta(ge=1, le=10)] | None = None


class PlanDay(Struct, frozen=True, forbid_unknown_fields=True):
    """What one weekday asks for; bimanual motions use both hands.

    `hand` is the hand of the day; null where the plan's rule finds it.
    """

    weekday: Weekday
    items: Annotated[list[PlanItem], Meta(min_length=1, max_length=20)]
    hand: Annotated[TherapyHand, Sensitive] | None = None
    at: time | None = None


class NewPlan(Struct, frozen=True, forbid_unknown_fields=True):
    """A plan to make. It begins today or later, never in the past.

    Each day names its hand, or `hand_rule` finds the hands of all. Without `source` it is the
    guardian's, or made by a member of staff a clinician's. `rests_on_holidays_of` is a country
    (ISO 3166-1 alpha-2) whose public holidays in the plan's first two years are added to
    `rests_on`. `note` is for the family.
    """

    days: Annotated[list[PlanDay], Meta(min_length=1, max_length=7)]
    starts_on: Annotated[date, Sensitive] | None = None
    ends_on: Annotated[date, Sensitive] | None = None
    hand_rule: AskedRule | None = None
    source: PlanSource | None = None
    rests_on: Annotated[list[date], Meta(max_length=100), Sensitive] = []
    rests_on_holidays_of: Country | None = None
    note: PlanNote | None = None


class PlanEnd(Struct, frozen=True, forbid_unknown_fields=True):
    """The last day a plan counts for: yesterday at the earliest."""

    on: Annotated[date, Sensitive]


class Maker(Struct, frozen=True):
    """Who makes or ends plans: of which sources, the usual one first.

    `member_id` is a member of staff; None for the guardian.
    """

    sources: tuple[PlanSource, ...]
    member_id: UUID | None = None


class Plan(Struct, frozen=True):
    """One version of a child's therapy schedule; a later version never changes an earlier day.

    `rests_on` are dates on which it asks for nothing. `ended_on` is the last day of a plan that was
    ended before `ends_on`; one that was ended before it began never begins. `made_by` is the member
    of staff who made it; null where the guardian or a rule did.
    """

    version: int
    source: PlanSource
    starts_on: date
    ends_on: date | None
    days: list[PlanDay]
    created_at: datetime
    hand_rule: HandRule | None = None
    rests_on: list[date] = []
    note: Annotated[str, Sensitive] | None = None
    made_by: UUID | None = None
    ended_on: date | None = None

    def has_begun(self, day: date) -> bool:
        was_called_off = self.ended_on is not None and self.ended_on < self.starts_on
        return self.starts_on <= day and not was_called_off

    @property
    def last_day(self) -> date | None:
        return min(filter(None, (self.ends_on, self.ended_on)), default=None)

    def has_ended(self, day: date) -> bool:
        return self.last_day is not None and self.last_day < day

    def asked_on(self, day: date) -> PlanDay | None:
        """What it asks of the weekday, whether or not it rests on the date."""
        return next((each for each in self.days if each.weekday == day.isoweekday()), None)

    def training_days_before(self, day: date) -> int:
        """How many days from its first up to `day`, not included, it asks for something on."""
        weekdays = {each.weekday for each in self.days}
        weeks, rest = divmod((day - self.starts_on).days, 7)
        last_days = (day - timedelta(days=number + 1) for number in range(rest))
        rests = (each for each in self.rests_on if self.starts_on <= each < day)
        return (
            weeks * len(weekdays)
            + sum(each.isoweekday() in weekdays for each in last_days)
            - sum(each.isoweekday() in weekdays for each in rests)
        )


class ListedPlan(Plan, frozen=True, kw_only=True):
    """A plan and how it stands beside the child's others.

    `in_force` is whether it is the one that counts today. `overridden_by` is the version that
    counts instead of it today, or on its first day if that is still to come; null where it counts
    itself, has ended, or was called off.
    """

    in_force: bool
    overridden_by: int | None


class PlannedDay(Struct, frozen=True):
    """What a date asks for, by the plan that is in force on it."""

    plan: Plan
    asked: PlanDay
    day: date

    @property
    def items(self) -> list[PlanItem]:
        return self.asked.items

    @property
    def at(self) -> time | None:
        return self.asked.at

    @property
    def hand(self) -> TherapyHand:
        rule = self.plan.hand_rule
        if rule is not None:
            return rule.hand(self.plan.training_days_before(self.day))
        if self.asked.hand is None:
            message = "a plan without a rule names the hand of each day"
            raise ValueError(message)
        return self.asked.hand

    def why(self, language: Language, today: date) -> HandReason:
        """Why the day is for its hand."""
        return reason(self.plan.hand_rule, self.hand, language, is_today=self.day == today)


class DefaultPlanRules(Struct, frozen=True):
    """How a default plan is made: training days, motions a day, and how often the affected hand."""

    weekdays: Sequence[int]
    motions_a_day: int
    affected_share: float


def default_days(motions: Iterable[Motion], rules: DefaultPlanRules) -> list[PlanDay]:
    """A week by `rules`.

    Every training day has one bimanual motion and otherwise one-handed ones, which rotate through
    the catalogue from day to day.
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
        days.append(PlanDay(weekday=weekday, items=items))
    return days


def plan_on(plans: Iterable[Plan], day: date) -> Plan | None:
    """The plan in force on a day.

    Of each source the newest version that has begun counts, unless it has ended; of the sources
    that have one, a protocol comes before a clinician, a clinician before the guardian, and the
    default last.
    """
    newest: dict[PlanSource, Plan] = {}
    for plan in plans:
        known = newest.get(plan.source)
        if plan.has_begun(day) and (known is None or plan.version > known.version):
            newest[plan.source] = plan
    standing = (plan for plan in newest.values() if not plan.has_ended(day))
    return max(standing, key=lambda plan: _RANK[plan.source], default=None)


def beside_others(plan: Plan, plans: Sequence[Plan], today: date) -> ListedPlan:
    """How one of a child's `plans` stands."""
    first = max(today, plan.starts_on)
    counts_today, counts_then = plan_on(plans, today), plan_on(plans, first)
    is_over = plan.has_ended(first) or not plan.has_begun(first)
    other = None if counts_then is None or counts_then == plan or is_over else counts_then.version
    return ListedPlan(**asdict(plan), in_force=plan == counts_today, overridden_by=other)


def to_come(plans: Iterable[Plan], source: PlanSource, day: date) -> list[Plan]:
    """The versions of a source that count on `day` or later, in order of their first days."""
    coming: list[Plan] = []
    of_source = (plan for plan in plans if plan.source is source)
    for plan in sorted(of_source, key=lambda plan: plan.version, reverse=True):
        is_replaced = bool(coming) and plan.starts_on >= coming[-1].starts_on
        if plan.has_begun(max(day, plan.starts_on)) and not is_replaced:
            coming.append(plan)
        if coming and coming[-1].starts_on <= day:
            break
    return [plan for plan in reversed(coming) if not plan.has_ended(day)]


def plan_day(plans: Iterable[Plan], day: date) -> PlannedDay | None:
    """What a day asks for; None on a rest day."""
    plan = plan_on(plans, day)
    if plan is None or day in plan.rests_on:
        return None
    asked = plan.asked_on(day)
    return None if asked is None else PlannedDay(plan, asked, day)


def planned_days(plans: Iterable[Plan], first: date, last: date) -> Iterable[date]:
    """The days from `first` to `last`, both included, that `plan_day` finds something for.

    The plan in force changes on few of them only, so years of days take little.
    """
    plans = list(plans)
    turns = {plan.starts_on for plan in plans}
    turns |= {plan.last_day + _DAY for plan in plans if plan.last_day and plan.last_day < last}
    edges = [first, *sorted(day for day in turns if first < day <= last), last + _DAY]
    for begins, ends in pairwise(edges):
        plan = plan_on(plans, begins)
        if plan is None:
            continue
        weekdays, rests = {each.weekday for each in plan.days}, set(plan.rests_on)
        for number in range((ends - begins).days):
            day = begins + timedelta(days=number)
            if day.isoweekday() in weekdays and day not in rests:
                yield day


def item_hand(motion: str, hand: TherapyHand, catalogue: Mapping[str, Motion]) -> TherapyHand:
    """The hand a motion is played with: both for a bimanual one, else the hand of the day."""
    known = catalogue.get(motion)
    return TherapyHand.BOTH if known is not None and known.bimanual else hand
