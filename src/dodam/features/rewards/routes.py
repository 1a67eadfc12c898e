"""Tickets over HTTP."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import Body, PathParameter, QueryParameter

from dodam.features.accounts.models.permissions import Permission
from dodam.features.children.models.children import EXAMPLE_CHILD_ID
from dodam.features.children.service.access import ChildAccess
from dodam.features.rewards.models import NewTicketGrant, TicketGrant, TicketPage
from dodam.features.rewards.service.grants import TicketGrants
from dodam.features.rewards.service.tickets import Tickets
from dodam.platform.http.access import guardians_and_staff_who_may, staff_who_may
from dodam.platform.http.problems import caller_language, problem_responses
from dodam.platform.tokens import Caller

_ChildId = Annotated[
    UUID, PathParameter(examples=[Example("A demo child", value=EXAMPLE_CHILD_ID)])
]
_GIVEN = Example(
    "Tickets as a present",
    value={
        "id": "01933c5e-7a00-7000-8000-00000000b001",
        "tickets": 3,
        "reason": "어린이날 선물",
    },
)
_TAKEN_BACK = Example(
    "A slip is put right",
    value={
        "id": "01933c5e-7a00-7000-8000-00000000b002",
        "tickets": -2,
        "reason": "두 번 드려서 바로잡았어요.",
    },
)


class TicketsController(Controller):
    path = "/children/{child_id:uuid}/tickets"
    tags = ["tickets"]

    @get(
        opt=guardians_and_staff_who_may(Permission.TREAT_CHILDREN),
        summary="Show a child's tickets",
        operation_id="showTickets",
        responses=problem_responses(400, 401, 403, 404),
    )
    async def show(
        self,
        request: Request[Caller, object, State],
        child_id: _ChildId,
        access: NamedDependency[ChildAccess],
        ticket_ledgers: NamedDependency[Tickets],
        before: Annotated[
            int | None,
            QueryParameter(ge=1, le=2**31 - 1, description="The `next_before` of the page before."),
        ] = None,
        limit: Annotated[int, QueryParameter(ge=1, le=100)] = 50,
    ) -> TicketPage:
        """How many tickets the child has, what each was earned by or spent on, the newest first.

        A child earns tickets by days it plays on, by plans done, by streaks and by mini-games.
        """
        async with access.looking(child_id, "tickets") as (db, child):
            return await ticket_ledgers.page(db, child.id, before, limit, caller_language(request))


class TicketGrantsController(Controller):
    path = "/staff/children/{child_id:uuid}/tickets"
    tags = ["tickets"]

    @post(
        opt=staff_who_may(Permission.TREAT_CHILDREN),
        summary="Give tickets, or take some back",
        operation_id="grantTickets",
        responses=problem_responses(400, 401, 403, 404, 409),
    )
    async def grant(
        self,
        child_id: _ChildId,
        data: Annotated[NewTicketGrant, Body(examples=[_GIVEN, _TAKEN_BACK])],
        access: NamedDependency[ChildAccess],
        ticket_grants: NamedDependency[TicketGrants],
    ) -> TicketGrant:
        """Change what a child whom the caller treats has, for a reason that the family reads.

        Never below zero. The same id with the same tickets and reason changes nothing again.
        """
        deed = access.changing(
            child_id, "tickets.granted", grant=str(data.id), tickets=data.tickets
        )
        async with deed as (tx, child):
            return await ticket_grants.make(tx, child.id, data)
