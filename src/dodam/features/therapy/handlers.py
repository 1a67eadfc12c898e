"""What follows for therapy from facts about children, and from its own."""

from dodam.features.children.events import DayMoved
from dodam.features.therapy.events import DayAttended
from dodam.features.therapy.service.attended import Streaks
from dodam.features.therapy.service.daily_results import ResultsOfDays
from dodam.platform.database import Transaction


class Reactions:
    def __init__(self, results: ResultsOfDays, streaks: Streaks) -> None:
        self._results = results
        self._streaks = streaks

    async def day_moved(self, tx: Transaction, event: DayMoved) -> None:
        await self._results.day_moved(tx, event.child_id, event.day)

    async def day_attended(self, tx: Transaction, event: DayAttended) -> None:
        await self._streaks.day_attended(tx, event.child_id)
