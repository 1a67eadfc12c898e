"""Who may have what of a child's, over HTTP."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, delete, get, put
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import Body, PathParameter

from dodam.features.audit.models import Actor
from dodam.features.children.models.children import EXAMPLE_CHILD_ID
from dodam.features.children.service.children import Children
from dodam.features.sharing.models.grants import Grant, NewGrant, Sharing
from dodam.features.sharing.service.grants import Grants
from dodam.platform.database import Database
from dodam.platform.http.problems import problem_responses
from dodam.platform.origin import Origin
from dodam.platform.tokens import Caller

ChildId = Annotated[UUID, PathParameter(examples=[Example("A demo child", value=EXAMPLE_CHILD_ID)])]
SystemId = Annotated[
    UUID,
    PathParameter(
        description="An outside system, from the list.",
        examples=[Example("A hospital", value="01900000-0000-7000-8000-0000000000dd")],
    ),
]
_CONSENT = Example(
    "Consent to results and logs of days",
    value={"consent_version": 2, "scopes": ["daily_results:read", "daily_logs:read"]},
)


class SharingController(Controller):
    path = "/children/{child_id:uuid}/sharing"
    tags = ["sharing"]

    @get(
        summary="Show who may have a child's results",
        operation_id="showSharing",
        responses=problem_responses(401, 404),
    )
    async def show(
        self,
        child_id: ChildId,
        db: NamedDependency[Database],
        children: NamedDependency[Children],
        grants: NamedDependency[Grants],
        caller: NamedDependency[Caller],
    ) -> Sharing:
        """Every outside system, what it could get, what of this child's it may have, and which
        might until when.

        A system gets what it is granted of the days from the consent on, and the number of the
        grant in place of the child: no name. The guardian tells the clinic whose number it is.
        """
        async with db.reading() as reading:
            child = await children.of(reading, caller.account_id, child_id)
            return await grants.of(reading, child)

    @put(
        "/{system_id:uuid}",
        summary="Let a system have a child's results",
        operation_id="shareWithSystem",
        responses=problem_responses(400, 401, 403, 404),
    )
    async def grant(
        self,
        child_id: ChildId,
        system_id: SystemId,
        data: Annotated[NewGrant, Body(examples=[_CONSENT])],
        db: NamedDependency[Database],
        children: NamedDependency[Children],
        grants: NamedDependency[Grants],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> Grant:
        """Consent to the document `sharing` for this child, this system, and what it is to get.

        What it could get beside that, or could only later, is not shared until it is granted too.
        """
        async with db.transaction() as tx:
            child = await children.hold_for_storing(tx, caller.account_id, child_id)
            return await grants.grant(tx, Actor.calling(caller, origin), child, system_id, data)

    @delete(
        "/{system_id:uuid}",
        summary="Share nothing more with a system",
        operation_id="stopSharingWithSystem",
        responses=problem_responses(401, 404),
    )
    async def end(
        self,
        child_id: ChildId,
        system_id: SystemId,
        db: NamedDependency[Database],
        children: NamedDependency[Children],
        grants: NamedDependency[Grants],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> None:
        """Withdraw the consent: nothing leaves any more, and nothing can be read any more."""
        async with db.transaction() as tx:
            child = await children.hold(tx, caller.account_id, child_id)
            await grants.end(tx, Actor.calling(caller, origin), child, system_id)
