"""A guardian's children over HTTP."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, Response, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import Body, PathParameter

from dodam.features.children.models.children import (
    EXAMPLE_CHILD_ID,
    Child,
    ChildChanges,
    NewChild,
)
from dodam.features.children.models.removal import RemovedChild
from dodam.features.children.service.children import Children
from dodam.platform.database import Database
from dodam.platform.http.problems import problem_responses
from dodam.platform.origin import Origin
from dodam.platform.tokens import Caller

ChildId = Annotated[UUID, PathParameter(examples=[Example("A demo child", value=EXAMPLE_CHILD_ID)])]
_NEW_CHILD = Example(
    "A child whose left hand is affected",
    value={
        "name": "하준",
        "birth_date": "2019-05-14",
        "affected_hand": "left",
        "dominant_hand": "right",
        "sex": "male",
        "grade": 1,
        "time_zone": "Asia/Seoul",
        "language": "ko",
        "consent": {
            "given_by": "legal_guardian",
            "documents": {"child_data": 1, "child_health": 1},
        },
    },
)


class ChildrenController(Controller):
    path = "/children"
    tags = ["children"]

    @get(summary="List children", operation_id="listChildren", responses=problem_responses(401))
    async def list_children(
        self,
        db: NamedDependency[Database],
        children: NamedDependency[Children],
        caller: NamedDependency[Caller],
    ) -> list[Child]:
        """The caller's children, the first registered first."""
        async with db.reading() as reading:
            return await children.all_of(reading, caller.account_id)

    @post(
        summary="Register a child",
        operation_id="registerChild",
        responses={
            200: ResponseSpec(
                Child, description="Registered before with this id", generate_examples=False
            ),
            **problem_responses(400, 401, 403, 409),
        },
    )
    async def register(
        self,
        data: Annotated[NewChild, Body(examples=[_NEW_CHILD])],
        db: NamedDependency[Database],
        children: NamedDependency[Children],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> Response[Child]:
        """Register a child; with an `id` of the client's own (UUIDv7) a retry is safe."""
        async with db.transaction() as tx:
            child, is_new = await children.register(tx, caller.account_id, data, origin)
        return Response(child, status_code=201 if is_new else 200)

    @get(
        "/removed",
        summary="List removed children",
        operation_id="listRemovedChildren",
        responses=problem_responses(401),
    )
    async def list_removed(
        self,
        db: NamedDependency[Database],
        children: NamedDependency[Children],
        caller: NamedDependency[Caller],
    ) -> list[RemovedChild]:
        """The children that can be restored, the last removed first."""
        async with db.reading() as reading:
            return await children.removed(reading, caller.account_id)

    @post(
        "/{child_id:uuid}/restore",
        status_code=200,
        summary="Restore a child",
        operation_id="restoreChild",
        responses=problem_responses(401, 404, 409),
    )
    async def restore(
        self,
        child_id: ChildId,
        db: NamedDependency[Database],
        children: NamedDependency[Children],
        caller: NamedDependency[Caller],
    ) -> Child:
        """Bring a removed child back with all its data; one that is there stays as it is."""
        async with db.transaction() as tx:
            return await children.restore(tx, caller.account_id, child_id)

    @get(
        "/{child_id:uuid}",
        summary="Show a child",
        operation_id="showChild",
        responses=problem_responses(401, 404),
    )
    async def show(
        self,
        child_id: ChildId,
        db: NamedDependency[Database],
        children: NamedDependency[Children],
        caller: NamedDependency[Caller],
    ) -> Child:
        async with db.reading() as reading:
            return await children.of(reading, caller.account_id, child_id)

    @patch(
        "/{child_id:uuid}",
        summary="Change a child",
        operation_id="changeChild",
        responses=problem_responses(400, 401, 403, 404),
    )
    async def change(
        self,
        child_id: ChildId,
        data: Annotated[ChildChanges, Body(examples=[Example("A new grade", value={"grade": 2})])],
        db: NamedDependency[Database],
        children: NamedDependency[Children],
        caller: NamedDependency[Caller],
    ) -> Child:
        """Change any subset of the fields; the others stay."""
        async with db.transaction() as tx:
            return await children.change(tx, caller.account_id, child_id, data)

    @delete(
        "/{child_id:uuid}",
        summary="Remove a child",
        operation_id="removeChild",
        responses=problem_responses(401, 404),
    )
    async def remove(
        self,
        child_id: ChildId,
        db: NamedDependency[Database],
        children: NamedDependency[Children],
        caller: NamedDependency[Caller],
    ) -> None:
        """Hide the child and all its data at once; for some days it can be restored."""
        async with db.transaction() as tx:
            await children.remove(tx, caller.account_id, child_id)
