"""An account's sign-in methods over HTTP."""

from typing import Annotated

from litestar import Controller, delete, get, post
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import Body

from dodam.features.accounts.models.identities import (
    AppleProof,
    FirstPassword,
    GoogleProof,
    LinkedMethod,
)
from dodam.features.accounts.models.people import SignInMethod
from dodam.features.accounts.routes.providers import APPLE_EXAMPLE, GOOGLE_EXAMPLE
from dodam.features.accounts.service.identities import Identities
from dodam.features.accounts.service.password_changes import PasswordChanges
from dodam.features.accounts.service.sign_in_methods import methods_of
from dodam.platform.database import Database
from dodam.platform.http.problems import problem_responses
from dodam.platform.origin import Origin
from dodam.platform.tokens import Caller


class SignInMethodsController(Controller):
    path = "/auth/methods"
    tags = ["auth"]

    @get(
        summary="List the ways to sign in to the account",
        operation_id="listSignInMethods",
        responses=problem_responses(401, 403),
    )
    async def list_methods(
        self, db: NamedDependency[Database], caller: NamedDependency[Caller]
    ) -> list[LinkedMethod]:
        """Password, Google and Apple, as far as the account has them."""
        async with db.reading() as reading:
            return await methods_of(reading, caller.account_id)

    @post(
        "/google",
        status_code=200,
        summary="Link Google",
        operation_id="linkGoogle",
        responses=problem_responses(400, 401, 403, 404, 409, 503),
    )
    async def link_google(
        self,
        data: Annotated[GoogleProof, Body(examples=[Example("A proof", value=GOOGLE_EXAMPLE)])],
        identities: NamedDependency[Identities],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> list[LinkedMethod]:
        """Let a person at Google sign in to the account, whatever their address there."""
        return await identities.link_google(caller, data, origin)

    @post(
        "/apple",
        status_code=200,
        summary="Link Apple",
        operation_id="linkApple",
        responses=problem_responses(400, 401, 403, 404, 409, 503),
    )
    async def link_apple(
        self,
        data: Annotated[AppleProof, Body(examples=[Example("A proof", value=APPLE_EXAMPLE)])],
        identities: NamedDependency[Identities],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> list[LinkedMethod]:
        """Let a person at Apple sign in to the account, whatever their address there."""
        return await identities.link_apple(caller, data, origin)

    @post(
        "/password",
        status_code=200,
        summary="Set a first password",
        operation_id="setFirstPassword",
        responses=problem_responses(400, 401, 403, 409, 429),
    )
    async def set_first_password(
        self,
        data: Annotated[
            FirstPassword,
            Body(
                examples=[
                    Example("A sentence", value={"password": "a long password nobody guesses"})
                ]
            ),
        ],
        password_changes: NamedDependency[PasswordChanges],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> list[LinkedMethod]:
        """For an account that was opened with Google or Apple; it works with its address."""
        return await password_changes.set_first(caller, data, origin)

    @delete(
        "/google",
        summary="Unlink Google",
        operation_id="unlinkGoogle",
        responses=problem_responses(401, 403, 404, 409),
    )
    async def unlink_google(
        self,
        db: NamedDependency[Database],
        identities: NamedDependency[Identities],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> None:
        """Never the last way in. Other devices that signed in with Google are signed out."""
        async with db.transaction() as tx:
            await identities.unlink(tx, caller, SignInMethod.GOOGLE, origin)

    @delete(
        "/apple",
        summary="Unlink Apple",
        operation_id="unlinkApple",
        responses=problem_responses(401, 403, 404, 409),
    )
    async def unlink_apple(
        self,
        db: NamedDependency[Database],
        identities: NamedDependency[Identities],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> None:
        """The same for Apple, which is told that the person signs in here no more."""
        async with db.transaction() as tx:
            await identities.unlink(tx, caller, SignInMethod.APPLE, origin)

    @delete(
        "/password",
        summary="Take the password off",
        operation_id="unlinkPassword",
        responses=problem_responses(401, 403, 404, 409),
    )
    async def unlink_password(
        self,
        db: NamedDependency[Database],
        identities: NamedDependency[Identities],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> None:
        """The same for the password; a mail can set a new one."""
        async with db.transaction() as tx:
            await identities.unlink(tx, caller, SignInMethod.PASSWORD, origin)
