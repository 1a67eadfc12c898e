"""Joining the staff, and signing in as one of them, over HTTP."""

from typing import Annotated

from litestar import Controller, post
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import Body

from dodam.features.accounts.models.passwords import SignedIn
from dodam.features.accounts.models.staff import Enrolment, Joining, SecondFactor, StaffSignIn
from dodam.features.accounts.service.joining import StaffJoining
from dodam.features.accounts.service.staff_sign_in import TwoFactorSignIn
from dodam.platform.http.access import PUBLIC
from dodam.platform.http.problems import problem_responses
from dodam.platform.origin import Origin

_TOKEN = "put the token of your invitation here"  # noqa: S105 - an example


class StaffSignInController(Controller):
    path = "/staff"
    tags = ["staff"]
    opt = PUBLIC
    security = [{}]

    @post(
        "/enrolment",
        status_code=200,
        summary="Get a second factor",
        operation_id="enrolStaff",
        responses=problem_responses(400),
    )
    async def enrol(
        self,
        data: Annotated[
            Enrolment, Body(examples=[Example("An invitation", value={"token": _TOKEN})])
        ],
        staff_joining: NamedDependency[StaffJoining],
    ) -> SecondFactor:
        """A secret for an authenticator app. Asking again makes a new one."""
        return await staff_joining.enrol(data.token)

    @post(
        "/join",
        status_code=200,
        summary="Accept an invitation",
        operation_id="joinStaff",
        responses=problem_responses(400, 409),
    )
    async def join(
        self,
        data: Annotated[
            Joining,
            Body(
                examples=[
                    Example(
                        "A new member",
                        value={
                            "token": _TOKEN,
                            "password": "a long password nobody guesses",
                            "code": "123456",
                            "device": "Office computer",
                        },
                    )
                ]
            ),
        ],
        staff_joining: NamedDependency[StaffJoining],
        origin: NamedDependency[Origin],
    ) -> SignedIn:
        """Set a password, confirm the authenticator with a code, and sign in."""
        return await staff_joining.join(data, origin)

    @post(
        "/sign-in",
        status_code=200,
        summary="Sign in as a member of staff",
        operation_id="signInStaff",
        responses=problem_responses(400, 401, 429),
    )
    async def sign_in(
        self,
        data: Annotated[
            StaffSignIn,
            Body(
                examples=[
                    Example(
                        "A member of staff",
                        value={
                            "email": "coordinator@dodam.example",
                            "password": "a long password nobody guesses",
                            "code": "123456",
                            "device": "Office computer",
                        },
                    )
                ]
            ),
        ],
        two_factor_sign_in: NamedDependency[TwoFactorSignIn],
        origin: NamedDependency[Origin],
    ) -> SignedIn:
        """A code opens once. Wrong codes count like wrong passwords, and are answered alike."""
        return await two_factor_sign_in.sign_in(data, origin)
