"""What is done at the stores later."""

from dodam.features.billing.models.tasks import AnswerConsumption, DoDeedAtApple, DoDeedAtGoogle
from dodam.features.billing.service.consumption import Consumption
from dodam.features.billing.service.deeds_at_stores import DeedsAtStores


class DeedWork:
    def __init__(self, deeds: DeedsAtStores, consumption: Consumption) -> None:
        self._deeds = deeds
        self._consumption = consumption

    async def do(self, task: DoDeedAtApple | DoDeedAtGoogle) -> None:
        await self._deeds.do(task.deed_id)

    async def answer_consumption(self, task: AnswerConsumption) -> None:
        await self._consumption.answer(task.notification_id)
