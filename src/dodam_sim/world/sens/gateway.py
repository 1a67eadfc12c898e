"""What all of SENS has in common: the API gateway's signature, its refusals, and its times.

https://api.ncloud-docs.com/docs/en/sens-overview (headers and signature) and
https://api.ncloud-docs.com/docs/en/api-call-lgc-errorhandling (the gateway's errors)
"""

import re
from base64 import b64encode
from datetime import datetime, timedelta
from hmac import compare_digest, digest
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Request, Response

from dodam_sim.world.sens.account import SensAccount

AnyRequest = Request[Any, Any, Any]
_CLOCK_TOLERANCE = timedelta(minutes=5)
_MILLISECONDS = re.compile("[0-9]{1,14}")
KOREA = ZoneInfo("Asia/Seoul")


def is_signed(request: AnyRequest, account: SensAccount, now: datetime) -> bool:
    """What is signed is the path as it was asked for, with its query."""
    timestamp = request.headers.get("x-ncp-apigw-timestamp", "")
    key = request.headers.get("x-ncp-iam-access-key", "")
    if not _MILLISECONDS.fullmatch(timestamp) or key != account.access_key:
        return False
    uri = request.scope["raw_path"].decode()
    if query := request.scope["query_string"].decode():
        uri = f"{uri}?{query}"
    signed = f"{request.method} {uri}\n{timestamp}\n{key}".encode()
    expected = b64encode(digest(account.secret_key.encode(), signed, "sha256"))
    given = request.headers.get("x-ncp-apigw-signature-v2", "").encode()
    skew = abs(now.timestamp() - int(timestamp) / 1000)
    return skew <= _CLOCK_TOLERANCE.total_seconds() and compare_digest(expected, given)


def not_signed() -> Response[Any]:
    error = {
        "errorCode": "200",
        "message": "Authentication Failed",
        "details": "Invalid authentication information.",
    }
    return Response({"error": error}, status_code=401)


def refusal(status: int, reason: str | None = None) -> Response[Any]:
    error = {"statusCode": str(status), "statusName": HTTPStatus(status).phrase}
    if reason is not None:
        error["errorMessage"] = reason
    return Response(error, status_code=status)


def not_found() -> Response[Any]:
    """As SENS answers where nothing matches: without a word."""
    return Response(b"", status_code=404)


def request_time(at: datetime) -> str:
    return f"{at.astimezone(KOREA):%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}"


def complete_time(at: datetime) -> str:
    return f"{at.astimezone(KOREA):%Y-%m-%dT%H:%M:%S}"
