"""What sharing keeps of a child, until its erasure."""

from uuid import UUID

from dodam.features.children.models.children import Child
from dodam.features.sharing.store.grants import ERASE_CHILD
from dodam.platform.database import Transaction


class ChildGrants:
    """Follows the children feature."""

    async def child_registered(self, tx: Transaction, child: Child) -> None:
        """Nothing is shared until a guardian says so."""

    async def hands_changed(self, tx: Transaction, child: Child) -> None:
        """Nothing kept here tells of hands."""

    async def erase_child(self, tx: Transaction, child_id: UUID) -> None:
        for statement in ERASE_CHILD:
            await statement.execute(tx, child=child_id)

    async def pseudonymise_child(self, tx: Transaction, child_id: UUID) -> None:
        """A system that knows whose number it has must find no way back to the measurements."""
        await self.erase_child(tx, child_id)
