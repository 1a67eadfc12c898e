"""Counting results anew in the background."""

from dodam.features.games.models.recounting import RecountGame
from dodam.features.games.service.recounting import Recounting
from dodam.platform.database import Database


class Recounts:
    def __init__(self, database: Database, recounting: Recounting) -> None:
        self._database = database
        self._recounting = recounting

    async def some(self, task: RecountGame) -> None:
        async with self._database.transaction() as tx:
            await self._recounting.some(tx, task)
