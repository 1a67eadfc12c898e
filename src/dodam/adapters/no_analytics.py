"""Where a deployment has no analytics service."""

from collections.abc import Sequence
from datetime import timedelta
from typing import NoReturn
from uuid import UUID

from dodam.features.insight.models.events import BehaviourEvent
from dodam.platform.work import TryLater

_ASK_AGAIN = timedelta(days=1)


class NoAnalytics:
    """Takes nothing. What waits from when there was a service waits on."""

    collects = False

    async def send(self, events: Sequence[BehaviourEvent]) -> NoReturn:  # noqa: ARG002 - the port's shape
        raise _no_service()

    async def order_deletion(self, distinct_ids: Sequence[UUID]) -> NoReturn:  # noqa: ARG002
        raise _no_service()

    async def deletion(self, tracking_id: str) -> NoReturn:  # noqa: ARG002
        raise _no_service()


def _no_service() -> TryLater:
    return TryLater("no analytics service is set", after=_ASK_AGAIN)
