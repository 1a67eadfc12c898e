"""Erasing who left, when it is due."""

from dodam.features.accounts.events.withdrawal import ErasureDue
from dodam.features.accounts.service.withdrawal import Withdrawals
from dodam.platform.database import Transaction


class WithdrawalReactions:
    def __init__(self, withdrawals: Withdrawals) -> None:
        self._withdrawals = withdrawals

    async def erasure_due(self, tx: Transaction, event: ErasureDue) -> None:
        await self._withdrawals.erase_due(tx, event.account_id)
