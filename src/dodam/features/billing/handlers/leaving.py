"""What follows for subscriptions from their holders' leaving."""

from dodam.features.accounts.events.withdrawal import AccountErased, AccountWithdrawn
from dodam.features.billing.service.deeds import Deeds
from dodam.features.billing.service.leaving import Leaving
from dodam.platform.database import Transaction


class LeavingReactions:
    def __init__(self, leaving: Leaving, deeds: Deeds) -> None:
        self._leaving = leaving
        self._deeds = deeds

    async def account_withdrawn(self, tx: Transaction, event: AccountWithdrawn) -> None:
        await self._leaving.follow(tx, event.account_id)

    async def account_erased(self, tx: Transaction, event: AccountErased) -> None:
        await self._deeds.forget_reasons(tx, event.account_id)
