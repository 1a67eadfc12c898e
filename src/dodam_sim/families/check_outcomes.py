"""The check of dose, adherence and results by motion, against the ledger and the plans."""

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction

from dodam_sim.families.answers import Adherence, AdherencePeriod, MotionOutcome, PlanItem
from dodam_sim.families.asking import ADHERENCE_WEEKS
from dodam_sim.families.attendance import History, planned_on
from dodam_sim.families.compare import Comparison
from dodam_sim.families.ledger import sums, sums_by_motion
from dodam_sim.families.therapy_day import days_between

_MS_A_MINUTE = 60_000
_MS_AN_HOUR = 3_600_000
_HALF_OF_FIRST_DECIMAL = Fraction(1, 20)


def check_adherence(comparison: Comparison, history: History, got: Adherence) -> None:
    """Compare each week, all of them together, and the days that were missed."""
    today = history.today
    monday = today - timedelta(days=today.weekday())
    first = monday - timedelta(weeks=ADHERENCE_WEEKS - 1)
    _check_period(comparison, history, ("adherence", first, today), got.total)
    comparison.same(None, "adherence: weeks", ADHERENCE_WEEKS, len(got.weeks))
    for number, week in enumerate(got.weeks):
        begins = first + timedelta(weeks=number)
        ends = min(begins + timedelta(days=6), today)
        _check_period(comparison, history, ("adherence: week", begins, ends), week)
    missed = [
        (day, history.excused.get(day, "unexplained"))
        for day in days_between(first, today - timedelta(days=1))
        if planned_on(history.plans, day) is not None and not history.played(day)
    ]
    comparison.same(
        None, "adherence: missed days", missed, [(each.day, each.reason) for each in got.missed]
    )
    played = sums(history.ledger.between(history.first_day, today)).milliseconds
    _near_first_decimal(comparison, None, "dose: hours", (played, _MS_AN_HOUR), got.dose.hours)


def _check_period(
    comparison: Comparison,
    history: History,
    expected: tuple[str, date, date],
    got: AdherencePeriod,
) -> None:
    what, first, last = expected
    same = comparison.same
    days = days_between(first, last)
    over = [day for day in days if day < history.today]
    counted = history.planned_days(over)
    asked = [item for day in counted for item in _items(history, day)]
    parts = [min(part, Fraction(1)) for day in counted for part in history.done_parts(day)]
    done = sums(history.ledger.between(first, last))
    same(first, f"{what}: first day", first, got.from_day)
    same(first, f"{what}: last day", last, got.to_day)
    same(first, f"{what}: planned days", len(counted), got.planned_days)
    same(first, f"{what}: kept days", sum(map(history.played, counted)), got.kept_days)
    same(first, f"{what}: goal days", history.goal_days(counted), got.goal_days)
    excused = [day for day in over if day in history.excused and _items(history, day)]
    same(first, f"{what}: excused days", len(excused), got.excused_days)
    same(first, f"{what}: planned items", len(asked), got.planned.items)
    repetitions = sum(item.target_repetitions or 0 for item in asked)
    same(first, f"{what}: planned repetitions", repetitions, got.planned.repetitions)
    minutes = sum(item.target_minutes or 0 for item in asked)
    same(first, f"{what}: planned minutes", minutes, got.planned.minutes)
    same(first, f"{what}: plays", done.plays, got.done.plays)
    same(first, f"{what}: repetitions", done.repetitions, got.done.repetitions)
    played = done.milliseconds, _MS_A_MINUTE
    _near_first_decimal(comparison, first, f"{what}: minutes", played, got.done.minutes)
    whole = sum(parts, Fraction(0)).as_integer_ratio()
    comparison.rate(first, f"{what}: share done", (whole[0], whole[1] * len(parts)), got.adherence)


def _items(history: History, day: date) -> Sequence[PlanItem]:
    asked = planned_on(history.plans, day)
    return () if asked is None else asked.items


def _near_first_decimal(
    comparison: Comparison, day: date | None, what: str, parts: tuple[int, int], got: float
) -> None:
    exact = Fraction(*parts)
    error = abs(Fraction(got).limit_denominator(10) - exact)
    comparison.holds(day, what, float(exact), got, holds=error <= _HALF_OF_FIRST_DECIMAL)


def check_outcomes(comparison: Comparison, history: History, got: Sequence[MotionOutcome]) -> None:
    """Compare the sums of each motion and hand over the whole time."""
    plays = history.ledger.between(history.first_day, history.today)
    expected = sums_by_motion(plays)
    answered = {(each.motion, each.hand): each for each in got}
    comparison.same(None, "outcomes: each motion and hand once", len(answered), len(got))
    comparison.same(None, "outcomes: motions", sorted(expected), sorted(answered))
    for key in expected.keys() & answered.keys():
        part, each = expected[key], answered[key]
        days = {
            history.ledger.days.day_of(play.started_at)
            for play in plays
            if (play.motion, play.hand) == key
        }
        what = f"outcomes: {' '.join(key)}"
        comparison.same(None, f"{what}: days", len(days), each.days)
        comparison.same(None, f"{what}: plays", part.plays, each.plays)
        comparison.same(None, f"{what}: repetitions", part.repetitions, each.repetitions)
        comparison.same(None, f"{what}: successes", part.successes, each.successes)
        comparison.active(None, what, part.milliseconds, each.active_seconds)
        rate = None if each.success_rate is None else each.success_rate.value
        comparison.rate(None, f"{what}: success rate", (part.successes, part.repetitions), rate)
