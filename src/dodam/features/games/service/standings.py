"""What children have reached in games, by the aggregates of each game's newest version.

A tally names the version it was added up by. Where a newer one has other aggregates, whoever adds
to the tally counts the child's results anew first, and whoever reads it does so for itself: so it
is right before all of them are counted anew in the background.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import groupby
from operator import attrgetter
from uuid import UUID

from msgspec.structs import replace

from dodam.features.games.models.definitions import Game
from dodam.features.games.models.standings import Standing
from dodam.features.games.models.tallies import Tally, added, nothing_yet, standing
from dodam.features.games.service.definitions import PublishedGames
from dodam.features.games.store import results as results_store
from dodam.features.games.store import standings as store
from dodam.features.games.store.results import NewResult
from dodam.platform.database import Reading, Transaction

_READ_AT_ONCE = 1_000
_BEFORE_ALL = datetime.min.replace(tzinfo=UTC), UUID(int=0)
_OF_GAME = attrgetter("game")


class Standings:
    def __init__(self, published: PublishedGames) -> None:
        self._published = published

    async def of(self, db: Reading, child_id: UUID) -> dict[str, Standing]:
        """The child's standing in each game it has results of that count, by the game's id."""
        found: dict[str, Standing] = {}
        for tally in await store.OF_CHILD.all(db, child=child_id):
            if tally.game not in await self._published.current(db):
                continue  # new, and this process learns of it within a second
            game = await self.newest(db, tally.game, tally.version)
            is_stale = await self._is_by_others(db, tally, game)
            now = await self.counted_anew(db, child_id, game) if is_stale else tally
            found[tally.game] = standing(now, game.definition.aggregates)
        return found

    async def newest(self, db: Reading, game_id: str, at_least: int) -> Game:
        """The version by which results count now; `at_least` was published by somebody."""
        game = (await self._published.current(db)).get(game_id)
        if game is None or game.version < at_least:
            game = await self._published.version(db, game_id, at_least)
        if game is None:
            message = f"version {at_least} of {game_id} is gone"
            raise LookupError(message)
        return game

    async def add(self, tx: Transaction, child_id: UUID, results: Sequence[NewResult]) -> None:
        """Add results that were stored just now and count. The child is held by `tx`."""
        by_game = {
            game: list(each) for game, each in groupby(sorted(results, key=_OF_GAME), _OF_GAME)
        }
        held = {
            each.game: each
            for each in await store.HOLD.all(tx, child=child_id, games=list(by_game))
        }
        tallies: list[Tally] = []
        for game_id, new in by_game.items():
            tally = held.get(game_id) or nothing_yet(game_id, max(each.version for each in new))
            game = await self.newest(tx, game_id, tally.version)
            if await self._is_by_others(tx, tally, game):
                tallies.append(await self.counted_anew(tx, child_id, game))
            else:
                tally = replace(tally, version=game.version)
                tallies.append(added(tally, game.definition.aggregates, new))
        await store.keep(tx, [(child_id, tally) for tally in tallies])

    async def counted_anew(self, db: Reading, child_id: UUID, game: Game) -> Tally:
        """What all of the child's results that count add up to."""
        tally = nothing_yet(game.id, game.version)
        after, after_id = _BEFORE_ALL
        while True:
            some = await results_store.COUNTED.all(
                db,
                child=child_id,
                game=game.id,
                after=after,
                after_id=after_id,
                most=_READ_AT_ONCE,
            )
            tally = added(tally, game.definition.aggregates, some)
            if len(some) < _READ_AT_ONCE:
                return tally
            after, after_id = some[-1].started_at, some[-1].id

    async def _is_by_others(self, db: Reading, tally: Tally, game: Game) -> bool:
        """Whether a tally was added up by other aggregates than a game has."""
        if tally.version == game.version:
            return False
        of_tally = await self._published.version(db, tally.game, tally.version)
        return of_tally is None or of_tally.definition.aggregates != game.definition.aggregates
