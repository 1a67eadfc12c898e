"""Gathers what the clinic's report tells of one child."""

from collections.abc import Sequence
from dataclasses import dataclass

from dodam.features.accounts.service.staff import Staff
from dodam.features.children.models.children import Child
from dodam.features.children.service.diagnoses import Diagnoses
from dodam.features.content.service.catalogue import Catalogue
from dodam.features.outcomes.models.results import MotionResult
from dodam.features.outcomes.models.trends import Measure, Question, Trend
from dodam.features.outcomes.service.adherence import Adherences
from dodam.features.outcomes.service.results import ResultsOfChildren
from dodam.features.outcomes.service.trends import Trends
from dodam.features.reports.models.clinic_report import ClinicFacts
from dodam.features.reports.models.most_played import MOST_TRENDS, most_played
from dodam.features.therapy.models.plans import Plan, plan_on
from dodam.features.therapy.service.progress import Progress
from dodam.platform.clock import Clock
from dodam.platform.database import Reading
from dodam.platform.i18n import Language

_MEASURES = (Measure.SUCCESS_RATE, Measure.REPETITIONS_PER_MINUTE)


@dataclass(frozen=True)
class Below:
    """What it is built on."""

    staff: Staff
    diagnoses: Diagnoses
    catalogue: Catalogue
    progress: Progress
    adherences: Adherences
    results: ResultsOfChildren
    trends: Trends


class ClinicReports:
    def __init__(self, clock: Clock, below: Below) -> None:
        self._clock = clock
        self._below = below

    async def of(self, db: Reading, child: Child, weeks: int, language: Language) -> ClinicFacts:
        """Of the last `weeks` ISO weeks (1 to 26), the one that is under way included."""
        now = self._clock.now()
        today = child.therapy_day(now)
        below = self._below
        plan = plan_on((await below.progress.history(db, child, today, today)).plans, today)
        adherence = await below.adherences.of(db, child, weeks, language)
        results = await below.results.of(db, child, adherence.from_day, adherence.to_day)
        motions = await below.catalogue.motions(db)
        # While a newer release is on its way, plays may be of motions that this one does not know.
        played = [each for each in results.motions if each.motion in motions]
        return ClinicFacts(
            child=child,
            diagnoses=await below.diagnoses.all_of(db, child, language),
            plan=plan,
            plan_maker=await self._maker(db, plan),
            adherence=adherence,
            results=results,
            trends=await self._trends(db, child, played, weeks, language),
            motions=motions,
            today=today,
            made_at=now,
        )

    async def _maker(self, db: Reading, plan: Plan | None) -> str | None:
        if plan is None or plan.made_by is None:
            return None
        maker = (await self._below.staff.these(db, [plan.made_by])).get(plan.made_by)
        return maker and maker.name

    async def _trends(
        self,
        db: Reading,
        child: Child,
        played: Sequence[MotionResult],
        weeks: int,
        language: Language,
    ) -> list[Trend]:
        return [
            await self._below.trends.of(
                db, child, Question(each.motion, each.hand, measure, weeks), language
            )
            for each in most_played(played, MOST_TRENDS)
            for measure in _MEASURES
        ]
