"""What leaving means for subscriptions: Google's end here, Apple's only by their buyer."""

from uuid import UUID

from dodam.features.accounts.models.withdrawal import Withdraw
from dodam.features.accounts.service.withdrawal import Withdrawals
from dodam.features.billing.errors.deeds import SubscriptionRenews
from dodam.features.billing.models.stores import Environment, Store
from dodam.features.billing.service.deeds import Deeds
from dodam.features.billing.service.subscriptions import Subscriptions
from dodam.platform.database import Reading, Transaction


class Leaving:
    """A condition of leaving (accounts/ports/withdrawal.py), and what follows from having left."""

    def __init__(
        self, subscriptions: Subscriptions, deeds: Deeds, withdrawals: Withdrawals
    ) -> None:
        self._subscriptions = subscriptions
        self._deeds = deeds
        self._withdrawals = withdrawals

    async def check(self, db: Reading, account_id: UUID, form: Withdraw) -> None:
        """Raises SubscriptionRenews: somebody without an account would go on paying."""
        if form.despite_subscriptions:
            return
        renewing = [
            each
            for each in await self._subscriptions.of_account(db, account_id)
            if each.store is Store.APPLE
            and each.environment is Environment.PRODUCTION
            and each.renews
            and not each.family_shared
        ]
        if renewing:
            raise SubscriptionRenews(
                details={
                    "url": renewing[0].manage_url,
                    "subscriptions": [
                        {
                            "id": each.id,
                            "store": each.store,
                            "product_id": each.product_id,
                            "until": each.period_ends_at,
                        }
                        for each in renewing
                    ],
                },
                url=renewing[0].manage_url,
            )

    async def follow(self, tx: Transaction, account_id: UUID) -> None:
        """End what renews at Google, as the account stands now, whichever news came last."""
        if await self._withdrawals.is_withdrawn(tx, account_id):
            await self._deeds.cancel_all_of(tx, account_id)
