"""Telling, once, that a child has played on a day, and how long its streak has become."""

from collections.abc import Iterable
from uuid import UUID

from dodam.features.children.service.children import Children
from dodam.features.therapy.events import DayAttended, StreakReached
from dodam.features.therapy.models.streaks import milestones
from dodam.features.therapy.service.goals import PlayedDay, fresh_days
from dodam.features.therapy.service.progress import Progress
from dodam.features.therapy.store import attended as store
from dodam.features.therapy.store.sums import ATTENDED_DAYS
from dodam.platform.clock import Clock
from dodam.platform.database import Transaction


class Attended:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def days_begun(self, tx: Transaction, days: Iterable[PlayedDay]) -> None:
        """Publish the days that had no plays before those just added in `tx`.

        A day of which all plays were voided was told of when the first of them came in.
        """
        fresh = fresh_days(days, self._clock.now())
        if not fresh:
            return
        children, dates = zip(*fresh, strict=True)
        for told in await store.VOIDED_DAYS.all(tx, children=children, days=dates):
            del fresh[told.child_id, told.therapy_day]
        for each in fresh.values():
            await tx.publish(
                DayAttended(
                    child_id=each.child.id, account_id=each.guardian_id, therapy_day=each.day
                )
            )


class Streaks:
    def __init__(self, clock: Clock, children: Children, progress: Progress) -> None:
        self._clock = clock
        self._children = children
        self._progress = progress

    async def day_attended(self, tx: Transaction, child_id: UUID) -> None:
        """Note and publish what the child's streak has reached and was not told of before."""
        for child in await self._children.consented(tx, [child_id]):
            attendance = await self._progress.attendance(tx, child, None, None)
            attended = [row.therapy_day for row in await ATTENDED_DAYS.all(tx, child=child_id)]
            streak = attended[len(attended) - attendance.current_streak :]
            for length in milestones(len(streak)):
                noted = await store.NOTE_STREAK.first(
                    tx,
                    child_id=child_id,
                    length=length,
                    therapy_day=streak[length - 1],
                    noted_at=self._clock.now(),
                    begun_on=streak[0],
                )
                if noted is not None:
                    await tx.publish(
                        StreakReached(
                            child_id=child_id,
                            account_id=child.guardian_id,
                            length=length,
                            therapy_day=noted.therapy_day,
                        )
                    )
