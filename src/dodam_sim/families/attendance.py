"""Planned, played, missed: attendance and streaks worked out again from a plan and a ledger.

Written from what the API promises, not from the product's code.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from dodam_sim.families.answers import HandRule, Plan, PlanDay, PlanItem
from dodam_sim.families.learning import BOTH
from dodam_sim.families.ledger import Ledger, Sums, sums_by_motion
from dodam_sim.families.plays import Play
from dodam_sim.families.therapy_day import days_between

SOURCES = ("protocol", "clinician", "guardian", "default")
"""Whose plan counts: the first in this order who has one."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What one date asks for."""

    hand: str
    items: Sequence[PlanItem]


def planned_on(plans: Sequence[Plan], day: date) -> Asked | None:
    """Return what the plan that is in force on `day` asks of it, or None on a rest day."""
    plan = in_force(plans, day)
    return None if plan is None else _asked(plan, day)


def in_force(plans: Sequence[Plan], day: date) -> Plan | None:
    """Return the plan that counts on `day`."""
    for source in SOURCES:
        begun = [plan for plan in plans if plan.source == source and _has_begun(plan, day)]
        newest = max(begun, key=lambda plan: plan.version, default=None)
        if newest is not None and not _has_ended(newest, day):
            return newest
    return None


def _has_begun(plan: Plan, day: date) -> bool:
    called_off = plan.ended_on is not None and plan.ended_on < plan.starts_on
    return plan.starts_on <= day and not called_off


def _has_ended(plan: Plan, day: date) -> bool:
    return any(last is not None and last < day for last in (plan.ends_on, plan.ended_on))


def _asked(plan: Plan, day: date) -> Asked | None:
    asked = _week_day(plan, day)
    if asked is None:
        return None
    if plan.hand_rule is None:
        return Asked(asked.hand or BOTH, asked.items)
    before = days_between(plan.starts_on, day - timedelta(days=1))
    number = sum(_week_day(plan, each) is not None for each in before)
    return Asked(_hand_by_rule(plan.hand_rule, number), asked.items)


def _week_day(plan: Plan, day: date) -> PlanDay | None:
    if day in plan.rests_on:
        return None
    return next((each for each in plan.days if each.weekday == day.isoweekday()), None)


def _hand_by_rule(rule: HandRule, number: int) -> str:
    """Return the hand of a plan's training day by its number, which counts from 0."""
    if rule.rule == "alternate" or rule.affected_hand == BOTH:
        return rule.first_hand if number % 2 == 0 else _OTHER[rule.first_hand]
    share = Fraction(1 if rule.affected_share is None else rule.affected_share)
    resting = 1 - share.limit_denominator(1000)
    falls_to_other = (number + 1) * resting // 1 > number * resting // 1
    return _OTHER[rule.affected_hand] if falls_to_other else rule.affected_hand


_OTHER = {"left": "right", "right": "left"}


def done_parts(plan: Asked, plays: Iterable[Play], bimanual: Collection[str]) -> list[Fraction]:
    """Return how far each of the day's targets was reached, 1 and more being all of it.

    `bimanual` motions need both hands.
    """
    done = sums_by_motion(plays)
    parts: list[Fraction] = []
    for item in plan.items:
        hand = BOTH if item.motion in bimanual else plan.hand
        part = done.get((item.motion, hand), Sums())
        if item.target_minutes is not None:
            parts.append(Fraction(part.milliseconds, item.target_minutes * 60_000))
        else:
            parts.append(Fraction(part.repetitions, item.target_repetitions or 1))
    return parts


@dataclass(frozen=True, slots=True)
class History:
    """All that attendance depends on. `excused` days are marked exceptional, each for a reason."""

    plans: Sequence[Plan]
    ledger: Ledger
    excused: Mapping[date, str]
    bimanual: Collection[str]
    first_day: date
    today: date

    def played(self, day: date) -> bool:
        return bool(self.ledger.on(day))

    def done_parts(self, day: date) -> list[Fraction]:
        """Return how far each target of the day's plan was reached; on a rest day there is none."""
        plan = planned_on(self.plans, day)
        return [] if plan is None else done_parts(plan, self.ledger.on(day), self.bimanual)

    def targets(self, day: date) -> tuple[int, int]:
        """Return how many targets the day's plan sets and how many of them were reached."""
        parts = self.done_parts(day)
        return len(parts), sum(part >= 1 for part in parts)

    def status(self, day: date) -> str:
        """Return how the day stands beside its plan, in the API's words."""
        planned, reached = self.targets(day)
        if self.played(day):
            if planned == 0:
                return "extra"
            return "done" if reached == planned else "partial"
        if planned == 0:
            return "rest"
        if day in self.excused:
            return "excused"
        return "missed" if day < self.today else "planned"

    def goal_days(self, days: Iterable[date]) -> int:
        """Count the days on which every target was reached."""
        return sum(self.status(day) == "done" for day in days)

    def planned_days(self, days: Iterable[date]) -> list[date]:
        """Return those of the days on which something was due: planned, and not excused."""
        return [
            day
            for day in days
            if day not in self.excused and planned_on(self.plans, day) is not None
        ]

    def streaks(self) -> tuple[int, int]:
        """Return the current and the longest streak, in days played.

        A missed day ends a streak; days on which nothing was due, or is due still, leave it.
        """
        current = longest = 0
        for day in days_between(self.first_day, self.today):
            if self.played(day):
                current += 1
                longest = max(longest, current)
            elif self.status(day) == "missed":
                current = 0
        return current, longest
