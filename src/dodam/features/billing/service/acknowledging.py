"""Google is told that a purchase arrived, once it is somebody's."""

from uuid import UUID

from dodam.features.billing.errors.stores import UnknownPurchase
from dodam.features.billing.service.stores import Stores
from dodam.features.billing.service.subscriptions import Subscriptions
from dodam.platform.clock import Clock
from dodam.platform.database import Database


class Acknowledging:
    def __init__(
        self, database: Database, clock: Clock, stores: Stores, subscriptions: Subscriptions
    ) -> None:
        self._database = database
        self._clock = clock
        self._stores = stores
        self._subscriptions = subscriptions

    async def acknowledge(self, subscription_id: UUID) -> None:
        """Twice is fine. Raises what asking the store does."""
        async with self._database.reading() as db:
            kept = await self._subscriptions.kept(db, subscription_id)
        if not kept.is_to_be_acknowledged:
            return
        product_id = kept.shown(self._clock.now()).product_id
        try:
            await self._stores.google_play.acknowledge(kept.key, product_id)
        except UnknownPurchase:
            return  # It was given back in the meantime.
        async with self._database.statement() as tx:
            await self._subscriptions.acknowledged(tx, subscription_id)
