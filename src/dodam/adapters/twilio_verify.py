"""Twilio Verify v2: makes, sends and checks codes for US phones.

https://www.twilio.com/docs/verify/api/verification and …/verification-check; its error codes are
pages of https://www.twilio.com/docs/api/errors.
"""

from http import HTTPStatus
from typing import Any

import httpx
import msgspec
import structlog
from msgspec import Struct

from dodam.adapters.outside import AskedToWait, OutsideService
from dodam.features.accounts.errors.phones import (
    CodeExpired,
    NumberRefused,
    SmsUnavailable,
    TooManyAttempts,
)
from dodam.platform.i18n import Language
from dodam.platform.work import TryLater

_LOG = structlog.get_logger(__name__)

_INVALID_PARAMETER = 60200
_LANDLINE = 60205
_BLOCKED_AS_FRAUD = 60410
_BLOCKED_COUNTRY = 60605
_THE_NUMBERS_FAULT = {_INVALID_PARAMETER, _LANDLINE, _BLOCKED_AS_FRAUD, _BLOCKED_COUNTRY}
_CHECKED_TOO_OFTEN = 60202


class TwilioAccess(Struct, frozen=True):
    """`service_sid` names a Verify service whose codes have six digits."""

    base_url: str
    account_sid: str
    auth_token: str
    service_sid: str


class _Started(Struct):
    sid: str


class _Checked(Struct):
    status: str


class _Refused(Struct):
    code: int | None = None


class TwilioVerify:
    def __init__(self, access: TwilioAccess, *, timeout_seconds: float) -> None:
        self._access = access
        self._twilio = OutsideService("twilio", access.base_url, seconds=timeout_seconds)

    async def start(self, number: str, language: Language, instead_of: str | None) -> str:
        """The reference is the verification's SID.

        Twilio sends a pending code again, with what is left of its attempts, unless it is
        canceled first.
        """
        if instead_of is not None:
            await self._post("/Verifications/{verification}", instead_of, Status="canceled")
        form = {"To": number, "Channel": "sms", "Locale": language.value}
        answer = await self._post("/Verifications", **form)
        if answer.status_code == HTTPStatus.CREATED:
            return _decoded(answer, _Started).sid
        code = _decoded(answer, _Refused).code
        _LOG.warning("Twilio refused to send a code", status=answer.status_code, code=code)
        raise NumberRefused if code in _THE_NUMBERS_FAULT else SmsUnavailable

    async def check(self, number: str, reference: str, code: str) -> bool:
        """Twilio knows the number by the reference, and forgets both after ten minutes."""
        del number
        answer = await self._post("/VerificationCheck", VerificationSid=reference, Code=code)
        if answer.status_code == HTTPStatus.OK:
            return _decoded(answer, _Checked).status == "approved"
        if answer.status_code == HTTPStatus.NOT_FOUND:
            raise CodeExpired
        refused = _decoded(answer, _Refused).code
        if refused == _CHECKED_TOO_OFTEN:
            raise TooManyAttempts
        _LOG.warning("Twilio refused to check a code", status=answer.status_code, code=refused)
        raise SmsUnavailable

    async def _post(self, path: str, verification: str = "", **form: str) -> httpx.Response:
        access = self._access
        try:
            return await self._twilio.call(
                "POST",
                "/v2/Services/{service}" + path,
                {"service": access.service_sid, "verification": verification},
                data=form,
                auth=(access.account_sid, access.auth_token),
            )
        except AskedToWait as error:
            # 429 says too that one code was checked too often.
            return error.answer
        except TryLater as error:
            raise SmsUnavailable from error


def _decoded(answer: httpx.Response, as_type: type[Any]) -> Any:
    """What a proxy's page or a broken answer says is that the service is away."""
    try:
        return msgspec.json.decode(answer.content, type=as_type)
    except msgspec.MsgspecError as error:
        raise SmsUnavailable from error
