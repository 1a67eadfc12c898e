"""Verifying and changing an account's address over HTTP."""

from typing import Annotated

from litestar import Controller, post
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import Body

from dodam.features.accounts.models.emails import EmailChange, EmailVerification
from dodam.features.accounts.service.emails import EmailAddresses
from dodam.platform.database import Database
from dodam.platform.http.access import ANYONE_SIGNED_IN, PUBLIC
from dodam.platform.http.problems import problem_responses
from dodam.platform.origin import Origin
from dodam.platform.tokens import Caller

_VERIFICATION = Example("A mailed link", value={"token": "put the token of the mail's link here"})
_CHANGE = Example(
    "Another address",
    value={
        "email": "another.address@dodam.example",
        "password": "a long password nobody guesses",
    },
)


class EmailController(Controller):
    path = "/auth/email"
    tags = ["auth"]

    @post(
        "/verify",
        opt=PUBLIC,
        security=[{}],
        status_code=204,
        summary="Verify an e-mail address",
        operation_id="verifyEmail",
        responses=problem_responses(400, 409),
    )
    async def verify(
        self,
        data: Annotated[EmailVerification, Body(examples=[_VERIFICATION])],
        db: NamedDependency[Database],
        email_addresses: NamedDependency[EmailAddresses],
    ) -> None:
        """With the token of a mailed link, which works once and for three days.

        Verifying another address that was asked for makes it the account's.
        """
        async with db.transaction() as tx:
            await email_addresses.verify(tx, data.token)

    @post(
        "/verification",
        opt=ANYONE_SIGNED_IN,
        status_code=202,
        summary="Mail the link that verifies the address again",
        operation_id="requestEmailVerification",
        responses=problem_responses(401, 409, 429),
    )
    async def ask_again(
        self,
        db: NamedDependency[Database],
        email_addresses: NamedDependency[EmailAddresses],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> None:
        """Links that were mailed before go on working."""
        async with db.transaction() as tx:
            await email_addresses.ask_again(tx, caller, origin)

    @post(
        "/change",
        opt=ANYONE_SIGNED_IN,
        status_code=202,
        summary="Ask for another e-mail address",
        operation_id="requestEmailChange",
        responses=problem_responses(400, 401, 403, 429),
    )
    async def ask_for_another(
        self,
        data: Annotated[EmailChange, Body(examples=[_CHANGE])],
        email_addresses: NamedDependency[EmailAddresses],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> None:
        """A link is mailed to the new address, unless it is another account's.

        Once it is verified the new address takes over, and the old one is mailed a notice.
        """
        await email_addresses.ask_for_another(caller, data, origin)
