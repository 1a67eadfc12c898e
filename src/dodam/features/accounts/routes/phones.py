"""An account's phone number over HTTP."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, delete, get, post
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import Body, PathParameter

from dodam.features.accounts.models.phones import (
    CodeCheck,
    NewVerification,
    Phone,
    Verification,
)
from dodam.features.accounts.service.phones import Phones
from dodam.platform.database import Database
from dodam.platform.http.problems import problem_responses
from dodam.platform.origin import Origin
from dodam.platform.tokens import Caller

VerificationId = Annotated[
    UUID,
    PathParameter(
        description="The `id` a code was sent with.",
        examples=[Example("A verification", value="01900000-0000-7000-8000-0000000000bb")],
    ),
]
_NUMBERS = [
    Example("As dialled in Korea", value={"number": "010-1234-5678", "country": "KR"}),
    Example("With its country code", value={"number": "+1 415 555 2671", "language": "en"}),
]
_CODE = Example("A code from a message", value={"code": "123456"})


class PhoneController(Controller):
    path = "/phone"
    tags = ["phone"]

    @get(
        summary="Show the verified number",
        operation_id="showPhone",
        responses=problem_responses(401, 404),
    )
    async def show(
        self,
        db: NamedDependency[Database],
        phones: NamedDependency[Phones],
        caller: NamedDependency[Caller],
    ) -> Phone:
        async with db.reading() as reading:
            return await phones.of(reading, caller.account_id)

    @delete(
        summary="Remove the verified number",
        operation_id="removePhone",
        responses=problem_responses(401, 404),
    )
    async def remove(
        self,
        db: NamedDependency[Database],
        phones: NamedDependency[Phones],
        caller: NamedDependency[Caller],
    ) -> None:
        async with db.transaction() as tx:
            await phones.remove(tx, caller.account_id)

    @post(
        "/verifications",
        status_code=202,
        summary="Send a code",
        operation_id="startPhoneVerification",
        responses=problem_responses(400, 401, 429, 503),
    )
    async def start(
        self,
        data: Annotated[NewVerification, Body(examples=_NUMBERS)],
        phones: NamedDependency[Phones],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> Verification:
        """Send a code to a Korean or US mobile; only the newest code opens.

        A number that is verified already may be verified for further accounts: families share
        phones, and a number signs nobody in.
        """
        return await phones.start(caller.account_id, data, origin.network)

    @post(
        "/verifications/{verification_id:uuid}/check",
        status_code=200,
        summary="Check a code",
        operation_id="checkPhoneVerification",
        responses=problem_responses(400, 401, 404, 409, 429, 503),
    )
    async def check(
        self,
        verification_id: VerificationId,
        data: Annotated[CodeCheck, Body(examples=[_CODE])],
        phones: NamedDependency[Phones],
        caller: NamedDependency[Caller],
    ) -> Phone:
        """With the right code the number becomes the account's, in place of the one before.

        Five codes may be tried; `details.attempts_left` of a wrong one says how many are left.
        """
        return await phones.check(caller.account_id, verification_id, data.code)
