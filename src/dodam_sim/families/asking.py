"""The questions: everything the server can say about a child."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from dodam_sim.families.answers import (
    Adherence,
    Attendance,
    Calendar,
    DailyLog,
    DailyLogs,
    Outcomes,
    Plan,
    PlaySessions,
    Report,
    Schedule,
)
from dodam_sim.families.client import Guardian
from dodam_sim.families.therapy_day import days_between

LOG_PAGE_DAYS = 40
"""Days asked for at once; below the server's limit of 366, so that pages must fit together."""

SCHEDULE_DAYS = 92
SCHEDULE_AHEAD = timedelta(days=35)
ADHERENCE_WEEKS = 8


@dataclass(frozen=True, slots=True)
class Answers:
    """Everything the server says about one child on one day."""

    plans: list[Plan]
    logs: list[DailyLog]
    sessions: PlaySessions
    attendance: Attendance
    calendars: list[Calendar]
    report: Report
    schedule: Schedule
    adherence: Adherence
    outcomes: Outcomes


async def ask(guardian: Guardian, child_id: UUID, first_day: date, today: date) -> Answers:
    """Fetch every answer that covers the days from `first_day` to `today`."""
    base = f"/v1/children/{child_id}"
    logs: list[DailyLog] = []
    for start, end in _pages(first_day, today):
        page = await guardian.get(f"{base}/daily-logs?from={start}&to={end}", DailyLogs)
        logs += page.days
    months = sorted({f"{day:%Y-%m}" for day in days_between(first_day, today)})
    # The range ends before today: whether an unfinished day counts as planned is not our question.
    span = f"from={first_day}&to={today - timedelta(days=1)}"
    whole = f"from={first_day}&to={today}"
    ahead = today + SCHEDULE_AHEAD
    since = max(first_day, ahead - timedelta(days=SCHEDULE_DAYS - 1))
    return Answers(
        plans=await guardian.get(f"{base}/plans", list[Plan]),
        logs=logs,
        sessions=await guardian.get(f"{base}/sessions?{whole}", PlaySessions),
        attendance=await guardian.get(f"{base}/attendance?{span}", Attendance),
        calendars=[
            await guardian.get(f"{base}/calendar?month={month}", Calendar) for month in months
        ],
        report=await guardian.get(f"{base}/report", Report),
        schedule=await guardian.get(f"{base}/schedule?from={since}&to={ahead}", Schedule),
        adherence=await guardian.get(f"{base}/adherence?weeks={ADHERENCE_WEEKS}", Adherence),
        outcomes=await guardian.get(f"{base}/outcomes?{whole}", Outcomes),
    )


def _pages(first: date, last: date) -> Iterator[tuple[date, date]]:
    while first <= last:
        end = min(last, first + timedelta(days=LOG_PAGE_DAYS - 1))
        yield first, end
        first = end + timedelta(days=1)
