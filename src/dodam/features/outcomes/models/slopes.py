"""The weekly points of a measure, and the slope through those that can be compared."""

import math
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from datetime import date

from msgspec import Struct

from dodam.features.outcomes.models.estimates import Estimate
from dodam.features.outcomes.models.measuring import by_day, by_level, mean_level, successes
from dodam.features.outcomes.models.statistics import proportion, ratio, slope
from dodam.features.outcomes.models.trends import Measure, TrendPoint
from dodam.features.outcomes.models.weeks import monday
from dodam.features.therapy.models.play_facts import DayFacts

# In a week at one difficulty, for the week to be compared with another.
FEWEST_REPETITIONS = 10
_MS_A_MINUTE = 60_000
_BP = 10_000


def _levels(fact: DayFacts) -> tuple[int, int]:
    if fact.difficulty is None:
        return 0, 0
    return fact.difficulty * fact.repetitions, fact.repetitions


_SHARES: dict[Measure, Callable[[DayFacts], tuple[float, float]]] = {
    Measure.SUCCESS_RATE: successes,
    Measure.ACCURACY: lambda fact: (fact.accuracy_bp / _BP, fact.accuracy_plays),
    Measure.REPETITIONS_PER_MINUTE: lambda fact: (
        fact.timed_repetitions,
        fact.active_ms / _MS_A_MINUTE,
    ),
    Measure.DIFFICULTY: _levels,
}
_MOST = {Measure.ACCURACY: 1, Measure.DIFFICULTY: 10}


class Sloping(Struct, frozen=True):
    """A slope a week, and the weeks, difficulties and repetitions it rests on."""

    slope: Estimate | None
    weeks: int
    levels: int
    repetitions: int


def weekly(facts: Collection[DayFacts], measure: Measure) -> list[TrendPoint]:
    """The ISO weeks the measure is known of, oldest first."""
    points: list[TrendPoint] = []
    for week, played in _by_week(facts):
        estimate = _estimate(played, measure)
        if estimate is not None:
            level = mean_level(played)
            point = TrendPoint(
                week=week,
                days=len({each.therapy_day for each in played}),
                repetitions=sum(each.repetitions for each in played),
                difficulty=None if level is None else round(level, 2),
                estimate=estimate.rounded(),
            )
            points.append(point)
    return points


def sloping(facts: Collection[DayFacts], measure: Measure) -> Sloping:
    """Through weeks of the same difficulty among themselves; through all for difficulty itself.

    Only weeks with enough repetitions count: a week of two says next to nothing, and a median of
    slopes would give it the same weight.
    """
    strata: list[list[tuple[date, float]]] = []
    repetitions = 0
    levels = [found for _, found in by_level(facts)]
    for comparable in [facts] if measure is Measure.DIFFICULTY else levels:
        stratum: list[tuple[date, float]] = []
        counted = 0
        for week, played in _by_week(comparable):
            estimate = _estimate(played, measure)
            done = sum(each.repetitions for each in played)
            if estimate is not None and done >= FEWEST_REPETITIONS:
                stratum.append((week, estimate.value))
                counted += done
        if len(stratum) > 1:
            strata.append(stratum)
            repetitions += counted
    return Sloping(
        slope=slope([(week.toordinal() / 7, value) for week, value in each] for each in strata),
        weeks=len({week for stratum in strata for week, _ in stratum}),
        levels=len(strata),
        repetitions=repetitions,
    )


def _by_week(facts: Iterable[DayFacts]) -> list[tuple[date, list[DayFacts]]]:
    weeks: dict[date, list[DayFacts]] = defaultdict(list)
    for each in facts:
        weeks[monday(each.therapy_day)].append(each)
    return sorted(weeks.items(), key=lambda week: week[0])


def _estimate(facts: Collection[DayFacts], measure: Measure) -> Estimate | None:
    days = by_day(facts, _SHARES[measure])
    if measure is Measure.SUCCESS_RATE:
        return proportion(days)
    return ratio(days, most=_MOST.get(measure, math.inf))
