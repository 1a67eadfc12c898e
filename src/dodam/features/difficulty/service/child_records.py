"""What difficulty keeps of a child, from its registration to its erasure."""

from uuid import UUID

from dodam.features.children.models.children import Child
from dodam.features.difficulty import store
from dodam.platform.database import Transaction


class ChildRecords:
    """Follows the children feature."""

    async def child_registered(self, tx: Transaction, child: Child) -> None:
        """Nothing is decided of a new child."""

    async def hands_changed(self, tx: Transaction, child: Child) -> None:
        """Levels are worked out from the hands as they are; decisions stay."""

    async def erase_child(self, tx: Transaction, child_id: UUID) -> None:
        await store.ERASE.execute(tx, child=child_id)

    async def pseudonymise_child(self, tx: Transaction, child_id: UUID) -> None:
        await store.FORGET_WHO.execute(tx, child=child_id)
