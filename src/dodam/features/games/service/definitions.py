"""Mini-games as they are published."""

from collections.abc import Mapping

from dodam.features.games.models.definitions import Game
from dodam.platform.database import Reading
from dodam.platform.json_schema import JsonSchema


class PublishedGames:
    """Read by every request, so kept in memory; every version that ever was can be had."""

    async def current(self, db: Reading) -> Mapping[str, Game]:
        """The newest published version of each game by id, in order, retired games too."""
        raise NotImplementedError

    async def version(self, db: Reading, game_id: str, version: int) -> Game | None:
        """A version that was published, however old."""
        raise NotImplementedError

    async def result_schema(self, db: Reading, game: Game) -> JsonSchema:
        """What results of that version keep to; compiled once."""
        raise NotImplementedError
