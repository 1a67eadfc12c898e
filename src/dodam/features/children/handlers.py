"""Work on children that is due, and what follows from their guardians' leaving."""

from uuid import UUID

from dodam.features.accounts.events.withdrawal import (
    AccountErased,
    AccountWithdrawn,
    WithdrawalUndone,
)
from dodam.features.accounts.service.withdrawal import Withdrawals
from dodam.features.children.events import ErasureDue
from dodam.features.children.service.children import Children
from dodam.platform.database import Transaction


class Reactions:
    def __init__(self, children: Children, withdrawals: Withdrawals) -> None:
        self._children = children
        self._withdrawals = withdrawals

    async def erasure_due(self, tx: Transaction, event: ErasureDue) -> None:
        await self._children.erase_due(tx, event.child_id)

    async def account_withdrawn(self, tx: Transaction, event: AccountWithdrawn) -> None:
        await self._follow(tx, event.account_id)

    async def withdrawal_undone(self, tx: Transaction, event: WithdrawalUndone) -> None:
        await self._follow(tx, event.account_id)

    async def account_erased(self, tx: Transaction, event: AccountErased) -> None:
        erased = await self._children.erase_all_of(tx, event.account_id)
        await self._withdrawals.note_erasure(tx, event.account_id, "children", {"child": erased})

    async def _follow(self, tx: Transaction, guardian_id: UUID) -> None:
        """Hide or show the children as the account stands now, whichever news came last."""
        if await self._withdrawals.is_withdrawn(tx, guardian_id):
            await self._children.remove_all_of(tx, guardian_id)
        else:
            await self._children.restore_all_of(tx, guardian_id)
