"""What therapy earns: days attended, plans done, streaks."""

from dodam.features.rewards.service.earning import Earning
from dodam.features.therapy.events import DayAttended, StreakReached, TherapyGoalReached
from dodam.platform.database import Transaction


class Reactions:
    def __init__(self, earning: Earning) -> None:
        self._earning = earning

    async def day_attended(self, tx: Transaction, event: DayAttended) -> None:
        await self._earning.day_attended(tx, event.child_id, event.therapy_day)

    async def goal_reached(self, tx: Transaction, event: TherapyGoalReached) -> None:
        await self._earning.goal_reached(tx, event.child_id, event.therapy_day)

    async def streak_reached(self, tx: Transaction, event: StreakReached) -> None:
        await self._earning.streak_reached(tx, event.child_id, event.length, event.therapy_day)
