"""Work on children that is due."""

from dodam.features.children.events import ErasureDue
from dodam.features.children.service.children import Children
from dodam.platform.database import Transaction


class Reactions:
    def __init__(self, children: Children) -> None:
        self._children = children

    async def erasure_due(self, tx: Transaction, event: ErasureDue) -> None:
        await self._children.erase_due(tx, event.child_id)
