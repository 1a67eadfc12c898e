"""Mini-games as they are published."""

from collections import OrderedDict
from collections.abc import Mapping
from typing import TypeVar

from dodam.features.games.models.definitions import Game
from dodam.features.games.store import definitions as store
from dodam.platform.database import Reading, Transaction
from dodam.platform.json_schema.schemas import JsonSchema
from dodam.platform.revisions import Revised

Kept = TypeVar("Kept")

# Of all games together: the newest, and what clients that were not updated for long still play.
_KEPT_VERSIONS = 200


class _AskedForLast(OrderedDict[tuple[str, int], Kept]):
    """What belongs to the versions that were asked for last, by game and version."""

    def find(self, key: tuple[str, int]) -> Kept | None:
        if key not in self:
            return None
        self.move_to_end(key)
        return self[key]

    def keep(self, key: tuple[str, int], kept: Kept) -> None:
        self[key] = kept
        if len(self) > _KEPT_VERSIONS:
            self.popitem(last=False)


class PublishedGames:
    """Read by every request, so kept in memory; every version that ever was can be had."""

    def __init__(self) -> None:
        self._games = Revised("games", _read)
        self._versions = _AskedForLast[Game]()
        self._schemas = _AskedForLast[JsonSchema]()

    async def current(self, db: Reading) -> Mapping[str, Game]:
        """The newest published version of each game by id, in order, retired games too."""
        return await self._games.current(db)

    async def version(self, db: Reading, game_id: str, version: int) -> Game | None:
        """A version that was published, however old, or however lately by another process.

        Where it stands among the games, and whether it is retired, only `current` tells.
        """
        newest = (await self.current(db)).get(game_id)
        if newest is not None and newest.version == version:
            return newest
        known = self._versions.find((game_id, version))
        if known is None:
            known = await store.VERSION.first(db, of_game=game_id, of_version=version)
            if known is not None:
                self._versions.keep((game_id, version), known)
        return known

    def result_schema(self, game: Game) -> JsonSchema:
        """What results of that version keep to; compiled once."""
        schema = self._schemas.find((game.id, game.version))
        if schema is None:
            schema = JsonSchema(game.definition.result_schema)
            self._schemas.keep((game.id, game.version), schema)
        return schema

    async def changed(self, tx: Transaction) -> None:
        """Let every process read the games again, if and only if this transaction commits."""
        await self._games.changed(tx)


async def _read(db: Reading) -> Mapping[str, Game]:
    return {game.id: game for game in await store.NEWEST.all(db)}
