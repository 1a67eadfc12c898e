"""Today, calendar, attendance, daily logs and report over HTTP."""

from datetime import date
from typing import Annotated

from litestar import Controller, Request, get
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from dodam.features.accounts.models.permissions import Permission
from dodam.features.children.service.access import ChildAccess
from dodam.features.therapy.models.results import (
    Attendance,
    Calendar,
    DailyActivityLogs,
    ExerciseReport,
    Today,
)
from dodam.features.therapy.routes.child import ChildId
from dodam.features.therapy.service.progress import Progress
from dodam.platform.http.access import guardians_and_staff_who_may
from dodam.platform.http.problems import caller_language, problem_responses

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
    opt = guardians_and_staff_who_may(Permission.TREAT_CHILDREN)

    @get(
        "/today",
        summary="What to play today",
        operation_id="showToday",
        responses=problem_responses(401, 403, 404),
    )
    async def today(
        self,
        request: Request[object, object, State],
        child_id: ChildId,
        access: NamedDependency[ChildAccess],
        progress: NamedDependency[Progress],
    ) -> Today:
        """The motions to play now, the hand, the targets, and what is done of them."""
        async with access.looking(child_id, "today") as (db, child):
            return await progress.today(db, child, caller_language(request))

    @get(
        "/calendar",
        summary="A month's calendar",
        operation_id="showCalendar",
        responses=problem_responses(400, 401, 403, 404),
    )
    async def calendar(
        self,
        request: Request[object, object, State],
        child_id: ChildId,
        access: NamedDependency[ChildAccess],
        progress: NamedDependency[Progress],
        month: Month = None,
    ) -> Calendar:
        """Every day of a month: planned, done, partial, missed, rest, extra or excused."""
        first = None if month is None else date.fromisoformat(f"{month}-01")
        async with access.looking(child_id, "calendar") as (db, child):
            return await progress.calendar(db, child, first, caller_language(request))

    @get(
        "/attendance",
        summary="Attendance and streaks",
        operation_id="showAttendance",
        responses=problem_responses(400, 401, 403, 404),
    )
    async def attendance(
        self,
        child_id: ChildId,
        access: NamedDependency[ChildAccess],
        progress: NamedDependency[Progress],
        from_day: From = None,
        to_day: To = None,
    ) -> Attendance:
        """Days attended and goals reached in a range (the last 90 days without one); streaks."""
        async with access.looking(child_id, "attendance") as (db, child):
            return await progress.attendance(db, child, from_day, to_day)

    @get(
        "/daily-logs",
        summary="Daily activity logs",
        operation_id="listDailyLogs",
        responses=problem_responses(400, 401, 403, 404),
    )
    async def daily_logs(
        self,
        child_id: ChildId,
        access: NamedDependency[ChildAccess],
        progress: NamedDependency[Progress],
        from_day: From = None,
        to_day: To = None,
    ) -> DailyActivityLogs:
        """The therapy days something was played on, with sums, motions and session results."""
        async with access.looking(child_id, "daily_logs") as (db, child):
            return await progress.daily_logs(db, child, from_day, to_day)

    @get(
        "/report",
        summary="The exercise report",
        operation_id="showReport",
        responses=problem_responses(401, 403, 404),
    )
    async def report(
        self,
        child_id: ChildId,
        access: NamedDependency[ChildAccess],
        progress: NamedDependency[Progress],
    ) -> ExerciseReport:
        """Today, this week and this month beside the plan, and the last eight weeks' trend."""
        async with access.looking(child_id, "report") as (db, child):
            return await progress.report(db, child)
