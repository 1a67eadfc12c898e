"""Counting anew what results add up to, when a new version of a game adds them up otherwise."""

from uuid import UUID

from dodam.features.games.models.recounting import RecountGame
from dodam.features.games.models.tallies import Tally
from dodam.features.games.service.standings import Standings
from dodam.features.games.store import standings as store
from dodam.platform.database import Transaction

# Meanwhile uploads of these children wait, half a second for 10,000 results (`bench.games`).
_TOGETHER = 50
_MOST_RESULTS = 5_000


class Recounting:
    def __init__(self, standings: Standings) -> None:
        self._standings = standings

    async def some(self, tx: Transaction, task: RecountGame) -> None:
        """Count some children's results anew, and leave the others to a task of their own."""
        game = await self._standings.newest(tx, task.game, task.version)
        held = await store.HOLD_OLDER.all(tx, game=task.game, version=task.version, most=_TOGETHER)
        counted: list[tuple[UUID, Tally]] = []
        for each in held:
            tally = await self._standings.counted_anew(tx, each.child_id, game)
            counted.append((each.child_id, tally))
            if sum(tally.results for _, tally in counted) >= _MOST_RESULTS:
                break
        if counted:
            await store.keep(tx, counted)
            await tx.enqueue(task)
