"""Signing in with Google and Apple over HTTP."""

from typing import Annotated

from litestar import Controller, Response, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import Body

from dodam.features.accounts.models.identities import (
    AppleNotification,
    AppleSignInForm,
    Entered,
    GoogleSignInForm,
    Nonce,
)
from dodam.features.accounts.models.sessions import Tokens
from dodam.features.accounts.service.apple_accounts import AppleAccounts
from dodam.features.accounts.service.provider_sign_in import ProviderSignIn
from dodam.platform.http.access import PUBLIC
from dodam.platform.http.problems import problem_responses
from dodam.platform.origin import Origin

# A real one is some hundred characters long.
SIGNED_EXAMPLE = "header.claims.signature"
GOOGLE_EXAMPLE = {
    "id_token": SIGNED_EXAMPLE,
    "nonce": "the nonce we issued",
}
APPLE_EXAMPLE = {
    "id_token": SIGNED_EXAMPLE,
    "authorization_code": "the code that came with the ID token",
    "nonce": "the nonce we issued",
}
_FAILURES = (400, 401, 403, 404, 409, 429, 503)
_OPENED = {201: ResponseSpec(Tokens, description="An account was opened")}


class ProvidersController(Controller):
    path = "/auth"
    tags = ["auth"]
    opt = PUBLIC
    security = [{}]

    @post(
        "/nonces",
        summary="Ask for a nonce to sign in with",
        operation_id="issueNonce",
        responses=problem_responses(429),
    )
    async def issue_nonce(
        self,
        provider_sign_in: NamedDependency[ProviderSignIn],
        origin: NamedDependency[Origin],
    ) -> Nonce:
        """To be handed to Google or Apple, whose ID token repeats it. It works once."""
        return await provider_sign_in.issue_nonce(origin)

    @post(
        "/google",
        status_code=200,
        summary="Sign in with Google",
        operation_id="signInWithGoogle",
        responses={**_OPENED, **problem_responses(*_FAILURES)},
    )
    async def google(
        self,
        data: Annotated[
            GoogleSignInForm,
            Body(
                examples=[Example("A tablet", value={**GOOGLE_EXAMPLE, "device": "Galaxy Tab S9"})]
            ),
        ],
        provider_sign_in: NamedDependency[ProviderSignIn],
        origin: NamedDependency[Origin],
    ) -> Response[Tokens]:
        """Begin a session; at the first time an account is opened (201).

        An address that has an account already is not merged with it (409 `email_taken`; `details`
        names how to sign in): sign in that way, then link Google.
        """
        return _answer(await provider_sign_in.google(data, origin))

    @post(
        "/apple",
        status_code=200,
        summary="Sign in with Apple",
        operation_id="signInWithApple",
        responses={**_OPENED, **problem_responses(*_FAILURES)},
    )
    async def apple(
        self,
        data: Annotated[
            AppleSignInForm,
            Body(
                examples=[
                    Example(
                        "The first time",
                        value={**APPLE_EXAMPLE, "name": "김하늘", "device": "iPad"},
                    )
                ]
            ),
        ],
        provider_sign_in: NamedDependency[ProviderSignIn],
        origin: NamedDependency[Origin],
    ) -> Response[Tokens]:
        """The same, with Apple. Send the name whenever Apple tells it: it does so once."""
        return _answer(await provider_sign_in.apple(data, origin))

    @post(
        "/apple/events",
        status_code=200,
        summary="Be told by Apple of a changed account",
        operation_id="receiveAppleEvent",
        responses=problem_responses(400, 401, 404, 503),
    )
    async def apple_event(
        self,
        data: Annotated[
            AppleNotification,
            Body(examples=[Example("As Apple posts it", value={"payload": SIGNED_EXAMPLE})]),
        ],
        apple_accounts: NamedDependency[AppleAccounts],
    ) -> None:
        """The server-to-server notification endpoint, to be registered with Apple.

        Consent revoked and account deleted: no sign-in with Apple any more, the account stays.
        E-mail disabled and enabled: whether Apple's relay address forwards.
        """
        await apple_accounts.take_notice(data.payload)


def _answer(entered: Entered) -> Response[Tokens]:
    return Response(entered.tokens, status_code=201 if entered.is_new else 200)
