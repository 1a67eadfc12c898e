"""The work on messages that is done later."""

from collections.abc import Sequence

from dodam.features.messaging.models.messages import AskResults, SendMessage
from dodam.features.messaging.service.results import Results
from dodam.features.messaging.service.sending import Sending


class MessageWork:
    def __init__(self, sending: Sending, results: Results) -> None:
        self._sending = sending
        self._results = results

    async def send(self, tasks: Sequence[SendMessage]) -> list[Exception | None]:
        return await self._sending.send([task.message_id for task in tasks])

    async def ask(self, task: AskResults) -> None:
        await self._results.ask(task.request_id)
