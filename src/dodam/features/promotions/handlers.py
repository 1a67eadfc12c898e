"""What goes with an account."""

from dodam.features.accounts.events.withdrawal import AccountErased
from dodam.features.promotions.service.redemptions import Redemptions
from dodam.platform.database import Transaction


class Reactions:
    def __init__(self, redemptions: Redemptions) -> None:
        self._redemptions = redemptions

    async def account_erased(self, tx: Transaction, event: AccountErased) -> None:
        await self._redemptions.forget_account(tx, event.account_id)
