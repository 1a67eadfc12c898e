"""What billing forgets of an account that is erased: all but the payments, which are to be kept."""

from uuid import UUID

from dodam.features.accounts.service.withdrawal import Withdrawals
from dodam.features.billing.service.free_periods import FreePeriods
from dodam.features.billing.service.receipts import Receipts
from dodam.platform.database import Transaction


class Erasure:
    def __init__(
        self, withdrawals: Withdrawals, free_periods: FreePeriods, receipts: Receipts
    ) -> None:
        self._withdrawals = withdrawals
        self._free_periods = free_periods
        self._receipts = receipts

    async def erase(self, tx: Transaction, account_id: UUID) -> None:
        rows = {
            "free_period": await self._free_periods.erase(tx, account_id),
            "payment_result": await self._receipts.erase(tx, account_id),
        }
        await self._withdrawals.note_erasure(tx, account_id, "billing", rows)
