"""What promotions keep of a child: which one tickets were for."""

from uuid import UUID

from dodam.features.children.models.children import Child
from dodam.features.promotions.store import redemptions
from dodam.platform.database import Transaction


class ChildRecords:
    """Follows the children feature."""

    async def child_registered(self, tx: Transaction, child: Child) -> None:
        """Nothing is given to a child by itself."""

    async def hands_changed(self, tx: Transaction, child: Child) -> None:
        """Codes know no hands."""

    async def erase_child(self, tx: Transaction, child_id: UUID) -> None:
        await redemptions.FORGET_CHILD.execute(tx, child=child_id)

    # The account would tell whose child it was.
    pseudonymise_child = erase_child
