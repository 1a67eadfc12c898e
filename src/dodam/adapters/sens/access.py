"""What all of SENS has in common: the signature, and how it says no.

https://api.ncloud-docs.com/docs/en/sens-overview, and for the signature
https://api.ncloud-docs.com/docs/en/common-ncpapi
"""

from base64 import b64encode
from collections.abc import Generator
from datetime import timedelta
from hmac import digest
from http import HTTPStatus
from typing import Any, TypeVar

import httpx
import msgspec
from msgspec import Struct

from dodam.platform.clock import Clock
from dodam.platform.work import CannotBeDone, PerhapsDone, TryLater

A = TypeVar("A")

# Our key, our clock or our service ids are not right: true of every request until an operator acts.
_NOT_LET_IN = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}
_UNTIL_AN_OPERATOR_ACTS = timedelta(minutes=1)
_SMS_BYTES = 90


class SensAccess(Struct, frozen=True):
    """`sender` is a number that is registered with SENS as one that may send."""

    base_url: str
    service_id: str
    access_key: str
    secret_key: str
    sender: str


class Signature(httpx.Auth):
    """Refused by SENS if our clock differs from theirs by more than five minutes."""

    def __init__(self, access: SensAccess, clock: Clock) -> None:
        self._access = access
        self._clock = clock

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response]:
        timestamp = str(int(self._clock.now().timestamp() * 1000))
        path = request.url.raw_path.decode()
        signed = f"{request.method} {path}\n{timestamp}\n{self._access.access_key}"
        signature = digest(self._access.secret_key.encode(), signed.encode(), "sha256")
        request.headers["x-ncp-apigw-timestamp"] = timestamp
        request.headers["x-ncp-iam-access-key"] = self._access.access_key
        request.headers["x-ncp-apigw-signature-v2"] = b64encode(signature).decode()
        yield request


def decoded(answer: httpx.Response, wanted: HTTPStatus, as_type: type[A]) -> A:
    """What SENS answered, if it is what it should be.

    Raises CannotBeDone for what it refuses, TryLater while it does not let us in, PerhapsDone for
    what no answer of SENS looks like.
    """
    status = answer.status_code
    if status in _NOT_LET_IN:
        raise TryLater(f"SENS does not let us in: {status}", after=_UNTIL_AN_OPERATOR_ACTS)
    if answer.is_client_error:
        raise CannotBeDone(f"SENS refused the request: {status}")
    if status != wanted:
        raise PerhapsDone(f"SENS answered {status}")
    try:
        return msgspec.json.decode(answer.content, type=as_type)
    except msgspec.MsgspecError as error:
        raise PerhapsDone("SENS answered what cannot be read") from error


def at_home(number: str) -> str:
    """A Korean number in E.164 as it is dialled in Korea."""
    return "0" + number.removeprefix("+82")


def text_fields(text: str) -> dict[str, Any]:
    """An SMS carries 90 bytes in EUC-KR; what is longer goes as LMS, with 2,000.

    https://api.ncloud-docs.com/docs/en/sens-sms-send
    """
    length = len(text.encode("euc-kr", errors="replace"))
    return {"type": "SMS" if length <= _SMS_BYTES else "LMS", "content": text}
