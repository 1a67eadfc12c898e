"""Telling what is planned, before and after it is played."""

from datetime import date

from dodam.features.children.models.children import Child
from dodam.features.therapy.models.days import Day, History
from dodam.features.therapy.models.plans import plan_on
from dodam.features.therapy.models.schedule import Schedule, ScheduledDay, ScheduledItem
from dodam.features.therapy.service.progress import Progress
from dodam.features.therapy.service.ranges import day_range
from dodam.platform.clock import Clock
from dodam.platform.database import Reading
from dodam.platform.i18n import Language

LONGEST_SCHEDULE = 92
_DEFAULT_DAYS = 28


class Schedules:
    def __init__(self, clock: Clock, progress: Progress) -> None:
        self._clock = clock
        self._progress = progress

    async def of(
        self, db: Reading, child: Child, first: date | None, last: date | None, language: Language
    ) -> Schedule:
        """A range of days, four weeks from today without one. Raises InvalidInput."""
        today = child.therapy_day(self._clock.now())
        if first is None and last is None:
            first = today
        first, last = day_range(
            first, last, today, default_days=_DEFAULT_DAYS, longest=LONGEST_SCHEDULE
        )
        history = await self._progress.history(db, child, first, last)
        days = [_scheduled(history, day, language) for day in history.days(first, last)]
        return Schedule(child_id=child.id, from_day=first, to_day=last, days=days)


def _scheduled(history: History, day: Day, language: Language) -> ScheduledDay:
    plan = plan_on(history.plans, day.day)
    return ScheduledDay(
        day=day.day,
        plan_version=plan.version if plan else None,
        source=plan.source if plan else None,
        hand=day.planned.hand if day.planned else None,
        hand_reason=day.planned.why(language, history.today) if day.planned else None,
        at=day.planned.at if day.planned else None,
        items=[
            ScheduledItem(
                motion=item.motion,
                hand=item.hand,
                target_repetitions=item.target_repetitions,
                target_minutes=item.target_minutes,
                difficulty=item.difficulty,
            )
            for item in day.items
        ],
        rests=plan is not None and plan.asked_on(day.day) is not None and day.planned is None,
        exception=day.exception,
        pause=history.pause_on(day.day),
    )
