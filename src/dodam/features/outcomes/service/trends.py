"""How a measure changes from week to week."""

from dodam.features.children.models.children import Child
from dodam.features.content.service.catalogue import Catalogue
from dodam.features.outcomes.models.estimates import verdict
from dodam.features.outcomes.models.slopes import sloping, weekly
from dodam.features.outcomes.models.trends import Question, Trend
from dodam.features.outcomes.models.weeks import first_day
from dodam.features.outcomes.models.wording import words
from dodam.features.therapy.errors import UNKNOWN_MOTION
from dodam.features.therapy.service.plays import PlayFacts
from dodam.platform.clock import Clock
from dodam.platform.database import Reading
from dodam.platform.errors import InvalidInput
from dodam.platform.i18n import Language


class Trends:
    def __init__(self, clock: Clock, plays: PlayFacts, catalogue: Catalogue) -> None:
        self._clock = clock
        self._plays = plays
        self._catalogue = catalogue

    async def of(self, db: Reading, child: Child, question: Question, language: Language) -> Trend:
        """The trend of one measure of a motion and hand, up to today.

        Raises InvalidInput where the catalogue has no such motion.
        """
        if question.motion not in await self._catalogue.motions(db):
            raise InvalidInput(fields=[UNKNOWN_MOTION])
        today = child.therapy_day(self._clock.now())
        first = first_day(today, question.weeks)
        played = await self._plays.of_motion(
            db, child, question.motion, question.hand, first, today
        )
        facts = [each for each in played if question.difficulty in {None, each.difficulty}]
        found = sloping(facts, question.measure)
        outcome = verdict(found.slope)
        return Trend(
            child_id=child.id,
            motion=question.motion,
            hand=question.hand,
            measure=question.measure,
            difficulty=question.difficulty,
            from_day=first,
            to_day=today,
            points=weekly(facts, question.measure),
            slope=found.slope and found.slope.rounded(),
            weeks_compared=found.weeks,
            levels_compared=found.levels,
            verdict=outcome,
            words=words(question.measure, outcome, found, question.weeks, language),
        )
