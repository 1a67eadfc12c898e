"""Notion, by way of its client (https://github.com/ramnes/notion-sdk-py).

https://developers.notion.com/reference/intro, of version 2025-09-03; for limits
https://developers.notion.com/reference/request-limits, for errors
https://developers.notion.com/reference/status-codes
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from http import HTTPStatus
from typing import Any, TypeVar

import httpx
import msgspec
from msgspec import Struct
from notion_client import AsyncClient
from notion_client.errors import HTTPResponseError

from dodam.adapters.outside import OutsideService, tls
from dodam.platform.rate_limit import Limit, RateLimits, TooManyRequests
from dodam.platform.work import CannotBeDone, PerhapsDone, TryLater

_VERSION = "2025-09-03"
# Notion itself gives up after a minute.
_SECONDS = 20.0
# Of all workers together: a connection may make three requests a second on average.
_RATE = Limit("notion", "3/second")
_FIX_IT = timedelta(minutes=5)
# Of a page, a database or a block, in the path of a request.
_ID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE)
# Notion's own words may quote what was written, which is personal.
_SILENT = logging.getLogger("notion_client.silent")
_SILENT.addHandler(logging.NullHandler())
_SILENT.propagate = False

T = TypeVar("T")
Ask = Callable[[AsyncClient], Any]


class NotionAccess(Struct, frozen=True):
    """The token is a connection's, which databases and pages are shared with one by one."""

    base_url: str
    token: str


class NotThere(CannotBeDone):
    """No such object, or not one that the connection was let in to."""


class NotTaken(CannotBeDone):
    """What was written does not fit. `said` are Notion's words, which may name a person."""

    def __init__(self, reason: str, said: str) -> None:
        super().__init__(reason)
        self.said = said


class Notion:
    """Requests within the rate of all workers; `pause` waits for so many seconds."""

    def __init__(
        self,
        access: NotionAccess,
        rate_limits: RateLimits,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._access = access
        self._rate_limits = rate_limits
        self._pause = pause
        self._outside = OutsideService("notion", access.base_url, seconds=_SECONDS)

    async def ask(self, ask: Ask, answer: type[T]) -> T:
        """One request, such as `lambda notion: notion.pages.retrieve(id)`, and its answer.

        Raises NotThere, NotTaken, TryLater, PerhapsDone and CannotBeDone.
        """
        async with _Way(self._outside, self._wait_for_room) as way:
            notion = AsyncClient(
                client=way,
                auth=self._access.token,
                base_url=self._access.base_url,
                timeout_ms=int(_SECONDS * 1000),
                notion_version=_VERSION,
                retry=False,
                logger=_SILENT,
                log_level=logging.CRITICAL,
            )
            try:
                return msgspec.convert(await ask(notion), answer)
            except HTTPResponseError as error:
                raise _failure(error) from None
            except ValueError:
                # No JSON, or no such object: whatever was asked for may be done.
                raise PerhapsDone("notion's answer cannot be read") from None

    async def _wait_for_room(self) -> None:
        while True:
            try:
                await self._rate_limits.spend(_RATE)
            except TooManyRequests as refusal:
                await self._pause(refusal.retry_after or 1)
            else:
                return


class _Way(httpx.AsyncClient):
    """What the client sends goes the way of every call outside, each within the rate."""

    def __init__(self, outside: OutsideService, wait: Callable[[], Awaitable[None]]) -> None:
        super().__init__(verify=tls())
        self._outside = outside
        self._wait = wait

    async def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        await self._wait()

        async def send(headers: Any) -> httpx.Response:
            request.headers.update(headers)
            return await super(_Way, self).send(request, **options)

        template = _ID.sub("{id}", request.url.path)
        return await self._outside.guard(request.method, template, send)


def _failure(error: HTTPResponseError) -> Exception:
    match error.status:
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
            # Nothing is wrong with what was asked for; somebody has to mend the access.
            return TryLater(f"notion refuses the access ({error.status})", after=_FIX_IT)
        case HTTPStatus.NOT_FOUND:
            return NotThere("notion has no such object, or does not share it")
        case HTTPStatus.CONFLICT:
            return TryLater("notion was changing the same thing")
        case HTTPStatus.BAD_REQUEST:
            return NotTaken(f"notion refused what was written ({_code(error)})", str(error))
        case _:
            return CannotBeDone(f"notion answered {error.status}")


def _code(error: HTTPResponseError) -> str:
    return str(getattr(error.code, "value", error.code))
