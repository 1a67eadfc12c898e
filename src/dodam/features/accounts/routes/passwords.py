"""Changing and resetting passwords over HTTP."""

from typing import Annotated

from litestar import Controller, post
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import Body

from dodam.features.accounts.models.passwords import (
    PasswordChange,
    PasswordReset,
    PasswordResetRequest,
    TrustedDevice,
)
from dodam.features.accounts.service.password_changes import PasswordChanges
from dodam.features.accounts.service.password_resets import PasswordResets
from dodam.platform.http.access import ANYONE_SIGNED_IN, PUBLIC
from dodam.platform.http.problems import problem_responses
from dodam.platform.origin import Origin
from dodam.platform.tokens import Caller

_CHANGE = Example(
    "Another password",
    value={
        "old_password": "a long password nobody guesses",
        "password": "another one that nobody guesses",
    },
)
_REQUEST = Example("A forgotten password", value={"email": "new.parent@dodam.example"})
_RESET = Example(
    "A mailed link",
    value={
        "token": "put the token of the mail's link here",
        "password": "another one that nobody guesses",
    },
)


class PasswordController(Controller):
    path = "/auth/password"
    tags = ["auth"]

    @post(
        opt=ANYONE_SIGNED_IN,
        status_code=200,
        summary="Change the password",
        operation_id="changePassword",
        responses=problem_responses(400, 401, 403, 429),
    )
    async def change(
        self,
        data: Annotated[PasswordChange, Body(examples=[_CHANGE])],
        password_changes: NamedDependency[PasswordChanges],
        caller: NamedDependency[Caller],
    ) -> TrustedDevice:
        """Every other device is signed out; a verified address is mailed a notice."""
        return await password_changes.change(caller, data)

    @post(
        "/reset-request",
        opt=PUBLIC,
        security=[{}],
        status_code=202,
        summary="Ask for a link to reset the password",
        operation_id="requestPasswordReset",
        responses=problem_responses(400, 429),
    )
    async def ask_for_reset(
        self,
        data: Annotated[PasswordResetRequest, Body(examples=[_REQUEST])],
        password_resets: NamedDependency[PasswordResets],
        origin: NamedDependency[Origin],
    ) -> None:
        """Mails a link to the address if it is an account's; the answer does not tell."""
        await password_resets.ask(data, origin)

    @post(
        "/reset",
        opt=PUBLIC,
        security=[{}],
        status_code=200,
        summary="Reset the password",
        operation_id="resetPassword",
        responses=problem_responses(400, 429),
    )
    async def reset(
        self,
        data: Annotated[PasswordReset, Body(examples=[_RESET])],
        password_resets: NamedDependency[PasswordResets],
        origin: NamedDependency[Origin],
    ) -> TrustedDevice:
        """Set a password with the token of a mailed link, which works once and for an hour.

        Every device is signed out. Sign in with the new password, and with `trusted_device`.
        """
        return await password_resets.reset(data, origin)
