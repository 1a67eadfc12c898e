"""Signing up, in and out over HTTP."""

from typing import Annotated

from litestar import Controller, post
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import Body

from dodam.features.accounts.models import Refresh, SignIn, SignOut, SignUp, Tokens
from dodam.features.accounts.service import Accounts
from dodam.platform.http.problems import problem_responses
from dodam.platform.http.sign_in import PUBLIC
from dodam.platform.tokens import Caller

_NEW_GUARDIAN = Example(
    "A new guardian",
    value={
        "email": "new.parent@dodam.example",
        "password": "a long password nobody guesses",
        "name": "김하늘",
        "device": "Galaxy Tab S9",
    },
)
_DEMO_GUARDIAN = Example(
    "A demo guardian",
    value={
        "email": "demo@dodam.example",
        "password": "dodam-demo-2026",
        "device": "Swagger UI",
    },
)


class AuthController(Controller):
    path = "/auth"
    tags = ["auth"]

    @post(
        "/sign-up",
        opt=PUBLIC,
        security=[{}],
        summary="Open an account",
        operation_id="signUp",
        responses=problem_responses(400, 409),
    )
    async def sign_up(
        self,
        data: Annotated[SignUp, Body(examples=[_NEW_GUARDIAN])],
        accounts: NamedDependency[Accounts],
    ) -> Tokens:
        """Open an account with an e-mail address and a password, and sign in."""
        return await accounts.sign_up(data)

    @post(
        "/sign-in",
        opt=PUBLIC,
        security=[{}],
        status_code=200,
        summary="Sign in",
        operation_id="signIn",
        responses=problem_responses(400, 401),
    )
    async def sign_in(
        self,
        data: Annotated[SignIn, Body(examples=[_DEMO_GUARDIAN])],
        accounts: NamedDependency[Accounts],
    ) -> Tokens:
        """Begin a session on a device."""
        return await accounts.sign_in(data)

    @post(
        "/refresh",
        opt=PUBLIC,
        security=[{}],
        status_code=200,
        summary="Exchange a refresh token",
        operation_id="refresh",
        responses=problem_responses(400, 401),
    )
    async def refresh(
        self,
        data: Annotated[
            Refresh,
            Body(
                examples=[
                    Example(
                        "A token from sign-in",
                        value={"refresh_token": "put the refresh_token of your sign-in here"},
                    )
                ]
            ),
        ],
        accounts: NamedDependency[Accounts],
    ) -> Tokens:
        """A refresh token works once; using it again signs the device out."""
        return await accounts.refresh(data.refresh_token)

    @post(
        "/sign-out",
        status_code=204,
        summary="Sign out",
        operation_id="signOut",
        responses=problem_responses(400, 401),
    )
    async def sign_out(
        self,
        data: Annotated[
            SignOut, Body(examples=[Example("This device", value={"everywhere": False})])
        ],
        accounts: NamedDependency[Accounts],
        caller: NamedDependency[Caller],
    ) -> None:
        """End this session, or with `everywhere` all sessions of the account.

        Refresh tokens die at once; an access token already issued lives out its few minutes.
        """
        await accounts.sign_out(caller, everywhere=data.everywhere)
