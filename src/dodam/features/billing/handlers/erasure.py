"""What goes with an account."""

from dodam.features.accounts.events.withdrawal import AccountErased
from dodam.features.billing.service.erasure import Erasure
from dodam.platform.database import Transaction


class ErasureReactions:
    def __init__(self, erasure: Erasure) -> None:
        self._erasure = erasure

    async def account_erased(self, tx: Transaction, event: AccountErased) -> None:
        await self._erasure.erase(tx, event.account_id)
