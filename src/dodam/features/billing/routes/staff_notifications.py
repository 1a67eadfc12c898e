"""What the stores sent, for staff."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import Body, PathParameter, QueryParameter

from dodam.features.accounts.models.permissions import Permission
from dodam.features.audit.models import Actor
from dodam.features.billing.models.notifications import (
    CURSOR,
    CURSOR_LENGTH,
    Handling,
    MessageInFull,
    MessagePage,
    ReplayedMessages,
    ReplayMessages,
)
from dodam.features.billing.models.stores import Store
from dodam.features.billing.service.messages import MessageDesk
from dodam.platform.database import Database
from dodam.platform.http.access import staff_who_may
from dodam.platform.http.problems import problem_responses
from dodam.platform.origin import Origin
from dodam.platform.tokens import Caller

MessageId = Annotated[
    UUID,
    PathParameter(examples=[Example("A message", value="01933c5e-7a00-7000-8000-00000000d001")]),
]
_FAILED = Example("What failed", value={"store": "google", "state": "failed"})


class StaffNotificationsController(Controller):
    path = "/staff/store-notifications"
    tags = ["stores"]

    @get(
        opt=staff_who_may(Permission.READ_PAYMENTS),
        summary="List what the stores sent",
        operation_id="listStoreNotifications",
        responses=problem_responses(400, 401, 403),
    )
    async def page(
        self,
        db: NamedDependency[Database],
        message_desk: NamedDependency[MessageDesk],
        store: Annotated[Store | None, QueryParameter(description="Of one store only.")] = None,
        in_state: Annotated[
            Handling | None, QueryParameter(name="state", description="In one state only.")
        ] = None,
        type_: Annotated[
            str | None,
            QueryParameter(
                name="type",
                max_length=100,
                pattern=r"^[^\x00]*$",
                description="Of one type only, as the store spells it.",
            ),
        ] = None,
        cursor: Annotated[
            str | None,
            QueryParameter(
                pattern=CURSOR,
                max_length=CURSOR_LENGTH,
                description="The `next_cursor` of the page before.",
            ),
        ] = None,
        limit: Annotated[int, QueryParameter(ge=1, le=200)] = 50,
    ) -> MessagePage:
        """The last received first. Whatever a store sent is here, known to this release or not."""
        async with db.reading() as reading:
            return await message_desk.page(
                reading, of=store, state=in_state, type_=type_, cursor=cursor, limit=limit
            )

    @get(
        "/{message_id:uuid}",
        opt=staff_who_may(Permission.READ_PAYMENTS),
        summary="Show what a store sent",
        operation_id="showStoreNotification",
        responses=problem_responses(401, 403, 404),
    )
    async def show(
        self,
        message_id: MessageId,
        db: NamedDependency[Database],
        message_desk: NamedDependency[MessageDesk],
    ) -> MessageInFull:
        """With what it says; Google's messages say nothing, there the store was asked."""
        async with db.reading() as reading:
            return await message_desk.show(reading, message_id)

    @post(
        "/{message_id:uuid}/replay",
        status_code=204,
        opt=staff_who_may(Permission.MANAGE_PAYMENTS),
        summary="Have a message take effect anew",
        operation_id="replayStoreNotification",
        responses=problem_responses(401, 403, 404),
    )
    async def replay(
        self,
        message_id: MessageId,
        db: NamedDependency[Database],
        message_desk: NamedDependency[MessageDesk],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> None:
        """Whatever became of it. To learn the same again changes nothing."""
        async with db.transaction() as tx:
            await message_desk.replay(tx, Actor.calling(caller, origin), message_id)

    @post(
        "/replay",
        status_code=200,
        opt=staff_who_may(Permission.MANAGE_PAYMENTS),
        summary="Have many messages take effect anew",
        operation_id="replayStoreNotifications",
        responses=problem_responses(400, 401, 403),
    )
    async def replay_many(
        self,
        data: Annotated[ReplayMessages, Body(examples=[_FAILED])],
        db: NamedDependency[Database],
        message_desk: NamedDependency[MessageDesk],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> ReplayedMessages:
        """Up to 1,000 of a store that are in a state, the oldest first."""
        async with db.transaction() as tx:
            return await message_desk.replay_many(tx, Actor.calling(caller, origin), data)
