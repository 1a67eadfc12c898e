"""The mini-games that come with Dodam: definitions in the package, like those that staff write."""

from importlib import resources

import msgspec
import structlog

from dodam.features.games.models.definitions import Definition
from dodam.features.games.service.publishing import Publishing
from dodam.platform.database import Transaction
from dodam.platform.errors import InvalidInput

# In the order in which they are offered.
BUILT_IN = ("brushing", "cooking", "up_stairs", "videos")
_LOG = structlog.get_logger(__name__)


class BuiltInGames:
    def __init__(self, publishing: Publishing) -> None:
        self._publishing = publishing

    async def load(self, tx: Transaction) -> None:
        """Bring the games that come with Dodam up to this release's.

        What staff published is theirs, and stays; so does a game whose live settings would break.
        The games are held first, as whoever publishes one holds it before its settings.
        """
        for game_id in BUILT_IN:
            await self._publishing.hold(tx, game_id)
        for game_id in BUILT_IN:
            try:
                await self._publishing.release(tx, game_id, built_in(game_id))
            except InvalidInput as error:
                fields = [each.field for each in error.fields]
                _LOG.warning("game kept as it was", game=game_id, fields=fields)


def built_in(game_id: str) -> Definition:
    """A game as it comes with this release."""
    packaged = resources.files("dodam.features.games").joinpath("built_in", f"{game_id}.json")
    return msgspec.json.decode(packaged.read_bytes(), type=Definition)
