"""Today, calendar, attendance, daily logs and report over HTTP."""

from datetime import date
from typing import Annotated

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from dodam.features.children.service.children import Children
from dodam.features.therapy.models.results import (
    Attendance,
    Calendar,
    DailyActivityLogs,
    ExerciseReport,
    Today,
)
from dodam.features.therapy.routes.child import ChildId
from dodam.features.therapy.service.progress import Progress
from dodam.platform.database import Database
from dodam.platform.http.problems import problem_responses
from dodam.platform.tokens import Caller

Month = Annotated[
    str | None,
    QueryParameter(
        name="month",
        pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$",
        max_length=7,  # `$` alone would let a line end through
        description="`YYYY-MM`; the present month without it.",
    ),
]
From = Annotated[date | None, QueryParameter(name="from", description="First day, included.")]
To = Annotated[
    date | None,
    QueryParameter(name="to", description="Last day, included; at most 366 days from the first."),
]


class ProgressController(Controller):
    path = "/children/{child_id:uuid}"
    tags = ["progress"]

    @get(
        "/today",
        summary="What to play today",
        operation_id="showToday",
        responses=problem_responses(401, 404),
    )
    async def today(
        self,
        child_id: ChildId,
        db: NamedDependency[Database],
        children: NamedDependency[Children],
        progress: NamedDependency[Progress],
        caller: NamedDependency[Caller],
    ) -> Today:
        """The motions to play now, the hand, the targets, and what is done of them."""
        async with db.reading() as reading:
            child = await children.of(reading, caller.account_id, child_id)
            return await progress.today(reading, child)

    @get(
        "/calendar",
        summary="A month's calendar",
        operation_id="showCalendar",
        responses=problem_responses(400, 401, 404),
    )
    async def calendar(
        self,
        child_id: ChildId,
        db: NamedDependency[Database],
        children: NamedDependency[Children],
        progress: NamedDependency[Progress],
        caller: NamedDependency[Caller],
        month: Month = None,
    ) -> Calendar:
        """Every day of a month: planned, done, partial, missed, rest, extra or excused."""
        first = None if month is None else date.fromisoformat(f"{month}-01")
        async with db.reading() as reading:
            child = await children.of(reading, caller.account_id, child_id)
            return await progress.calendar(reading, child, first)

    @get(
        "/attendance",
        summary="Attendance and streaks",
        operation_id="showAttendance",
        responses=problem_responses(400, 401, 404),
    )
    async def attendance(
        self,
        child_id: ChildId,
        db: NamedDependency[Database],
        children: NamedDependency[Children],
        progress: NamedDependency[Progress],
        caller: NamedDependency[Caller],
        from_day: From = None,
        to_day: To = None,
    ) -> Attendance:
        """Days attended and goals reached in a range (the last 90 days without one); streaks."""
        async with db.reading() as reading:
            child = await children.of(reading, caller.account_id, child_id)
            return await progress.attendance(reading, child, from_day, to_day)

    @get(
        "/daily-logs",
        summary="Daily activity logs",
        operation_id="listDailyLogs",
        responses=problem_responses(400, 401, 404),
    )
    async def daily_logs(
        self,
        child_id: ChildId,
        db: NamedDependency[Database],
        children: NamedDependency[Children],
        progress: NamedDependency[Progress],
        caller: NamedDependency[Caller],
        from_day: From = None,
        to_day: To = None,
    ) -> DailyActivityLogs:
        """The therapy days something was played on, with sums, motions and session results."""
        async with db.reading() as reading:
            child = await children.of(reading, caller.account_id, child_id)
            return await progress.daily_logs(reading, child, from_day, to_day)

    @get(
        "/report",
        summary="The exercise report",
        operation_id="showReport",
        responses=problem_responses(401, 404),
    )
    async def report(
        self,
        child_id: ChildId,
        db: NamedDependency[Database],
        children: NamedDependency[Children],
        progress: NamedDependency[Progress],
        caller: NamedDependency[Caller],
    ) -> ExerciseReport:
        """Today, this week and this month beside the plan, and the last eight weeks' trend."""
        async with db.reading() as reading:
            child = await children.of(reading, caller.account_id, child_id)
            return await progress.report(reading, child)
