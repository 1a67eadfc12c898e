"""The App Store Server API, by way of Apple's own client.

https://developer.apple.com/documentation/appstoreserverapi
"""

from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any, TypeVar

import httpx
from appstoreserverlibrary.api_client import (
    APIError,
    APIException,
    AsyncAppStoreServerAPIClient,
    BaseAppStoreServerAPIClient,
)
from appstoreserverlibrary.models.Environment import Environment as AppleEnvironment
from msgspec import Struct

from dodam.adapters.outside import OutsideService, outside_http
from dodam.features.billing.errors.stores import UnknownPurchase
from dodam.platform.work import CannotBeDone, PerhapsDone, TryLater

T = TypeVar("T")

_UNTIL_AN_OPERATOR_ACTS = timedelta(minutes=5)
_LONGEST_WAIT = timedelta(days=1)
# Of what we ask, the longer ones first where one begins like another.
_TEMPLATES = (
    "/inApps/v1/notifications/history",
    "/inApps/v1/subscriptions/extend/{transaction}",
    "/inApps/v1/subscriptions/{transaction}",
    "/inApps/v2/history/{transaction}",
    "/inApps/v2/transactions/consumption/{transaction}",
)
_UNKNOWN = {
    APIError.ACCOUNT_NOT_FOUND,
    APIError.INVALID_ORIGINAL_TRANSACTION_ID,
    APIError.INVALID_TRANSACTION_ID,
    APIError.ORIGINAL_TRANSACTION_ID_NOT_FOUND,
    APIError.TRANSACTION_ID_NOT_FOUND,
}
_RETRYABLE = {
    APIError.ACCOUNT_NOT_FOUND_RETRYABLE,
    APIError.APP_NOT_FOUND_RETRYABLE,
    APIError.ORIGINAL_TRANSACTION_ID_NOT_FOUND_RETRYABLE,
}


class ApiKey(Struct, frozen=True):
    """A key for in-app purchases of App Store Connect, which signs each request's token."""

    bundle_id: str
    issuer_id: str
    key_id: str
    file: Path


class AppStoreApi(AsyncAppStoreServerAPIClient):
    """Apple's client of one environment, whose requests go the way of every call outside."""

    def __init__(self, name: str, base_url: str, key: ApiKey) -> None:
        # Past the constructor of the class above, which opens connections that nobody closes. The
        # environment chooses an address only, and there is a setting for that.
        BaseAppStoreServerAPIClient.__init__(
            self,
            key.file.read_bytes(),
            key.key_id,
            key.issuer_id,
            key.bundle_id,
            AppleEnvironment.PRODUCTION,
        )
        self._base_url = base_url.rstrip("/")
        self._outside = OutsideService(name, base_url, asked_to_wait=_wait)

    async def ask(self, answer: Awaitable[T]) -> T:
        """What a method of this client answers.

        Raises UnknownPurchase, TryLater, PerhapsDone and CannotBeDone.
        """
        try:
            return await answer
        except APIException as error:
            raise _failure(error) from None
        except (ValueError, ExceptionGroup) as error:
            raise PerhapsDone("the app store's answer cannot be read") from error

    async def _execute_request(
        self,
        method: str,
        url: str,
        params: dict[str, Any],
        headers: dict[str, str],
        json: dict[str, Any] | None,
        data: bytes | None,
    ) -> httpx.Response:
        async def send(ours: Any) -> httpx.Response:
            async with outside_http() as http:
                return await http.request(
                    method,
                    url,
                    params=params,
                    headers={**ours, **headers},
                    json=json,
                    content=data,
                )

        return await self._outside.guard(method, _template(url.removeprefix(self._base_url)), send)


def _template(path: str) -> str:
    """Of a path that Apple's client made: transactions' ids are not for the log."""
    for template in _TEMPLATES:
        if path.startswith(template.partition("{")[0]):
            return template
    return "(another)"


def _failure(error: APIException) -> Exception:
    status, code = error.http_status_code, error.api_error
    if code is None and status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        # Nothing is wrong with what was asked; somebody has to mend the key.
        return TryLater(f"the app store refuses the key ({status})", after=_UNTIL_AN_OPERATOR_ACTS)
    if code is None:
        return CannotBeDone(f"the app store refused ({status}, {error.raw_api_error})")
    if code in _RETRYABLE:
        return TryLater(f"the app store asks to try again ({code.name})")
    if code in _UNKNOWN:
        return UnknownPurchase()
    return CannotBeDone(f"the app store refused ({code.name})")


def _wait(answer: httpx.Response) -> timedelta | None:
    """Apple's Retry-After is a time, in milliseconds since 1970.

    https://developer.apple.com/documentation/appstoreserverapi/identifying-rate-limits
    """
    value = answer.headers.get("retry-after", "")
    if not value.isdecimal():
        return None
    now = datetime.now(UTC).timestamp()
    return min(max(timedelta(seconds=int(value[:15]) / 1000 - now), timedelta()), _LONGEST_WAIT)
