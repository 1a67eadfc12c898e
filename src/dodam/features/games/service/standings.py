"""What children have reached in games."""

from uuid import UUID

from dodam.features.games.models.standings import Standing
from dodam.platform.database import Reading


class Standings:
    async def of(self, db: Reading, child_id: UUID) -> dict[str, Standing]:
        """The child's standing in each game it has results of, by the game's id."""
        raise NotImplementedError
