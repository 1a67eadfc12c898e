"""What is planned and what came of it, as the server in memory tells of them."""

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction

from dodam_sim.families import answers
from dodam_sim.families.asking import ADHERENCE_WEEKS
from dodam_sim.families.attendance import History, in_force, planned_on
from dodam_sim.families.ledger import Ledger, sums, sums_by_motion
from dodam_sim.families.therapy_day import days_between


def schedule(
    history: History, pauses: Sequence[answers.Pause], first: date, last: date
) -> answers.Schedule:
    days: list[answers.ScheduledDay] = []
    for day in days_between(first, last):
        plan, asked = in_force(history.plans, day), planned_on(history.plans, day)
        items = [
            answers.ScheduledItem(
                item.motion,
                "both" if item.motion in history.bimanual else asked.hand,
                item.target_repetitions,
                item.target_minutes,
            )
            for item in (asked.items if asked else ())
            if asked
        ]
        covering = [
            each for each in pauses if each.from_day <= day <= (each.to_day or history.today)
        ]
        days.append(
            answers.ScheduledDay(
                day,
                plan.version if plan else None,
                asked.hand if asked else None,
                items,
                history.excused.get(day),
                covering[0] if covering else None,
            )
        )
    return answers.Schedule(days)


def adherence(history: History) -> answers.Adherence:
    today = history.today
    first = today - timedelta(days=today.weekday(), weeks=ADHERENCE_WEEKS - 1)
    mondays = [first + timedelta(weeks=number) for number in range(ADHERENCE_WEEKS)]
    missed = [
        answers.MissedDay(day, history.excused.get(day, "unexplained"))
        for day in days_between(first, today - timedelta(days=1))
        if history.status(day) in {"missed", "excused"}
    ]
    played = sums(history.ledger.between(history.first_day, today)).milliseconds
    return answers.Adherence(
        total=_period(history, first, today),
        weeks=[_period(history, each, min(today, each + timedelta(days=6))) for each in mondays],
        missed=missed,
        dose=answers.CumulativeDose(round(played / 3_600_000, 1)),
    )


def _period(history: History, first: date, last: date) -> answers.AdherencePeriod:
    over = [day for day in days_between(first, last) if day < history.today]
    counted = history.planned_days(over)
    items = [
        item
        for day in counted
        if (asked := planned_on(history.plans, day)) is not None
        for item in asked.items
    ]
    parts = [min(Fraction(1), part) for day in counted for part in history.done_parts(day)]
    done = sums(history.ledger.between(first, last))
    excused = [day for day in over if day in history.excused and planned_on(history.plans, day)]
    return answers.AdherencePeriod(
        first,
        last,
        len(counted),
        sum(map(history.played, counted)),
        history.goal_days(counted),
        len(excused),
        answers.Planned(
            len(items),
            sum(item.target_repetitions or 0 for item in items),
            sum(item.target_minutes or 0 for item in items),
        ),
        answers.Dose(done.plays, done.repetitions, round(done.milliseconds / 60_000, 1)),
        round(float(sum(parts) / len(parts)), 4) if parts else None,
    )


def outcomes(ledger: Ledger, first: date, last: date) -> answers.Outcomes:
    plays = ledger.between(first, last)
    return answers.Outcomes(
        [
            answers.MotionOutcome(
                motion,
                hand,
                len(
                    {
                        ledger.days.day_of(play.started_at)
                        for play in plays
                        if (play.motion, play.hand) == (motion, hand)
                    }
                ),
                part.plays,
                part.repetitions,
                part.successes,
                part.milliseconds / 1000,
                answers.Estimate(round(part.successes / part.repetitions, 4)),
            )
            for (motion, hand), part in sums_by_motion(plays).items()
        ]
    )
