"""Dealing with the stores' messages in the background."""

from dodam.features.billing.jobs.recurring import recurring
from dodam.features.billing.models.tasks import (
    LookUpAtApple,
    LookUpAtGoogle,
    ProcessNotification,
    PullNotifications,
)
from dodam.features.billing.service.inbox import Inbox
from dodam.features.billing.service.processing import Processing


class NotificationWork:
    def __init__(self, processing: Processing, inbox: Inbox) -> None:
        self._processing = processing
        self._inbox = inbox

    async def process(self, task: ProcessNotification) -> None:
        await self._processing.process(task.notification_id)

    async def look_up(self, task: LookUpAtApple | LookUpAtGoogle) -> None:
        await self._processing.look_up(task.notification_id)

    async def pull(self, _: PullNotifications) -> None:
        with recurring():
            await self._inbox.pull()
