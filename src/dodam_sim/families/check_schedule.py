"""The check of what is planned: past days and days ahead, with their hands and days off."""

from collections.abc import Sequence
from datetime import date

from dodam_sim.families.absence import Pause
from dodam_sim.families.answers import ScheduledDay
from dodam_sim.families.attendance import History, in_force, planned_on
from dodam_sim.families.compare import Comparison
from dodam_sim.families.learning import BOTH


def check_schedule(
    comparison: Comparison,
    history: History,
    pauses: Sequence[Pause],
    got: Sequence[ScheduledDay],
) -> None:
    """Compare each day of the schedule with the plan that is in force on it."""
    for each in got:
        _check_day(comparison, history, pauses, each)


def _check_day(
    comparison: Comparison, history: History, pauses: Sequence[Pause], got: ScheduledDay
) -> None:
    day, same = got.day, comparison.same
    plan = in_force(history.plans, day)
    asked = planned_on(history.plans, day)
    same(day, "schedule: plan", None if plan is None else plan.version, got.plan_version)
    same(day, "schedule: hand", None if asked is None else asked.hand, got.hand)
    expected = (
        []
        if asked is None
        else [
            (
                item.motion,
                BOTH if item.motion in history.bimanual else asked.hand,
                item.target_repetitions,
                item.target_minutes,
            )
            for item in asked.items
        ]
    )
    items = [
        (item.motion, item.hand, item.target_repetitions, item.target_minutes) for item in got.items
    ]
    same(day, "schedule: items", expected, items)
    same(day, "schedule: why it is excused", history.excused.get(day), got.exception)
    pause = None if got.pause is None else (got.pause.from_day, got.pause.to_day, got.pause.reason)
    same(day, "schedule: pause", _pause_on(pauses, day), pause)


def _pause_on(pauses: Sequence[Pause], day: date) -> tuple[date, date, str] | None:
    covering = (each for each in pauses if each.first <= day <= each.last)
    return next(((each.first, each.last, each.reason) for each in covering), None)
