"""A hospital's system that receives dodam's webhooks by the Standard Webhooks specification.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections import deque
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from hmac import compare_digest, digest
from typing import Any

import msgspec
from litestar import Litestar, Request, Response, post
from msgspec import Struct

from dodam_sim.serving import Service
from dodam_sim.shown import MOST_SHOWN, Shown

_CLOCK_TOLERANCE = timedelta(minutes=5)
_MOST_BYTES = 1_000_000
_SECONDS = re.compile("[0-9]{1,11}")
_PREFIX = "whsec_"
DEMO_SECRET = _PREFIX + b64encode(b"simulated-secret-of-the-hospital").decode()


class Delivery(Struct, frozen=True, kw_only=True):
    """A webhook that was rightly signed; `again` if its id is among the newest received before."""

    at: datetime
    id: str
    sent_at: datetime
    body: str
    again: bool


class Hospital(Service):
    """Listens at the root. `received` are the newest deliveries, `refused` counts the others.

    `secret` is shared with the sender: `whsec_` and base64.
    """

    name = "webhooks"

    def __init__(self, now: Callable[[], datetime], secret: str = DEMO_SECRET) -> None:
        self.secret = secret
        self.received = deque[Delivery](maxlen=MOST_SHOWN)
        self.refused = 0
        self._now = now

        @post("/", request_max_body_size=_MOST_BYTES)
        async def receive(request: Request[Any, Any, Any]) -> Response[Any]:
            return self._receive(request.headers, await request.body())

        super().__init__(Litestar([receive], openapi_config=None, logging_config=None))

    def shown(self) -> list[Shown]:
        return [
            Shown(
                at=each.at,
                title=_type_of(each.body),
                text=_readable(each.body),
                who=each.id,
                state="received again" if each.again else None,
            )
            for each in self.received
        ]

    def _receive(self, headers: Mapping[str, str], body: bytes) -> Response[Any]:
        id_ = headers.get("webhook-id", "")
        timestamp = headers.get("webhook-timestamp", "")
        signatures = headers.get("webhook-signature", "")
        if not id_ or not signatures or not _SECONDS.fullmatch(timestamp):
            return self._refuse(400, "webhook-id, -timestamp or -signature is missing or misshapen")
        skew = abs(self._now().timestamp() - int(timestamp))
        if skew > _CLOCK_TOLERANCE.total_seconds():
            return self._refuse(400, "webhook-timestamp is more than five minutes off")
        if not self._is_signed(f"{id_}.{timestamp}.".encode() + body, signatures):
            return self._refuse(401, "webhook-signature is not ours")
        self.received.append(
            Delivery(
                at=self._now(),
                id=id_,
                sent_at=datetime.fromtimestamp(int(timestamp), UTC),
                body=body.decode(errors="replace"),
                again=any(each.id == id_ for each in self.received),
            )
        )
        return Response(b"", status_code=204)

    def _refuse(self, status: int, reason: str) -> Response[Any]:
        self.refused += 1
        return Response({"error": reason}, status_code=status)

    def _is_signed(self, signed: bytes, signatures: str) -> bool:
        """One of several is enough: while a secret is being changed, a sender signs with both."""
        key = b64decode(self.secret.removeprefix(_PREFIX))
        expected = digest(key, signed, "sha256")
        return any(
            compare_digest(expected, _decoded(value))
            for version, _, value in (each.partition(",") for each in signatures.split(" "))
            if version == "v1"
        )


def _decoded(value: str) -> bytes:
    try:
        return b64decode(value, validate=True)
    except (Base64Error, ValueError):
        return b""


def _type_of(body: str) -> str:
    """The specification's example payload names its event in `type`."""
    try:
        return str(msgspec.json.decode(body)["type"])
    except (msgspec.DecodeError, LookupError, TypeError):
        return "webhook"


def _readable(body: str) -> str:
    try:
        return msgspec.json.format(body, indent=2)
    except msgspec.DecodeError:
        return body
