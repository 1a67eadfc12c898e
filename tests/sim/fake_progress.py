"""Days as the server in memory tells of them: logs, attendance, calendar and report."""

from collections.abc import Iterable
from datetime import date, timedelta

from dodam_sim.families import answers
from dodam_sim.families.attendance import History
from dodam_sim.families.ledger import Ledger, Sums, sums, sums_by_motion
from dodam_sim.families.plays import Play
from dodam_sim.families.therapy_day import days_between


def totals_of(total: Sums) -> answers.Totals:
    return answers.Totals(
        total.plays,
        total.repetitions,
        total.successes,
        total.milliseconds / 1000,
        round(total.successes / total.repetitions, 4) if total.repetitions else None,
        round(total.accuracy / total.accuracies / 10_000, 4) if total.accuracies else None,
        total.score,
    )


def _motions(plays: Iterable[Play]) -> list[answers.MotionTotals]:
    return [
        answers.MotionTotals(motion, hand, totals_of(part))
        for (motion, hand), part in sums_by_motion(plays).items()
    ]


def logs(ledger: Ledger, first: date, last: date) -> list[answers.DailyLog]:
    sessions = ledger.sessions()
    logs: list[answers.DailyLog] = []
    for day in ledger.played_days:
        if first <= day <= last:
            plays = ledger.on(day)
            first_start = min(play.started_at for play in plays)
            last_end = max(play.ended_at for play in plays)
            results = [
                answers.SessionResult(key, day, entry.started_at, entry.ended_at, total)
                for key, entry in sessions.get(day, {}).items()
                for total in [totals_of(entry.sums)]
            ]
            total = totals_of(sums(plays))
            log = answers.DailyLog(day, first_start, last_end, total, _motions(plays), results)
            logs.append(log)
    return logs


def attendance(history: History, first: date, last: date) -> answers.Attendance:
    days = days_between(first, last)
    attended = [day for day in days if history.played(day)]
    planned = history.planned_days(days)
    planned_played = sum(history.played(day) for day in planned)
    current, longest = history.streaks()
    return answers.Attendance(
        planned_days=len(planned),
        attended_days=len(attended),
        attended_planned_days=planned_played,
        goal_days=history.goal_days(days),
        attendance_rate=round(planned_played / len(planned), 4) if planned else None,
        total_attended_days=len(history.ledger.played_days),
        current_streak=current,
        longest_streak=longest,
        attended=attended,
    )


def calendar(history: History, month: str) -> answers.Calendar:
    first = date.fromisoformat(f"{month}-01")
    days = [
        day for day in days_between(first, first + timedelta(days=30)) if day.month == first.month
    ]
    return answers.Calendar(
        history.today,
        [
            answers.CalendarDay(
                day,
                history.status(day),
                *history.targets(day),
                totals_of(sums(history.ledger.on(day))),
            )
            for day in days
        ],
    )


def report(history: History) -> answers.Report:
    today = history.today
    monday = today - timedelta(days=today.weekday())
    month = [answer.day for answer in calendar(history, f"{today:%Y-%m}").days]
    mondays = [monday - timedelta(weeks=n) for n in reversed(range(8))]
    return answers.Report(
        today,
        _period(history, today, today),
        _period(history, monday, monday + timedelta(days=6)),
        _period(history, month[0], month[-1]),
        _motions(history.ledger.between(month[0], month[-1])),
        [_period(history, start, start + timedelta(days=6)) for start in mondays],
    )


def _period(history: History, first: date, last: date) -> answers.Period:
    last = min(last, history.today)
    days = days_between(first, last)
    return answers.Period(
        first,
        last,
        len(history.planned_days(days)),
        sum(history.played(day) for day in days),
        history.goal_days(days),
        totals_of(sums(history.ledger.between(first, last))),
    )
