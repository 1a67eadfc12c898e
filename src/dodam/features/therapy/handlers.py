"""What follows for therapy from facts about children."""

from dodam.features.children.events import DayMoved
from dodam.features.therapy.service.daily_results import ResultsOfDays
from dodam.platform.database import Transaction


class Reactions:
    def __init__(self, results: ResultsOfDays) -> None:
        self._results = results

    async def day_moved(self, tx: Transaction, event: DayMoved) -> None:
        await self._results.day_moved(tx, event.child_id, event.day)
