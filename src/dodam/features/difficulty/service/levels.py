"""The levels a child is asked to play at."""

from collections import defaultdict
from datetime import date, timedelta

from dodam.features.children.models.children import Child
from dodam.features.children.service.diagnoses import Diagnoses
from dodam.features.content.service.catalogue import Catalogue
from dodam.features.difficulty.models.choosing import Choice, chosen
from dodam.features.difficulty.models.explaining import explained
from dodam.features.difficulty.models.levels import (
    Cause,
    Difficulty,
    Exercise,
    Recommendation,
    Source,
)
from dodam.features.difficulty.models.staircase import (
    returns_from_breaks,
    staircase,
    start_level,
)
from dodam.features.difficulty.service.decisions import Decisions
from dodam.features.therapy.models.plans import PlanSource
from dodam.features.therapy.models.play_facts import DayFacts
from dodam.features.therapy.service.plays import PlayFacts
from dodam.features.therapy.service.progress import Progress
from dodam.platform.clock import Clock
from dodam.platform.database import Reading
from dodam.platform.i18n import Language

_YEAR = timedelta(days=366)
# In four weeks every weekday of a plan comes round, and both hands.
_LOOK_AHEAD = timedelta(weeks=4)
_PRESCRIBING = {PlanSource.CLINICIAN, PlanSource.PROTOCOL}


class Levels:
    def __init__(
        self,
        clock: Clock,
        catalogue: Catalogue,
        progress: Progress,
        plays: PlayFacts,
        diagnoses: Diagnoses,
        decisions: Decisions,
    ) -> None:
        self._clock = clock
        self._catalogue = catalogue
        self._progress = progress
        self._plays = plays
        self._diagnoses = diagnoses
        self._decisions = decisions

    async def of(self, db: Reading, child: Child, language: Language) -> Difficulty:
        """The levels of a child today, with the reasons in a language."""
        today = child.therapy_day(self._clock.now())
        facts = await self._plays.by_day(db, child, today - _YEAR, today)
        returns = returns_from_breaks((each.therapy_day for each in facts), today)
        ability = await self._diagnoses.manual_ability(db, child)
        planned = await self._planned(db, child, today)
        decisions = {
            Exercise(each.motion, each.hand): each
            for each in await self._decisions.standing(db, child)
        }
        played: dict[Exercise, list[DayFacts]] = defaultdict(list)
        for each in facts:
            played[Exercise(each.motion, each.hand)].append(each)
        order = {motion: place for place, motion in enumerate(await self._catalogue.motions(db))}
        exercises = sorted(
            {*planned, *played, *decisions},
            key=lambda each: (order.get(each.motion, len(order)), each),
        )
        levels: list[Recommendation] = []
        for exercise in exercises:
            start = start_level(exercise.hand, child.affected_hand, ability)
            standing = staircase(played[exercise], start, returns, today)
            choice = chosen(standing, planned.get(exercise), decisions.get(exercise))
            levels.append(
                Recommendation(
                    motion=exercise.motion,
                    hand=exercise.hand,
                    level=choice.level,
                    source=choice.source,
                    because=explained(choice, standing, language),
                    staircase=standing.level,
                    repetitions=standing.repetitions,
                    successes=standing.successes,
                )
            )
        return Difficulty(child.id, today, levels)

    async def _planned(
        self, db: Reading, child: Child, today: date
    ) -> dict[Exercise, Choice | None]:
        """What the plan fixes, of all exercises it asks for: by the next day that does."""
        planned: dict[Exercise, Choice | None] = {}
        history = await self._progress.history(db, child, today, today + _LOOK_AHEAD)
        for day in history.days(today, today + _LOOK_AHEAD):
            if day.planned is None:
                continue
            prescribed = day.planned.plan.source in _PRESCRIBING
            source = Source.PRESCRIBED if prescribed else Source.PLANNED
            for item in day.items:
                fixed = item.difficulty
                choice = None if fixed is None else Choice(fixed, source, Cause.FIXED)
                planned.setdefault(Exercise(item.motion, item.hand), choice)
        return planned
