"""What rewards keep of a child, from its registration to its erasure."""

from uuid import UUID

from dodam.features.children.models.children import Child
from dodam.features.rewards.store import grants, ledgers
from dodam.platform.database import Transaction


class ChildRecords:
    """Follows the children feature."""

    async def child_registered(self, tx: Transaction, child: Child) -> None:
        """A ledger is opened with its first line."""

    async def hands_changed(self, tx: Transaction, child: Child) -> None:
        """Tickets know no hands."""

    async def erase_child(self, tx: Transaction, child_id: UUID) -> None:
        await grants.ERASE.execute(tx, child=child_id)
        await ledgers.ERASE.execute(tx, child=child_id)

    async def pseudonymise_child(self, tx: Transaction, child_id: UUID) -> None:
        await grants.FORGET_WORDS.execute(tx, child=child_id)
