"""Guardians' accounts in the hands of staff, over HTTP."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import Body, QueryParameter

from dodam.features.accounts.models.care import ForcedPasswordReset
from dodam.features.accounts.models.people import Account
from dodam.features.accounts.models.permissions import Permission
from dodam.features.accounts.routes.people import AccountId
from dodam.features.accounts.service.care import Care
from dodam.features.audit.models import Actor
from dodam.platform.database import Database
from dodam.platform.http.access import staff_who_may
from dodam.platform.http.problems import problem_responses
from dodam.platform.origin import Origin
from dodam.platform.tokens import Caller


class CareController(Controller):
    path = "/staff/accounts"
    tags = ["care"]

    @get(
        opt=staff_who_may(Permission.FIND_ACCOUNTS),
        summary="Find a guardian's account",
        operation_id="findAccount",
        responses=problem_responses(400, 401, 403),
    )
    async def find(
        self,
        db: NamedDependency[Database],
        care: NamedDependency[Care],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
        email: Annotated[
            str | None, QueryParameter(max_length=254, description="The whole address.")
        ] = None,
        account_id: Annotated[
            UUID | None, QueryParameter(name="id", description="The whole id.")
        ] = None,
    ) -> list[Account]:
        """The one account with this address or this id, if there is one. Ask by either."""
        async with db.transaction() as tx:
            return await care.find(tx, Actor.calling(caller, origin), email, account_id)

    @get(
        "/{account_id:uuid}",
        opt=staff_who_may(Permission.FIND_ACCOUNTS),
        summary="Show a guardian's account",
        operation_id="showAccount",
        responses=problem_responses(401, 403, 404),
    )
    async def show(
        self,
        account_id: AccountId,
        db: NamedDependency[Database],
        care: NamedDependency[Care],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> Account:
        """What is kept of its holder, without secrets."""
        async with db.transaction() as tx:
            return await care.of(tx, Actor.calling(caller, origin), account_id)

    @post(
        "/{account_id:uuid}/password-reset",
        opt=staff_who_may(Permission.RESET_PASSWORDS),
        status_code=204,
        summary="Make a guardian set a new password",
        operation_id="forcePasswordReset",
        responses=problem_responses(400, 401, 403, 404),
    )
    async def reset_password(
        self,
        account_id: AccountId,
        data: Annotated[
            ForcedPasswordReset,
            Body(
                examples=[
                    Example(
                        "A password that leaked",
                        value={"reason": "The password was found in a list of leaked ones."},
                    )
                ]
            ),
        ],
        db: NamedDependency[Database],
        care: NamedDependency[Care],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> None:
        """The old one opens nothing from now on, and every device is signed out.

        A link to set a new one is mailed to the account's address.
        """
        async with db.transaction() as tx:
            await care.reset_password(
                tx, Actor.calling(caller, origin), account_id, data.reason.strip()
            )
