"""Naver Cloud SENS: messages to Korean phones.

https://api.ncloud-docs.com/docs/en/sens-sms-send, and for the headers and the signature
https://api.ncloud-docs.com/docs/en/ai-application-service-sens-smsv2
"""

import asyncio
from base64 import b64encode
from hmac import digest

import httpx
import structlog
from msgspec import Struct

from dodam.adapters.outside import outside_http
from dodam.features.accounts.errors.phones import SmsUnavailable
from dodam.platform.clock import Clock

_LOG = structlog.get_logger(__name__)
_ACCEPTED = 202


class SensAccess(Struct, frozen=True):
    """`sender` is a number that is registered with SENS as one that may send."""

    base_url: str
    service_id: str
    access_key: str
    secret_key: str
    sender: str


class NcpSens:
    """Text messages. SENS answers once it took a message over; delivery comes later."""

    def __init__(self, access: SensAccess, clock: Clock, *, timeout_seconds: float) -> None:
        self._access = access
        self._clock = clock
        self._timeout = timeout_seconds
        self._tls = httpx.create_ssl_context()

    async def send(self, number: str, text: str) -> None:
        access = self._access
        body = {
            "type": "SMS",
            "contentType": "COMM",
            "countryCode": "82",
            "from": access.sender,
            "content": text,
            "messages": [{"to": "0" + number.removeprefix("+82")}],
        }
        url = httpx.URL(f"{access.base_url}/sms/v2/services/{access.service_id}/messages")
        headers = self._signature("POST", url.raw_path.decode())
        try:
            async with asyncio.timeout(self._timeout), outside_http() as http:
                answer = await http.post(url, json=body, headers=headers)
        except (httpx.HTTPError, TimeoutError) as error:
            _LOG.warning("SENS cannot be reached", reason=type(error).__name__)
            raise SmsUnavailable from error
        if answer.status_code != _ACCEPTED:
            _LOG.warning("SENS refused a message", status=answer.status_code)
            raise SmsUnavailable

    def _signature(self, method: str, uri: str) -> dict[str, str]:
        """Refused by SENS if our clock differs from theirs by more than five minutes."""
        timestamp = str(int(self._clock.now().timestamp() * 1000))
        signed = f"{method} {uri}\n{timestamp}\n{self._access.access_key}"
        signature = digest(self._access.secret_key.encode(), signed.encode(), "sha256")
        return {
            "x-ncp-apigw-timestamp": timestamp,
            "x-ncp-iam-access-key": self._access.access_key,
            "x-ncp-apigw-signature-v2": b64encode(signature).decode(),
        }
