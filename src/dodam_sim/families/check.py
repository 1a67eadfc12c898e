"""The check of what was played and attended, held against the child's ledger."""

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

from dodam_sim.families.answers import (
    Attendance,
    Calendar,
    DailyLog,
    MotionTotals,
    Period,
    Report,
    SessionResult,
)
from dodam_sim.families.asking import Answers
from dodam_sim.families.attendance import History
from dodam_sim.families.compare import Comparison
from dodam_sim.families.ledger import Ledger, SessionEntry, Sums, sums, sums_by_motion
from dodam_sim.families.therapy_day import days_between

TREND_WEEKS = 8


def check(comparison: Comparison, history: History, answers: Answers, slack: timedelta) -> None:
    """Compare every number; what differs is noted in `comparison`.

    `slack` is by how much times may be off: nothing, or seconds where a wrong clock was corrected
    by the moment the upload arrived.
    """
    check_logs(comparison, history.ledger, answers.logs, slack)
    _check_attendance(comparison, history, answers.attendance)
    for calendar in answers.calendars:
        _check_calendar(comparison, history, calendar)
    _check_report(comparison, history, answers.report)


def check_logs(
    comparison: Comparison, ledger: Ledger, logs: Sequence[DailyLog], slack: timedelta
) -> None:
    """Compare the daily logs, with their motions and sessions."""
    comparison.same(None, "days with a log", _days(ledger.played_days), _days(d.day for d in logs))
    sessions = ledger.sessions()
    for log in logs:
        plays = ledger.on(log.day)
        if not plays:
            continue
        first = min(play.started_at for play in plays)
        last = max(play.ended_at for play in plays)
        comparison.totals(log.day, "log", sums(plays), log.totals)
        comparison.near(log.day, "log: start of first play", first, log.first_play_at, slack)
        comparison.near(log.day, "log: end of last play", last, log.last_play_at, slack)
        _check_motions(comparison, log.day, "log", sums_by_motion(plays), log.by_motion)
        _check_sessions(comparison, log, sessions.get(log.day, {}), slack)


def _check_motions(
    comparison: Comparison,
    day: date,
    what: str,
    expected: Mapping[tuple[str, str], Sums],
    got: Sequence[MotionTotals],
) -> None:
    """Compare sums by motion and hand. A motion that was planned only has sums of zero."""
    answered = {(part.motion, part.hand): part.totals for part in got}
    comparison.same(day, f"{what}: each motion and hand once", len(answered), len(got))
    names = sorted(key for key, totals in answered.items() if totals.plays)
    comparison.same(day, f"{what}: motions", sorted(expected), names)
    for key, totals in answered.items():
        comparison.totals(day, f"{what}: {' '.join(key)}", expected.get(key, Sums()), totals)


def _check_sessions(
    comparison: Comparison,
    log: DailyLog,
    expected: Mapping[UUID, SessionEntry],
    slack: timedelta,
) -> None:
    answered: dict[UUID, SessionResult] = {result.session_id: result for result in log.sessions}
    comparison.same(log.day, "sessions", sorted(map(str, expected)), sorted(map(str, answered)))
    for session_id, result in answered.items():
        entry = expected.get(session_id)
        if entry is None:
            continue
        comparison.same(log.day, "session: day", entry.day, result.therapy_day)
        comparison.near(log.day, "session: start", entry.started_at, result.started_at, slack)
        comparison.near(log.day, "session: end", entry.ended_at, result.ended_at, slack)
        comparison.totals(log.day, "session", entry.sums, result.totals)


def _days(days: Iterable[date]) -> str:
    return " ".join(str(day) for day in days)


def _check_attendance(comparison: Comparison, history: History, got: Attendance) -> None:
    span = days_between(history.first_day, history.today - timedelta(days=1))
    played = [day for day in span if history.played(day)]
    planned = history.planned_days(span)
    attended = sum(history.played(day) for day in planned)
    current, longest = history.streaks()
    same = comparison.same
    same(None, "attendance: days played", _days(played), _days(got.attended))
    same(None, "attendance: number of days played", len(played), got.attended_days)
    same(
        None,
        "attendance: days played ever",
        len(history.ledger.played_days),
        got.total_attended_days,
    )
    same(None, "attendance: planned days", len(planned), got.planned_days)
    same(None, "attendance: planned days played", attended, got.attended_planned_days)
    same(None, "attendance: goal days", history.goal_days(span), got.goal_days)
    comparison.rate(None, "attendance: rate", (attended, len(planned)), got.attendance_rate)
    same(None, "attendance: current streak", current, got.current_streak)
    same(None, "attendance: longest streak", longest, got.longest_streak)


def _check_calendar(comparison: Comparison, history: History, calendar: Calendar) -> None:
    comparison.same(None, "calendar: today", history.today, calendar.today)
    if not calendar.days:
        comparison.same(None, "calendar: days", "a month of days", "none")
        return
    first, last = _month_of(calendar.days[0].day)
    answered = [day.day for day in calendar.days]
    comparison.same(first, "calendar: days", _days(days_between(first, last)), _days(answered))
    for day in calendar.days:
        planned, reached = history.targets(day.day)
        comparison.same(day.day, "calendar: status", history.status(day.day), day.status)
        comparison.same(day.day, "calendar: planned items", planned, day.planned_items)
        comparison.same(day.day, "calendar: reached items", reached, day.reached_items)
        comparison.totals(day.day, "calendar", sums(history.ledger.on(day.day)), day.totals)


def _check_report(comparison: Comparison, history: History, report: Report) -> None:
    today = history.today
    comparison.same(None, "report: day", today, report.day)
    monday = today - timedelta(days=today.weekday())
    month = _month_of(today)
    _check_period(comparison, history, ("report: today", today, today), report.today)
    _check_period(comparison, history, ("report: week", *_week(monday)), report.week)
    _check_period(comparison, history, ("report: month", *month), report.month)
    comparison.same(None, "report: weeks of trend", TREND_WEEKS, len(report.trend))
    for weeks_ago, period in enumerate(reversed(report.trend)):
        week = _week(monday - timedelta(weeks=weeks_ago))
        _check_period(comparison, history, ("report: trend", *week), period)
    by_motion = sums_by_motion(history.ledger.between(*month))
    _check_motions(comparison, month[0], "report", by_motion, report.by_motion)


def _check_period(
    comparison: Comparison,
    history: History,
    expected: tuple[str, date, date],
    got: Period,
) -> None:
    what, first, end = expected
    # A period that is still going on is answered up to today.
    last = min(end, history.today)
    days = days_between(first, last)
    attended = sum(history.played(day) for day in days)
    comparison.same(first, f"{what}: first day", first, got.from_day)
    comparison.same(first, f"{what}: last day", last, got.to_day)
    comparison.totals(first, what, sums(history.ledger.between(first, last)), got.totals)
    comparison.same(first, f"{what}: days played", attended, got.attended_days)
    goals = history.goal_days(days)
    comparison.same(first, f"{what}: goal days", goals, got.goal_days)
    planned = len(history.planned_days(days))
    comparison.same(first, f"{what}: planned days", planned, got.planned_days)


def _week(monday: date) -> tuple[date, date]:
    return monday, monday + timedelta(days=6)


def _month_of(day: date) -> tuple[date, date]:
    """Return the first and the last day of the calendar month that holds `day`."""
    return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])
