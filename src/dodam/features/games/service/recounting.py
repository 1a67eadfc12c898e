"""Counting anew what results add up to, when a new version of a game adds them up otherwise."""

from dodam.features.games.models.recounting import RecountGame
from dodam.features.games.service.standings import Standings
from dodam.features.games.store import standings as store
from dodam.platform.database import Transaction

# So many take about a tenth of a second, and hold up the uploads of these children only.
_TOGETHER = 100


class Recounting:
    def __init__(self, standings: Standings) -> None:
        self._standings = standings

    async def some(self, tx: Transaction, task: RecountGame) -> None:
        """Count some children's results anew, and leave the others to a task of their own."""
        game = await self._standings.newest(tx, task.game, task.version)
        held = await store.HOLD_OLDER.all(tx, game=task.game, version=task.version, most=_TOGETHER)
        if not held:
            return
        counted = [
            (each.child_id, await self._standings.counted_anew(tx, each.child_id, game))
            for each in held
        ]
        await store.keep(tx, counted)
        await tx.enqueue(task)
