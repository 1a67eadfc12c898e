"""What dose a child gets, and how near that is to its plan."""

from collections.abc import Iterable
from datetime import date, timedelta

from dodam.features.children.models.children import Child
from dodam.features.outcomes.models.adherence import (
    Adherence,
    CaseloadAdherence,
    CumulativeDose,
)
from dodam.features.outcomes.models.doses import (
    adherence_day,
    adherence_period,
    missed,
    references,
)
from dodam.features.outcomes.models.weeks import first_day
from dodam.features.therapy.service.plays import PlayFacts
from dodam.features.therapy.service.progress import Progress
from dodam.platform.clock import Clock
from dodam.platform.database import Reading
from dodam.platform.i18n import Language

_WEEK = 7
_MS_AN_HOUR = 3_600_000
_MINUTES_AN_HOUR = 60


class Adherences:
    def __init__(self, clock: Clock, progress: Progress, plays: PlayFacts) -> None:
        self._clock = clock
        self._progress = progress
        self._plays = plays

    async def of(self, db: Reading, child: Child, weeks: int, language: Language) -> Adherence:
        """Of the last `weeks` ISO weeks (1 to 52), the one that is under way included."""
        today = child.therapy_day(self._clock.now())
        first = first_day(today, weeks)
        history = await self._progress.history(db, child, first, today)
        days = history.days(first, today)
        ever = await self._plays.ever(db, child)
        total = adherence_period(days, today)
        return Adherence(
            child_id=child.id,
            from_day=first,
            to_day=today,
            total=total,
            weeks=[
                adherence_period(days[start : start + _WEEK], today)
                for start in range(0, len(days), _WEEK)
            ],
            days=[adherence_day(day, today) for day in days],
            missed=missed(days, today),
            dose=CumulativeDose(
                hours=round(ever.active_ms / _MS_AN_HOUR, 1),
                hours_in_period=round(total.done.minutes / _MINUTES_AN_HOUR, 1),
                references=references(language),
            ),
        )

    async def caseload(self, db: Reading, children: Iterable[Child]) -> list[CaseloadAdherence]:
        """Of each child, those in need first.

        That is, who did least of the last two weeks' plan, and of equals who has not played for
        longest; of whom nothing was asked comes last.
        """
        return sorted([await self._row(db, child) for child in children], key=_need)

    async def _row(self, db: Reading, child: Child) -> CaseloadAdherence:
        today = child.therapy_day(self._clock.now())
        first, last = today - timedelta(days=8 * _WEEK), today - timedelta(days=1)
        history = await self._progress.history(db, child, first, last)
        days = history.days(first, last)
        eight_weeks = adherence_period(days, today)
        two_weeks = adherence_period(days[-2 * _WEEK :], today)
        recent, usual = two_weeks.adherence, eight_weeks.adherence
        return CaseloadAdherence(
            child_id=child.id,
            name=child.name,
            two_weeks=two_weeks,
            eight_weeks=eight_weeks,
            change=None if recent is None or usual is None else round(recent - usual, 4),
            last_played_on=(await self._plays.ever(db, child)).last_day,
        )


def _need(row: CaseloadAdherence) -> tuple[bool, float, date, str]:
    adherence = row.two_weeks.adherence
    return (adherence is None, adherence or 0, row.last_played_on or date.min, row.name)
