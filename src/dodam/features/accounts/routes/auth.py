"""Signing up, in and out over HTTP."""

from typing import Annotated

from litestar import Controller, post
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import Body

from dodam.features.accounts.models.passwords import SignedIn
from dodam.features.accounts.models.people import SignIn, SignUp
from dodam.features.accounts.models.sessions import EndReason, Refresh, SignOut, Tokens
from dodam.features.accounts.service.sessions import Sessions
from dodam.features.accounts.service.sign_in import PasswordSignIn
from dodam.features.accounts.service.sign_up import PasswordSignUp
from dodam.platform.database import Database
from dodam.platform.http.access import ANYONE_SIGNED_IN, PUBLIC
from dodam.platform.http.problems import problem_responses
from dodam.platform.origin import Origin
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
        responses=problem_responses(400, 409, 429),
    )
    async def sign_up(
        self,
        data: Annotated[SignUp, Body(examples=[_NEW_GUARDIAN])],
        password_sign_up: NamedDependency[PasswordSignUp],
        origin: NamedDependency[Origin],
    ) -> SignedIn:
        """Open an account with an e-mail address and a password, and sign in.

        A link that verifies the address is mailed to it.
        """
        return await password_sign_up.sign_up(data, origin)

    @post(
        "/sign-in",
        opt=PUBLIC,
        security=[{}],
        status_code=200,
        summary="Sign in",
        operation_id="signIn",
        responses=problem_responses(400, 401, 403, 429),
    )
    async def sign_in(
        self,
        data: Annotated[SignIn, Body(examples=[_DEMO_GUARDIAN])],
        password_sign_in: NamedDependency[PasswordSignIn],
        origin: NamedDependency[Origin],
    ) -> SignedIn:
        """Begin a session on a device.

        Keep `trusted_device` on it and send it along next time: wrong passwords that others try
        then leave this device its own tries.
        """
        return await password_sign_in.sign_in(data, origin)

    @post(
        "/refresh",
        opt=PUBLIC,
        security=[{}],
        status_code=200,
        summary="Exchange a refresh token",
        operation_id="refresh",
        responses=problem_responses(400, 401, 429),
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
        sessions: NamedDependency[Sessions],
        origin: NamedDependency[Origin],
    ) -> Tokens:
        """A refresh token works once; using it again signs the device out."""
        return await sessions.refresh(data.refresh_token, origin)

    @post(
        "/sign-out",
        opt=ANYONE_SIGNED_IN,
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
        db: NamedDependency[Database],
        sessions: NamedDependency[Sessions],
        caller: NamedDependency[Caller],
    ) -> None:
        """End this session, or with `everywhere` all sessions of the account.

        Refresh and access tokens are refused from now on, by every instance.
        """
        async with db.transaction() as tx:
            if data.everywhere:
                await sessions.end_all(tx, caller.account_id, EndReason.SIGN_OUT)
            else:
                await sessions.sign_out(tx, caller)
