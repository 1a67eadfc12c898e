"""Which messages a guardian wants, over HTTP."""

from typing import Annotated

from litestar import Controller, get, patch
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import Body

from dodam.features.messaging.models.messages import Notification, NotificationChanges
from dodam.features.messaging.service.notifications import Notifications
from dodam.platform.database import Database
from dodam.platform.http.problems import problem_responses
from dodam.platform.tokens import Caller

_NO_RESULTS = Example("No results of the day any more", value={"daily_result": False})


class NotificationsController(Controller):
    path = "/notifications"
    tags = ["messages"]

    @get(
        summary="List kinds of messages",
        operation_id="listNotifications",
        responses=problem_responses(401),
    )
    async def shown(
        self,
        db: NamedDependency[Database],
        notifications: NamedDependency[Notifications],
        caller: NamedDependency[Caller],
    ) -> list[Notification]:
        """Every kind is on until it is turned off; `obstacle` says why none can be sent now."""
        async with db.reading() as reading:
            return await notifications.of(reading, caller.account_id)

    @patch(
        summary="Turn kinds of messages on or off",
        operation_id="changeNotifications",
        responses=problem_responses(400, 401),
    )
    async def change(
        self,
        data: Annotated[NotificationChanges, Body(examples=[_NO_RESULTS])],
        db: NamedDependency[Database],
        notifications: NamedDependency[Notifications],
        caller: NamedDependency[Caller],
    ) -> list[Notification]:
        """What is turned off is not sent from now on, also if it waits already."""
        async with db.transaction() as tx:
            return await notifications.change(tx, caller.account_id, data)
