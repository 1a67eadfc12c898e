"""What the plays of some days come to."""

import math
from collections.abc import Callable, Collection, Sequence
from datetime import date

from dodam.features.outcomes.models.results import Accuracy, Measures, Pace
from dodam.features.outcomes.models.statistics import proportion
from dodam.features.therapy.models.play_facts import DayFacts, PaceFacts

_MS_A_MINUTE = 60_000
_MS_A_SECOND = 1_000
_BP = 10_000


def measure(facts: Sequence[DayFacts], pace: PaceFacts | None) -> Measures:
    """`pace` is that of the same plays, if any of them took time."""
    success_rate = proportion(by_day(facts))
    return Measures(
        days=len({each.therapy_day for each in facts}),
        plays=sum(each.plays for each in facts),
        repetitions=sum(each.repetitions for each in facts),
        successes=sum(each.successes for each in facts),
        active_seconds=sum(each.active_ms for each in facts) / _MS_A_SECOND,
        success_rate=success_rate and success_rate.rounded(),
        accuracy=_accuracy(facts),
        pace=pace and _pace(facts, pace),
    )


def successes(fact: DayFacts) -> tuple[int, int]:
    return fact.successes, fact.repetitions


def by_day(
    facts: Collection[DayFacts], share: Callable[[DayFacts], tuple[float, float]] = successes
) -> list[tuple[float, float]]:
    """Of each day a part and the whole it is of, such as successes and repetitions."""
    days: dict[date, tuple[float, float]] = {}
    for each in facts:
        part, whole = days.get(each.therapy_day, (0, 0))
        more, of = share(each)
        days[each.therapy_day] = part + more, whole + of
    return list(days.values())


def by_level(facts: Collection[DayFacts]) -> list[tuple[int | None, list[DayFacts]]]:
    """By difficulty, easiest first; before them the plays that named none."""
    levels = sorted({each.difficulty for each in facts}, key=lambda level: level or 0)
    return [(level, [each for each in facts if each.difficulty == level]) for level in levels]


def repetitions_per_minute(facts: Collection[DayFacts]) -> float | None:
    """Over the active time of plays; None where none took any."""
    active_ms = sum(each.active_ms for each in facts)
    repetitions = sum(each.timed_repetitions for each in facts)
    return repetitions * _MS_A_MINUTE / active_ms if active_ms else None


def mean_level(facts: Collection[DayFacts]) -> float | None:
    """The mean difficulty of the repetitions at which one was named."""
    named = [(each.difficulty, each.repetitions) for each in facts if each.difficulty is not None]
    repetitions = sum(each for _, each in named)
    return sum(level * each for level, each in named) / repetitions if repetitions else None


def _accuracy(facts: Collection[DayFacts]) -> Accuracy | None:
    plays = sum(each.accuracy_plays for each in facts)
    if not plays:
        return None
    total = sum(each.accuracy_bp for each in facts)
    squares = sum(each.accuracy_bp_squared for each in facts)
    deviation = None
    if plays > 1:
        # In whole numbers, so that nothing is lost in the difference of two large ones.
        deviation = math.sqrt((plays * squares - total * total) / (plays * (plays - 1))) / _BP
    return Accuracy(
        mean=round(total / plays / _BP, 4),
        standard_deviation=None if deviation is None else round(deviation, 4),
        plays=plays,
    )


def _pace(facts: Collection[DayFacts], pace: PaceFacts) -> Pace:
    return Pace(
        repetitions_per_minute=round(repetitions_per_minute(facts) or 0, 2),
        seconds_per_repetition=round(pace.median / _MS_A_SECOND, 3),
        lower_quartile=round(pace.lower / _MS_A_SECOND, 3),
        upper_quartile=round(pace.upper / _MS_A_SECOND, 3),
    )
