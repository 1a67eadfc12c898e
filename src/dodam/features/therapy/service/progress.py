"""What a guardian sees: today, the calendar, attendance, daily logs and the report."""

from collections import defaultdict
from datetime import date, timedelta

from msgspec.structs import asdict

from dodam.features.children.models.children import Child
from dodam.features.content.models.motions import TherapyHand
from dodam.features.content.service.catalogue import Catalogue
from dodam.features.therapy.models.days import Day, History, excused_days, period, streaks
from dodam.features.therapy.models.details import details, week_begins
from dodam.features.therapy.models.pauses import Pause
from dodam.features.therapy.models.plans import plan_on
from dodam.features.therapy.models.results import (
    Attendance,
    Calendar,
    CalendarDay,
    DailyActivityLog,
    DailyActivityLogs,
    ExceptionReason,
    ExerciseReport,
    MotionTotals,
    ReportBreakdown,
    Sums,
    TherapyResult,
    Today,
    add_up,
)
from dodam.features.therapy.service.plans import Plans
from dodam.features.therapy.service.ranges import day_range
from dodam.features.therapy.store import sums as store
from dodam.features.therapy.store.daily_results import ResultRow
from dodam.features.therapy.store.pauses import EXCEPTIONS, PAUSES
from dodam.platform.clock import Clock
from dodam.platform.database import Reading
from dodam.platform.i18n import Language

_TREND_WEEKS = 8
_DAY = timedelta(days=1)
# In four weeks every weekday of a plan comes round, even after holidays.
_LOOK_AHEAD = timedelta(weeks=4)


class Progress:
    def __init__(self, clock: Clock, plans: Plans, catalogue: Catalogue) -> None:
        self._clock = clock
        self._plans = plans
        self._catalogue = catalogue

    async def today(self, db: Reading, child: Child, language: Language) -> Today:
        """What to play now, and what is done of it."""
        day = child.therapy_day(self._clock.now())
        history = await self.history(db, child, day, day)
        found = history.day(day)
        plan = plan_on(history.plans, day)
        return Today(
            child_id=child.id,
            day=day,
            day_ends_at=child.day_ends_at(day),
            status=found.status,
            plan_version=plan.version if plan else None,
            hand=found.planned.hand if found.planned else None,
            hand_reason=found.planned.why(language, day) if found.planned else None,
            at=found.planned.at if found.planned else None,
            items=found.items,
            done=found.played.totals(),
            goal_reached=found.goal_reached,
            exception=found.exception,
            pause=history.pause_on(day),
        )

    async def calendar(
        self, db: Reading, child: Child, month: date | None, language: Language
    ) -> Calendar:
        """One month, by its first day; the present one without."""
        today = child.therapy_day(self._clock.now())
        first = (month or today).replace(day=1)
        last = _next_month(first) - timedelta(days=1)
        history = await self.history(db, child, first, last)
        return Calendar(
            child_id=child.id,
            month=f"{first:%Y-%m}",
            today=today,
            days=[_calendar_day(day, today, language) for day in history.days(first, last)],
        )

    async def attendance(
        self, db: Reading, child: Child, first: date | None, last: date | None
    ) -> Attendance:
        """Attendance over a range of days, the last 90 without one. Raises InvalidInput."""
        today = child.therapy_day(self._clock.now())
        first, last = day_range(first, last, today, default_days=90)
        history = await self.history(db, child, first, last)
        days = history.days(first, last)
        over = [day for day in days if day.day <= today]
        planned = [day for day in over if day.counts_as_planned]
        kept = sum(day.attended for day in planned)
        attended = await _attended(db, child)
        current, longest = await self._streaks(db, child, attended, today)
        return Attendance(
            child_id=child.id,
            from_day=first,
            to_day=last,
            planned_days=len(planned),
            attended_days=sum(day.attended for day in days),
            attended_planned_days=kept,
            goal_days=sum(day.goal_reached for day in days),
            attendance_rate=round(kept / len(planned), 4) if planned else None,
            total_attended_days=len(attended),
            current_streak=current,
            longest_streak=longest,
            attended=[day.day for day in days if day.attended],
        )

    async def attended_so_far(self, db: Reading, child: Child) -> tuple[int, int]:
        """On how many days the child has ever played, and how long its current streak is."""
        attended = await _attended(db, child)
        today = child.therapy_day(self._clock.now())
        current, _ = await self._streaks(db, child, attended, today)
        return len(attended), current

    async def daily_logs(
        self, db: Reading, child: Child, first: date | None, last: date | None
    ) -> DailyActivityLogs:
        """The days something was played on, the last 31 without a range. Raises InvalidInput."""
        today = child.therapy_day(self._clock.now())
        first, last = day_range(first, last, today, default_days=31)
        span = {"child": child.id, "from_day": first, "to_day": last}
        motions: dict[date, list[MotionTotals]] = defaultdict(list)
        for row in await store.MOTION_SUMS.all(db, **span):
            motions[row.therapy_day].append(MotionTotals(row.motion, row.hand, row.totals()))
        sessions: dict[date, list[TherapyResult]] = defaultdict(list)
        for row in await store.SESSION_SUMS.all(db, **span):
            sessions[row.therapy_day].append(
                TherapyResult(
                    row.session_id, row.therapy_day, row.started_at, row.ended_at, row.totals()
                )
            )
        return DailyActivityLogs(
            child_id=child.id,
            from_day=first,
            to_day=last,
            days=[
                DailyActivityLog(
                    day=row.therapy_day,
                    first_play_at=row.first_play_at,
                    last_play_at=row.last_play_at,
                    totals=row.totals(),
                    by_motion=motions[row.therapy_day],
                    sessions=sessions[row.therapy_day],
                )
                for row in await store.DAY_SUMS.all(db, **span)
            ],
        )

    async def report(self, db: Reading, child: Child) -> ExerciseReport:
        """Today, week and month beside the plan, by motion and hand, and eight weeks' trend."""
        today = child.therapy_day(self._clock.now())
        monday = today - timedelta(days=today.weekday())
        trend_start = monday - timedelta(weeks=_TREND_WEEKS - 1)
        month_start = today.replace(day=1)
        history = await self.history(db, child, min(trend_start, month_start), today)
        weeks = [
            period(history.days(start, min(start + timedelta(days=6), today)))
            for start in (trend_start + timedelta(weeks=week) for week in range(_TREND_WEEKS))
        ]
        month = history.days(month_start, today)
        return ExerciseReport(
            child_id=child.id,
            day=today,
            today=period([history.day(today)]),
            week=weeks[-1],
            month=period(month),
            by_motion=_by_motion(history, month),
            trend=weeks,
        )

    async def sum_up(self, db: Reading, child: Child, day: date) -> ResultRow | None:
        """A day as it stands; nothing for one without a plan or excused, if it was not played."""
        history = await self.history(db, child, week_begins(day), day + _LOOK_AHEAD)
        found = history.day(day)
        if not (found.attended or found.counts_as_planned):
            return None
        attended = {each for each in await _attended(db, child) if each <= day}
        streak, _ = await self._streaks(db, child, attended, day)
        ahead = history.days(day + _DAY, day + _LOOK_AHEAD)
        return ResultRow(
            therapy_day=day,
            summed_up_at=self._clock.now(),
            status=found.status,
            goal_reached=found.goal_reached,
            planned_motions=len(found.items),
            reached_motions=sum(item.reached for item in found.items),
            planned_repetitions=sum(item.target_repetitions or 0 for item in found.items),
            planned_minutes=sum(item.target_minutes or 0 for item in found.items),
            current_streak=streak,
            next_planned_day=next((each.day for each in ahead if each.counts_as_planned), None),
            details=details(history, day, ahead),
            **asdict(found.played),
        )

    async def history(self, db: Reading, child: Child, first: date, last: date) -> History:
        """What the days from `first` to `last` are judged by."""
        span = {"child": child.id, "from_day": first, "to_day": last}
        played: dict[date, dict[tuple[str, TherapyHand], Sums]] = defaultdict(dict)
        for row in await store.MOTION_SUMS.all(db, **span):
            played[row.therapy_day][row.motion, row.hand] = row
        exceptions, pauses = await self._excused(db, child, first, last)
        return History(
            plans=await self._plans.between(db, child, first, last),
            played=played,
            exceptions=exceptions,
            catalogue=await self._catalogue.motions(db),
            today=child.therapy_day(self._clock.now()),
            pauses=pauses,
        )

    async def _streaks(
        self, db: Reading, child: Child, attended: set[date], today: date
    ) -> tuple[int, int]:
        first = min(attended, default=today)
        plans = await self._plans.between(db, child, first, today)
        excused, _ = await self._excused(db, child, first, today)
        return streaks(attended, plans, excused, today)

    async def _excused(
        self, db: Reading, child: Child, first: date, last: date
    ) -> tuple[dict[date, ExceptionReason], list[Pause]]:
        span = {"child": child.id, "from_day": first, "to_day": last}
        single = {row.day: row.reason for row in await EXCEPTIONS.all(db, **span)}
        pauses = await PAUSES.all(db, **span)
        return excused_days(single, pauses, first, last), pauses


async def _attended(db: Reading, child: Child) -> set[date]:
    return {row.therapy_day for row in await store.ATTENDED_DAYS.all(db, child=child.id)}


def _calendar_day(day: Day, today: date, language: Language) -> CalendarDay:
    return CalendarDay(
        day=day.day,
        status=day.status,
        planned_items=len(day.items),
        reached_items=sum(item.reached for item in day.items),
        totals=day.played.totals(),
        exception=day.exception,
        hand=day.planned.hand if day.planned else None,
        hand_reason=day.planned.why(language, today) if day.planned else None,
    )


def _by_motion(history: History, days: list[Day]) -> list[ReportBreakdown]:
    """Planned and done of each motion and hand, in the catalogue's order."""
    planned_repetitions: dict[tuple[str, TherapyHand], int] = defaultdict(int)
    planned_minutes: dict[tuple[str, TherapyHand], int] = defaultdict(int)
    played: dict[tuple[str, TherapyHand], list[Sums]] = defaultdict(list)
    for day in days:
        for item in day.items if day.counts_as_planned else ():
            planned_repetitions[item.motion, item.hand] += item.target_repetitions or 0
            planned_minutes[item.motion, item.hand] += item.target_minutes or 0
        for key, sums in history.played.get(day.day, {}).items():
            played[key].append(sums)
    order = {motion: position for position, motion in enumerate(history.catalogue)}
    keys = sorted(
        {*planned_repetitions, *played}, key=lambda key: (order.get(key[0], len(order)), key)
    )
    return [
        ReportBreakdown(
            motion=motion,
            hand=hand,
            planned_repetitions=planned_repetitions[motion, hand],
            planned_minutes=planned_minutes[motion, hand],
            totals=add_up(played[motion, hand]).totals(),
        )
        for motion, hand in keys
    ]


def _next_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)
