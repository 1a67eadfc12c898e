"""What becomes of children that are not to be kept."""

from uuid import UUID

from dodam.features.children.models.removal import Erasure
from dodam.platform.database import Transaction


class EraseEverything:
    """The policy of a house without clinical trials: nobody's data outlives its child."""

    async def of(self, _tx: Transaction, _child_id: UUID) -> Erasure:
        return Erasure.ERASE
