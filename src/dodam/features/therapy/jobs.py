"""Summing up days in the background."""

import structlog

from dodam.features.therapy.models.daily_results import SumUpDay, SumUpDays
from dodam.features.therapy.service.daily_results import ResultsOfDays
from dodam.platform.database import Database, DatabaseUnavailable

_LOG = structlog.get_logger(__name__)


class SummingUp:
    def __init__(self, database: Database, results: ResultsOfDays) -> None:
        self._database = database
        self._results = results

    async def some(self, _: SumUpDays) -> None:
        """Where it fails, each child goes by itself, so that one holds up no other."""
        try:
            async with self._database.transaction() as tx:
                await self._results.sum_up_some(tx)
        except DatabaseUnavailable:
            raise
        except Exception:  # noqa: BLE001 - whatever it was, the others must go on
            _LOG.exception("days could not be summed up together")
            async with self._database.transaction() as tx:
                await self._results.part(tx)

    async def one(self, task: SumUpDay) -> None:
        async with self._database.transaction() as tx:
            await self._results.sum_up_one(tx, task.child_id)
