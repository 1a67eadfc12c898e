"""Comparing like with like: two hands, or two times, at the difficulty that both played most."""

from collections.abc import Collection

from msgspec import Struct

from dodam.features.outcomes.models.estimates import Estimate, Verdict, verdict
from dodam.features.outcomes.models.measuring import (
    by_day,
    by_level,
    mean_level,
    repetitions_per_minute,
)
from dodam.features.outcomes.models.results import (
    AtLevel,
    BaselineComparison,
    SidesComparison,
    SidesVerdict,
)
from dodam.features.outcomes.models.spans import Span
from dodam.features.outcomes.models.statistics import difference, proportion
from dodam.features.therapy.models.play_facts import DayFacts

# Each of the two, at the difficulty they are compared at.
FEWEST_REPETITIONS = 20
FEWEST_DAYS = 3

_SIDES = {
    Verdict.IMPROVING: SidesVerdict.RIGHT_AHEAD,
    Verdict.DECLINING: SidesVerdict.LEFT_AHEAD,
    Verdict.NO_CLEAR_CHANGE: SidesVerdict.NO_CLEAR_DIFFERENCE,
    Verdict.NOT_ENOUGH_DATA: SidesVerdict.NOT_ENOUGH_DATA,
}


class Compared(Struct, frozen=True):
    difficulty: int | None
    one: AtLevel
    other: AtLevel

    @property
    def success(self) -> Estimate:
        """The other's success rate minus the one's."""
        return difference(self.other.success_rate, self.one.success_rate)


def compare(one: Collection[DayFacts], other: Collection[DayFacts]) -> Compared | None:
    """At the difficulty at which the fewer repetitions of the two are most; the easier of equals.

    Plays without a difficulty are compared among themselves. None where there is not enough.
    """
    ones, others = dict(by_level(one)), dict(by_level(other))
    both: list[tuple[int, int, Compared]] = []
    for level in ones.keys() & others.keys():
        first, second = _at_level(ones[level]), _at_level(others[level])
        if first and second:
            fewer = min(first.repetitions, second.repetitions)
            both.append((fewer, -(level or 0), Compared(level, first, second)))
    return max(both, key=lambda found: found[:2])[2] if both else None


def compare_sides(
    motion: str, left: Collection[DayFacts], right: Collection[DayFacts]
) -> SidesComparison:
    found = compare(left, right)
    if found is None:
        return SidesComparison(
            motion, None, None, None, None, None, None, SidesVerdict.NOT_ENOUGH_DATA
        )
    return SidesComparison(
        motion=motion,
        difficulty=found.difficulty,
        left=_rounded(found.one),
        right=_rounded(found.other),
        success_difference=found.success.rounded(),
        success_asymmetry=_asymmetry(found.one.success_rate.value, found.other.success_rate.value),
        pace_asymmetry=_asymmetry(
            found.one.repetitions_per_minute, found.other.repetitions_per_minute
        ),
        verdict=_SIDES[verdict(found.success)],
    )


def compare_with_baseline(
    then: Collection[DayFacts], then_span: Span, now: Collection[DayFacts], now_span: Span
) -> BaselineComparison:
    """Nothing is compared where the two spans share a day."""
    found = compare(then, now) if then_span.last < now_span.first else None
    return BaselineComparison(
        then_from=then_span.first,
        then_to=then_span.last,
        now_from=now_span.first,
        now_to=now_span.last,
        difficulty=found and found.difficulty,
        then=found and _rounded(found.one),
        now=found and _rounded(found.other),
        success_change=found and found.success.rounded(),
        pace_change=found
        and _relative(found.one.repetitions_per_minute, found.other.repetitions_per_minute),
        level_then=_round(mean_level(then)),
        level_now=_round(mean_level(now)),
        verdict=verdict(found and found.success),
    )


def _at_level(facts: Collection[DayFacts]) -> AtLevel | None:
    days = by_day(facts)
    repetitions = sum(each.repetitions for each in facts)
    success_rate = proportion(days)
    if success_rate is None or repetitions < FEWEST_REPETITIONS or len(days) < FEWEST_DAYS:
        return None
    return AtLevel(len(days), repetitions, success_rate, repetitions_per_minute(facts))


def _rounded(found: AtLevel) -> AtLevel:
    return AtLevel(
        found.days,
        found.repetitions,
        found.success_rate.rounded(),
        _round(found.repetitions_per_minute, 2),
    )


def _asymmetry(left: float | None, right: float | None) -> float | None:
    if left is None or right is None or not left + right:
        return None
    return round((right - left) / (right + left), 4)


def _relative(then: float | None, now: float | None) -> float | None:
    return round(now / then - 1, 4) if then and now is not None else None


def _round(value: float | None, places: int = 4) -> float | None:
    return None if value is None else round(value, places)
