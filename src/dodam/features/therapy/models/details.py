"""Rules for what the result of a day tells beside its sums."""

from collections.abc import Sequence
from datetime import date, timedelta

from dodam.features.therapy.models.days import Day, History
from dodam.features.therapy.models.results import (
    MotionResult,
    NextPlan,
    ResultDetails,
    TodayItem,
    WeekSoFar,
)


def week_begins(day: date) -> date:
    """The Monday of the ISO week that a day is in."""
    return day - timedelta(days=day.weekday())


def details(history: History, day: date, ahead: Sequence[Day]) -> ResultDetails:
    """Of a day in its evening; `history` covers its week from Monday, `ahead` are days after it."""
    return ResultDetails(
        by_motion=_by_motion(history, history.day(day)),
        next_plan=next((found for each in ahead if (found := _planned(each))), None),
        week=_week(history.days(week_begins(day), day)),
    )


def _by_motion(history: History, day: Day) -> list[MotionResult]:
    planned = {(item.motion, item.hand) for item in day.items}
    order = {motion: position for position, motion in enumerate(history.catalogue)}
    played = sorted(
        history.played.get(day.day, {}).items(),
        key=lambda each: (order.get(each[0][0], len(order)), each[0]),
    )
    unplanned = [
        MotionResult(
            motion=motion,
            hand=hand,
            target_repetitions=None,
            target_minutes=None,
            done_repetitions=sums.repetitions,
            done_seconds=sums.active_ms / 1000,
            reached=False,
        )
        for (motion, hand), sums in played
        if (motion, hand) not in planned
    ]
    return [*map(_of_item, day.items), *unplanned]


def _of_item(item: TodayItem) -> MotionResult:
    return MotionResult(**{name: getattr(item, name) for name in MotionResult.__struct_fields__})


def _planned(day: Day) -> NextPlan | None:
    planned = day.planned
    if planned is None or not day.counts_as_planned:
        return None
    return NextPlan(day=day.day, at=planned.at, hand=planned.hand, motions=len(planned.items))


def _week(days: Sequence[Day]) -> WeekSoFar:
    planned = [day for day in days if day.counts_as_planned]
    kept = sum(day.attended for day in planned)
    return WeekSoFar(
        from_day=days[0].day,
        to_day=days[-1].day,
        planned_days=len(planned),
        kept_days=kept,
        goal_days=sum(day.goal_reached for day in days),
        adherence=round(kept / len(planned), 4) if planned else None,
    )
