"""Rules that hold a day's plays against its plan."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta

from msgspec import Struct

from dodam.features.content.models.motions import Motion, TherapyHand
from dodam.features.therapy.models.pauses import ExceptionReason, Pause
from dodam.features.therapy.models.plans import Plan, PlannedDay, item_hand, plan_day, planned_days
from dodam.features.therapy.models.results import (
    DayStatus,
    Period,
    Sums,
    TodayItem,
    add_up,
)

Played = Mapping[tuple[str, TherapyHand], Sums]
_NOTHING = Sums()
_MINUTE_MS = 60_000


class Day(Struct, frozen=True):
    """One day: what was planned, how far each item came, and everything that was played."""

    day: date
    planned: PlannedDay | None
    items: list[TodayItem]
    played: Sums
    status: DayStatus
    exception: ExceptionReason | None

    @property
    def attended(self) -> bool:
        return self.played.plays > 0

    @property
    def goal_reached(self) -> bool:
        return bool(self.items) and all(item.reached for item in self.items)

    @property
    def counts_as_planned(self) -> bool:
        """Whether the plan asked for this day and nothing excused it."""
        return self.planned is not None and self.exception is None


class History(Struct, frozen=True):
    """All that is needed to judge a child's days.

    `exceptions` are the days that are excused, each by itself or by one of the `pauses`, which are
    in the order in which they were made.
    """

    plans: list[Plan]
    played: Mapping[date, Played]
    exceptions: Mapping[date, ExceptionReason]
    catalogue: Mapping[str, Motion]
    today: date
    pauses: Sequence[Pause] = ()

    def day(self, day: date) -> Day:
        planned = plan_day(self.plans, day)
        played = self.played.get(day, {})
        items = [] if planned is None else _items(planned, played, self.catalogue)
        return Day(
            day=day,
            planned=planned,
            items=items,
            played=add_up(played.values()),
            status=_status(
                is_planned=planned is not None,
                attended=bool(played),
                goal_reached=bool(items) and all(item.reached for item in items),
                excused=day in self.exceptions,
                is_over=day < self.today,
            ),
            exception=self.exceptions.get(day),
        )

    def pause_on(self, day: date) -> Pause | None:
        """A pause the day lies in; of several the one made last."""
        return next((pause for pause in reversed(self.pauses) if pause.covers(day)), None)

    def days(self, first: date, last: date) -> list[Day]:
        return [self.day(day) for day in days_between(first, last)]


def days_between(first: date, last: date) -> Iterable[date]:
    """Every day from `first` to `last`, both included."""
    return (first + timedelta(days=i) for i in range((last - first).days + 1))


def excused_days(
    single: Mapping[date, ExceptionReason], pauses: Iterable[Pause], first: date, last: date
) -> dict[date, ExceptionReason]:
    """The days from `first` to `last` that are excused; what was said of a single day counts.

    Of several pauses, in the order in which they were made, the last gives the reason.
    """
    excused: dict[date, ExceptionReason] = {}
    for pause in pauses:
        ends = last if pause.to_day is None else min(last, pause.to_day)
        for day in days_between(max(first, pause.from_day), ends):
            excused[day] = pause.reason
    return {**excused, **single}


def _items(planned: PlannedDay, played: Played, catalogue: Mapping[str, Motion]) -> list[TodayItem]:
    items: list[TodayItem] = []
    hand_of_day = planned.hand
    for item in planned.items:
        hand = item_hand(item.motion, hand_of_day, catalogue)
        done = played.get((item.motion, hand), _NOTHING)
        items.append(
            TodayItem(
                motion=item.motion,
                hand=hand,
                target_repetitions=item.target_repetitions,
                target_minutes=item.target_minutes,
                difficulty=item.difficulty,
                done_repetitions=done.repetitions,
                done_seconds=done.active_ms / 1000,
                reached=_progress(item.target_repetitions, item.target_minutes, done) >= 1,
            )
        )
    return items


def _progress(target_repetitions: int | None, target_minutes: int | None, done: Sums) -> float:
    if target_repetitions is not None:
        return done.repetitions / target_repetitions
    if target_minutes is not None:
        return done.active_ms / (target_minutes * _MINUTE_MS)
    return 1.0


def _status(
    *, is_planned: bool, attended: bool, goal_reached: bool, excused: bool, is_over: bool
) -> DayStatus:
    if attended:
        if not is_planned:
            return DayStatus.EXTRA
        return DayStatus.DONE if goal_reached else DayStatus.PARTIAL
    if not is_planned:
        return DayStatus.REST
    if excused:
        return DayStatus.EXCUSED
    return DayStatus.MISSED if is_over else DayStatus.PLANNED


def period(days: list[Day]) -> Period:
    """Sum up a stretch of at least one day."""
    planned = [day for day in days if day.counts_as_planned]
    items = [item for day in planned for item in day.items]
    progress = [_item_progress(item) for item in items]
    return Period(
        from_day=days[0].day,
        to_day=days[-1].day,
        planned_days=len(planned),
        attended_days=sum(day.attended for day in days),
        goal_days=sum(day.goal_reached for day in days),
        planned_repetitions=sum(item.target_repetitions or 0 for item in items),
        planned_minutes=sum(item.target_minutes or 0 for item in items),
        completion=round(sum(progress) / len(progress), 4) if progress else None,
        totals=add_up(day.played for day in days).totals(),
    )


def _item_progress(item: TodayItem) -> float:
    done = Sums(repetitions=item.done_repetitions, active_ms=round(item.done_seconds * 1000))
    return min(1.0, _progress(item.target_repetitions, item.target_minutes, done))


def streaks(
    attended: Collection[date], plans: list[Plan], excused: Collection[date], today: date
) -> tuple[int, int]:
    """The current and the longest run of days played with no planned day missed in between.

    Rest days and excused days neither break a run nor lengthen it; today breaks nothing yet.
    """
    if not attended:
        return 0, 0
    planned = planned_days(plans, min(attended), max(today, *attended))
    missed = {day for day in planned if day < today} - set(attended) - set(excused)
    run = longest = 0
    for day in sorted(missed.union(attended)):
        run = 0 if day in missed else run + 1
        longest = max(longest, run)
    return run, longest
