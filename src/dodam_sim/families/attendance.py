"""Planned, played, missed: attendance and streaks worked out again from a plan and a ledger.

Written from what the API promises, not from the product's code.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from dodam_sim.families.answers import Plan, PlanDay
from dodam_sim.families.learning import BOTH
from dodam_sim.families.ledger import Ledger, Sums, sums_by_motion
from dodam_sim.families.plays import Play
from dodam_sim.families.therapy_day import days_between


def planned_on(plans: Sequence[Plan], day: date) -> PlanDay | None:
    """Return what the newest plan that had begun by `day` asks of it, or None on a rest day."""
    begun = [plan for plan in plans if plan.starts_on <= day]
    if not begun:
        return None
    newest = max(begun, key=lambda plan: plan.version)
    if newest.ends_on is not None and newest.ends_on < day:
        return None
    return next((plan for plan in newest.days if plan.weekday == day.isoweekday()), None)


def reached_items(plan: PlanDay, plays: Iterable[Play], bimanual: Collection[str]) -> int:
    """Count the day's targets that its plays reach; `bimanual` motions need both hands."""
    done = sums_by_motion(plays)
    reached = 0
    for item in plan.items:
        hand = BOTH if item.motion in bimanual else plan.hand
        part = done.get((item.motion, hand), Sums())
        if item.target_minutes is not None:
            reached += part.milliseconds >= item.target_minutes * 60_000
        else:
            reached += part.repetitions >= (item.target_repetitions or 0)
    return reached


@dataclass(frozen=True, slots=True)
class History:
    """All that attendance depends on. `excused` days are marked exceptional."""

    plans: Sequence[Plan]
    ledger: Ledger
    excused: Collection[date]
    bimanual: Collection[str]
    first_day: date
    today: date

    def played(self, day: date) -> bool:
        return bool(self.ledger.on(day))

    def targets(self, day: date) -> tuple[int, int]:
        """Return how many targets the day's plan sets and how many of them were reached."""
        plan = planned_on(self.plans, day)
        if plan is None:
            return 0, 0
        return len(plan.items), reached_items(plan, self.ledger.on(day), self.bimanual)

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
