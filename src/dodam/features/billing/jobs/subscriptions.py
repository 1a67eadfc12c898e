"""What follows from purchases later."""

from dodam.features.billing.models.tasks import AcknowledgePurchase, ClaimPurchase, TakeStock
from dodam.features.billing.service.acknowledging import Acknowledging
from dodam.features.billing.service.receipts import Receipts
from dodam.features.billing.service.subscriptions import Subscriptions
from dodam.platform.database import Database


class SubscriptionWork:
    def __init__(
        self,
        database: Database,
        subscriptions: Subscriptions,
        acknowledging: Acknowledging,
        receipts: Receipts,
    ) -> None:
        self._database = database
        self._subscriptions = subscriptions
        self._acknowledging = acknowledging
        self._receipts = receipts

    async def take_stock(self, task: TakeStock) -> None:
        async with self._database.transaction() as tx:
            await self._subscriptions.take_stock(tx, task.subscription_id)

    async def acknowledge(self, task: AcknowledgePurchase) -> None:
        await self._acknowledging.acknowledge(task.subscription_id)

    async def claim(self, task: ClaimPurchase) -> None:
        await self._receipts.take_waiting(task.account_id, task.digest)
