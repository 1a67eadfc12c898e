"""What was sent, to guardians themselves and to staff."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import PathParameter, QueryParameter

from dodam.features.accounts.models.permissions import Permission
from dodam.features.audit.models import Actor
from dodam.features.messaging.models.messages import MessagePage, MessageWithoutTextPage
from dodam.features.messaging.service.messages import Messages
from dodam.platform.database import Database
from dodam.platform.http.access import staff_who_may
from dodam.platform.http.problems import problem_responses
from dodam.platform.origin import Origin
from dodam.platform.tokens import Caller

AccountId = Annotated[
    UUID,
    PathParameter(
        description="An account's id.",
        examples=[Example("An account", value="01900000-0000-7000-8000-0000000000cc")],
    ),
]
Cursor = Annotated[UUID | None, QueryParameter(description="The `next_cursor` of the page before.")]
PageSize = Annotated[int, QueryParameter(ge=1, le=100)]


class MessagesController(Controller):
    path = "/messages"
    tags = ["messages"]

    @get(
        summary="List the messages sent to oneself",
        operation_id="listMessages",
        responses=problem_responses(400, 401),
    )
    async def shown(
        self,
        db: NamedDependency[Database],
        messages: NamedDependency[Messages],
        caller: NamedDependency[Caller],
        cursor: Cursor = None,
        limit: PageSize = 50,
    ) -> MessagePage:
        """What came to the guardian's phone, by KakaoTalk or as a text, the newest first."""
        async with db.reading() as reading:
            return await messages.of(reading, caller.account_id, cursor, limit)


class StaffMessagesController(Controller):
    path = "/staff/accounts"
    tags = ["care"]

    @get(
        "/{account_id:uuid}/messages",
        opt=staff_who_may(Permission.READ_MESSAGES),
        summary="List the messages to a guardian",
        operation_id="listMessagesOfAccount",
        responses=problem_responses(400, 401, 403, 404),
    )
    async def of_account(
        self,
        account_id: AccountId,
        db: NamedDependency[Database],
        messages: NamedDependency[Messages],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
        cursor: Cursor = None,
        limit: PageSize = 50,
    ) -> MessageWithoutTextPage:
        """Whether and when each was sent, and why not, without what it says of a child."""
        async with db.transaction() as tx:
            by = Actor.calling(caller, origin)
            return await messages.for_staff(tx, by, account_id, cursor, limit)
