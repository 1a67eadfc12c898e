"""Results over a range of days."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import TypeVar

from msgspec.structs import asdict

from dodam.features.children.models.children import Child
from dodam.features.content.models.motions import TherapyHand
from dodam.features.content.service.catalogue import Catalogue
from dodam.features.outcomes.models.bests import bests
from dodam.features.outcomes.models.comparing import compare_sides, compare_with_baseline
from dodam.features.outcomes.models.fatigue import FEWEST_REPETITIONS, fatigue
from dodam.features.outcomes.models.measuring import by_level, measure
from dodam.features.outcomes.models.results import (
    LevelResult,
    MotionResult,
    Results,
)
from dodam.features.outcomes.models.spans import Span, span_from, span_until
from dodam.features.therapy.models.play_facts import DayFacts, PaceFacts, StretchFacts
from dodam.features.therapy.service.plays import PlayFacts
from dodam.features.therapy.service.ranges import day_range
from dodam.platform.clock import Clock
from dodam.platform.database import Reading

_DEFAULT_DAYS = 56
BASELINE = timedelta(days=14)

Facts = TypeVar("Facts", DayFacts, PaceFacts, StretchFacts)


class ResultsOfChildren:
    def __init__(self, clock: Clock, plays: PlayFacts, catalogue: Catalogue) -> None:
        self._clock = clock
        self._plays = plays
        self._catalogue = catalogue

    async def of(self, db: Reading, child: Child, first: date | None, last: date | None) -> Results:
        """By motion and hand, of the last 56 days without a range. Raises InvalidInput."""
        today = child.therapy_day(self._clock.now())
        first, last = day_range(first, last, today, default_days=_DEFAULT_DAYS)
        played = _by_kind(await self._plays.by_day(db, child, first, last))
        began = _by_kind(await self._plays.beginnings(db, child, BASELINE))
        paces = _by_kind(await self._plays.paces(db, child, first, last))
        stretches = await self._plays.stretches(db, child, first, last, fewest=FEWEST_REPETITIONS)
        tired = _by_kind(stretches)
        order = {motion: place for place, motion in enumerate(await self._catalogue.motions(db))}
        kinds = sorted(played, key=lambda kind: (order.get(kind[0], len(order)), kind))
        now = span_until(min(last, today), BASELINE)
        return Results(
            child_id=child.id,
            from_day=first,
            to_day=last,
            motions=[
                _motion_result(played[kind], paces[kind], tired[kind], began[kind], now)
                for kind in kinds
            ],
            sides=[
                compare_sides(
                    motion, played[motion, TherapyHand.LEFT], played[motion, TherapyHand.RIGHT]
                )
                for motion in dict.fromkeys(
                    motion for motion, hand in kinds if hand is not TherapyHand.BOTH
                )
            ],
            fatigue=fatigue(stretches),
        )


def _by_kind(facts: Sequence[Facts]) -> dict[tuple[str, TherapyHand], list[Facts]]:
    kinds: dict[tuple[str, TherapyHand], list[Facts]] = defaultdict(list)
    for each in facts:
        kinds[each.motion, each.hand].append(each)
    return kinds


def _motion_result(
    facts: Sequence[DayFacts],
    paces: Sequence[PaceFacts],
    stretches: Sequence[StretchFacts],
    began: Sequence[DayFacts],
    now: Span,
) -> MotionResult:
    pace_at = {each.difficulty: each for each in paces if not each.all_levels}
    return MotionResult(
        motion=facts[0].motion,
        hand=facts[0].hand,
        **asdict(measure(facts, next((each for each in paces if each.all_levels), None))),
        levels=[
            LevelResult(difficulty=level, **asdict(measure(at_level, pace_at.get(level))))
            for level, at_level in by_level(facts)
        ],
        fatigue=fatigue(stretches),
        bests=bests(facts),
        baseline=compare_with_baseline(
            began,
            # What was voided this very moment is in `facts` still.
            span_from((began or facts)[0].therapy_day, BASELINE),
            [each for each in facts if each.therapy_day in now],
            now,
        ),
    )
