"""Personal bests that mean something."""

from collections import Counter
from collections.abc import Iterator, Sequence

from dodam.features.outcomes.models.measuring import by_level, repetitions_per_minute
from dodam.features.outcomes.models.results import Best, BestKind
from dodam.features.outcomes.models.statistics import wilson
from dodam.features.therapy.models.play_facts import DayFacts

FEWEST_REPETITIONS = 10
WELL_DONE = 0.8


def bests(facts: Sequence[DayFacts]) -> list[Best]:
    """Of one motion and hand, whose facts are in order of days.

    The best success rate is the one whose interval begins highest, so that 19 of 20 beat 10 of 10.
    """
    return [*_repetitions(facts), *_played_well(facts), *_success(facts)]


def _repetitions(facts: Sequence[DayFacts]) -> Iterator[Best]:
    days = Counter[object]()
    for each in facts:
        days[each.therapy_day] += each.repetitions
    best = max(facts, key=lambda each: days[each.therapy_day])
    if days[best.therapy_day] >= FEWEST_REPETITIONS:
        yield Best(BestKind.REPETITIONS, days[best.therapy_day], None, best.therapy_day)


def _played_well(facts: Sequence[DayFacts]) -> Iterator[Best]:
    well = [each for each in _enough(facts) if each.successes >= WELL_DONE * each.repetitions]
    named = [each for each in well if each.difficulty is not None]
    if named:
        best = max(named, key=lambda each: each.difficulty or 0)
        yield Best(BestKind.LEVEL, best.difficulty or 0, best.difficulty, best.therapy_day)
    paces = [(repetitions_per_minute([each]) or 0, each) for each in well]
    if paces:
        pace, best = max(paces, key=lambda found: found[0])
        if pace:
            yield Best(BestKind.PACE, round(pace, 2), best.difficulty, best.therapy_day)


def _success(facts: Sequence[DayFacts]) -> Iterator[Best]:
    for level, tried in by_level(_enough(facts)):
        best = max(tried, key=lambda each: wilson(each.successes, each.repetitions)[0])
        share = round(best.successes / best.repetitions, 4)
        yield Best(BestKind.SUCCESS, share, level, best.therapy_day)


def _enough(facts: Sequence[DayFacts]) -> list[DayFacts]:
    return [each for each in facts if each.repetitions >= FEWEST_REPETITIONS]
