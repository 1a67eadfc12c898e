"""Sending webhooks in the background."""

from dodam.features.sharing.models.deliveries import DeliverAgain, DeliverAll
from dodam.features.sharing.service.deliveries import Deliveries


class Delivering:
    def __init__(self, deliveries: Deliveries) -> None:
        self._deliveries = deliveries

    async def all(self, task: DeliverAll) -> None:
        await self._deliveries.deliver_all(task.endpoint_id)

    async def again(self, task: DeliverAgain) -> None:
        await self._deliveries.deliver_again(task.delivery_id)
