"""One report a week, of the week that is over, by Korea's clocks."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from dodam.features.crm.models.reports import Report, WriteWeeklyReport
from dodam.features.crm.models.weekly_report import WeekFigures, compose, monday_of, week_name
from dodam.features.crm.ports import ReportPages
from dodam.features.crm.store import reports as store
from dodam.features.therapy.service.figures import FiguresOfAll
from dodam.features.therapy.service.reporting import TherapyReporting
from dodam.platform.clock import Clock
from dodam.platform.database import Database, Reading, Transaction
from dodam.platform.i18n import Language
from dodam.platform.work import TryLater

_ZONE = ZoneInfo("Asia/Seoul")
_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)
# An attempt ends before.
LEASE = timedelta(minutes=5)


class WeeklyReports:
    def __init__(
        self,
        database: Database,
        clock: Clock,
        pages: ReportPages,
        figures: FiguresOfAll,
        therapy: TherapyReporting,
        language: Language,
    ) -> None:
        self._database = database
        self._clock = clock
        self._pages = pages
        self._figures = figures
        self._therapy = therapy
        self._language = language

    async def begin(self, tx: Transaction) -> None:
        """Have the report of the last whole week written, and those that were given up."""
        today = self._clock.now().astimezone(_ZONE).date()
        await store.WANT.execute(tx, of_week=week_name(today - _WEEK))
        for each in await store.UNWRITTEN.all(tx):
            await tx.enqueue(
                WriteWeeklyReport(week=each.week), dedupe_key=f"crm.weekly_report:{each.week}"
            )

    async def write(self, week: str) -> None:
        """Write a week's report if it is not there.

        Raises TryLater, PerhapsDone and CannotBeDone.
        """
        until = self._clock.now() + LEASE
        report = await self._claim(week, until)
        if report is None:
            return
        try:
            page_id = await self._pages.write(report)
        except BaseException:
            async with self._database.statement() as tx:
                await store.RELEASE.execute(tx, of_week=week, until=until)
            raise
        async with self._database.statement() as tx:
            await store.WRITTEN.execute(
                tx, of_week=week, until=until, page=page_id, now=self._clock.now()
            )

    async def _claim(self, week: str, until: datetime) -> Report | None:
        """What is to be written; the same words at every attempt."""
        async with self._database.transaction() as tx:
            row = await store.CLAIM.first(tx, of_week=week, now=self._clock.now(), until=until)
            if row is None:
                if await store.IS_UNWRITTEN.first(tx, of_week=week) is not None:
                    raise TryLater("another worker writes this report", after=LEASE)
                return None
            if row.content is not None:
                return msgspec.convert(row.content, Report)
            report = await self._compose(tx, week)
            await store.KEEP.execute(tx, of_week=week, new_content=report)
            return report

    async def _compose(self, db: Reading, week: str) -> Report:
        monday = monday_of(week)
        return compose(
            week,
            await self._week(db, monday),
            await self._week(db, monday - _WEEK),
            self._language,
        )

    async def _week(self, db: Reading, monday: date) -> WeekFigures:
        figures = await self._figures.of(db, monday, monday + _WEEK - _DAY)
        return WeekFigures(await self._therapy.week(db, monday, _ZONE), figures.days)
