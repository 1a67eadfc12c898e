"""Test accounts over HTTP."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, delete, get, post, put
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import Body, QueryParameter

from dodam.features.accounts.models.permissions import Permission
from dodam.features.accounts.models.testing_accounts import (
    MOST_AT_ONCE,
    AttachTestAccounts,
    CreateTestAccounts,
    TestAccount,
)
from dodam.features.accounts.routes.people import AccountId
from dodam.features.accounts.service.testing_accounts import TestAccounts
from dodam.features.audit.models import Actor
from dodam.platform.database import Database
from dodam.platform.http.access import staff_who_may
from dodam.platform.http.problems import problem_responses
from dodam.platform.origin import Origin
from dodam.platform.tokens import Caller

Detached = Annotated[
    list[UUID],
    QueryParameter(
        name="account",
        min_items=1,
        max_items=MOST_AT_ONCE,
        description="Ids of test accounts; the parameter is repeated for each.",
        examples=[Example("A test account", value=["01900000-0000-7000-8000-0000000000d1"])],
    ),
]
_EXISTING = Example(
    "Two testers' accounts",
    value={"accounts": ["tester@dodam.example", "01900000-0000-7000-8000-0000000000dd"]},
)
_NEW = Example(
    "Twenty new ones",
    value={
        "request_id": "01900000-0000-7000-8000-0000000000ee",
        "count": 20,
        "password": "twenty lanterns over the bay",
    },
)


class TestAccountsController(Controller):
    path = "/staff/accounts/{account_id:uuid}/test-accounts"
    tags = ["care"]
    opt = staff_who_may(Permission.ATTACH_TEST_ACCOUNTS)

    @get(
        summary="List test accounts",
        operation_id="listTestAccounts",
        responses=problem_responses(401, 403, 404),
    )
    async def list_test_accounts(
        self,
        account_id: AccountId,
        db: NamedDependency[Database],
        test_accounts: NamedDependency[TestAccounts],
    ) -> list[TestAccount]:
        """The test accounts under an account, the first attached first."""
        async with db.reading() as reading:
            return await test_accounts.under(reading, account_id)

    @put(
        summary="Attach test accounts",
        operation_id="attachTestAccounts",
        responses=problem_responses(400, 401, 403, 404, 409),
    )
    async def attach(
        self,
        account_id: AccountId,
        data: Annotated[AttachTestAccounts, Body(examples=[_EXISTING])],
        db: NamedDependency[Database],
        test_accounts: NamedDependency[TestAccounts],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> list[TestAccount]:
        """Make accounts test accounts under this one: all of them, or none.

        From now on no report, revenue figure or export across accounts has anything of theirs.
        """
        async with db.transaction() as tx:
            by = Actor.calling(caller, origin)
            return await test_accounts.attach(tx, account_id, data, by)

    @post(
        summary="Make test accounts",
        operation_id="createTestAccounts",
        responses=problem_responses(400, 401, 403, 404, 409),
    )
    async def create(
        self,
        account_id: AccountId,
        data: Annotated[CreateTestAccounts, Body(examples=[_NEW])],
        test_accounts: NamedDependency[TestAccounts],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> list[TestAccount]:
        """Open new accounts that are test accounts under this one: all of them, or none."""
        return await test_accounts.create(account_id, data, Actor.calling(caller, origin))

    @delete(
        summary="Detach test accounts",
        operation_id="detachTestAccounts",
        responses=problem_responses(400, 401, 403, 404),
    )
    async def detach(
        self,
        account_id: AccountId,
        detached: Detached,
        db: NamedDependency[Database],
        test_accounts: NamedDependency[TestAccounts],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> None:
        """Make test accounts ordinary ones again; what they did counts from now on."""
        async with db.transaction() as tx:
            await test_accounts.detach(tx, account_id, detached, Actor.calling(caller, origin))
