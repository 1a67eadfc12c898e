"""Naver Cloud SENS: takes signed requests to send messages, and remembers what it sent.

https://api.ncloud-docs.com/docs/en/sens-sms-send; errors are those of the API gateway:
https://api.ncloud-docs.com/docs/en/api-call-lgc-errorhandling
"""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hmac import compare_digest, digest
from typing import Annotated, Any, Literal
from uuid import uuid4

import msgspec
from litestar import Litestar, Request, Response, post
from litestar.params import FromPath
from msgspec import Meta, Struct

from dodam_sim.serving import Service

_CLOCK_TOLERANCE = timedelta(minutes=5)
_SMS_BYTES = 90
AnyRequest = Request[Any, Any, Any]


class SentMessage(Struct, frozen=True):
    """What arrives on a phone."""

    sender: str
    to: str
    content: str


@dataclass
class SensAccount:
    """What the console of SENS knows: the keys, the service and the numbers that may send."""

    service_id: str = "ncp:sms:kr:300000000000:dodam"
    access_key: str = "SIMULATEDACCESSKEY00"
    secret_key: str = "simulated-secret-key-of-the-demo"  # noqa: S105 - opens the simulation only
    senders: set[str] = field(default_factory=lambda: {"15881234"})


class _Recipient(Struct):
    to: Annotated[str, Meta(pattern=r"^[0-9]{8,12}\Z")]
    content: str | None = None


class _Order(Struct):
    type: Literal["SMS", "sms"]
    sender: str = msgspec.field(name="from")
    content: str
    messages: Annotated[list[_Recipient], Meta(min_length=1, max_length=100)]
    content_type: Literal["COMM", "AD"] = msgspec.field(name="contentType", default="COMM")
    country_code: str = msgspec.field(name="countryCode", default="82")


class Sens(Service):
    """`messages` are those sent so far. `now` is the service's own clock."""

    def __init__(self, now: Callable[[], datetime], account: SensAccount | None = None) -> None:
        self.account = account or SensAccount()
        self.messages: list[SentMessage] = []
        self._now = now

        @post("/sms/v2/services/{service_id:str}/messages")
        async def send(request: AnyRequest, service_id: FromPath[str]) -> Response[Any]:
            return self._send(request, service_id, await request.body())

        super().__init__(Litestar([send], openapi_config=None, logging_config=None))

    def _send(self, request: AnyRequest, service_id: str, body: bytes) -> Response[Any]:
        if not self._is_signed(request):
            details = "Invalid authentication information."
            return _gateway_error(401, "200", "Authentication Failed", details)
        if service_id != self.account.service_id:
            return _service_error(404, "Not Found")
        try:
            order = msgspec.json.decode(body, type=_Order)
            texts = [_as_carried(each.content or order.content) for each in order.messages]
        except (msgspec.MsgspecError, UnicodeEncodeError):
            return _service_error(400, "Bad Request")
        if order.sender not in self.account.senders:
            return _service_error(403, "Forbidden")
        for recipient, text in zip(order.messages, texts, strict=True):
            self.messages.append(SentMessage(order.sender, recipient.to, text))
        answer = {
            "requestId": f"VRSSMS-{uuid4()}",
            "requestTime": self._now().strftime("%Y-%m-%dT%H:%M:%S.000"),
            "statusCode": "202",
            "statusName": "success",
        }
        return Response(answer, status_code=202)

    def _is_signed(self, request: AnyRequest) -> bool:
        timestamp = request.headers.get("x-ncp-apigw-timestamp", "")
        key = request.headers.get("x-ncp-iam-access-key", "")
        if not timestamp.isascii() or not timestamp.isdigit() or key != self.account.access_key:
            return False
        skew = abs(self._now().timestamp() - int(timestamp) / 1000)
        uri = request.scope["raw_path"].decode()
        signed = f"{request.method} {uri}\n{timestamp}\n{key}".encode()
        expected = b64encode(digest(self.account.secret_key.encode(), signed, "sha256"))
        given = request.headers.get("x-ncp-apigw-signature-v2", "").encode()
        return skew <= _CLOCK_TOLERANCE.total_seconds() and compare_digest(expected, given)


def _as_carried(text: str) -> str:
    """Raises UnicodeEncodeError; what is too long is cut off."""
    return text.encode("euc-kr")[:_SMS_BYTES].decode("euc-kr", errors="ignore")


def _gateway_error(status: int, code: str, message: str, details: str) -> Response[Any]:
    error = {"errorCode": code, "message": message, "details": details}
    return Response({"error": error}, status_code=status)


def _service_error(status: int, name: str) -> Response[Any]:
    return Response({"statusCode": str(status), "statusName": name}, status_code=status)
