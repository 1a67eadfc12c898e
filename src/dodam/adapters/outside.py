"""The way out to other services over HTTP: one face for every adapter.

Nothing is tried again here: that is the queue's, which keeps it over a crash. What an adapter
hears is whether to try later (TryLater), whether the service may have done it all the same
(PerhapsDone), or the service's answer.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from http import HTTPStatus
from ssl import SSLContext
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

import httpx
from purgatory import AsyncCircuitBreakerFactory
from purgatory.domain.model import OpenedState

from dodam.adapters.calls import (
    ANSWERED,
    BREAKERS,
    CALLS,
    REFUSED,
    UNANSWERED,
    UNREACHABLE,
    outside_call,
)
from dodam.platform.work import PerhapsDone, TryLater

Send = Callable[[Mapping[str, str]], Awaitable[httpx.Response]]
AskToWait = Callable[[httpx.Response], timedelta | None]

_NOTHING: Mapping[str, str] = MappingProxyType({})
_SECONDS = 8.0
_FAILURES_THAT_OPEN = 5
_OPEN_SECONDS = 15.0
# What asks for longer is asked again all the same.
_LONGEST_WAIT = timedelta(days=1)
# The request did not leave.
_UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


class AskedToWait(TryLater):
    """The service answered 429."""

    def __init__(self, reason: str, answer: httpx.Response, after: timedelta | None) -> None:
        super().__init__(reason, after=after)
        self.answer = answer


class OutsideService:
    """One outside service: its address, its name in the log, its time-out and its breaker.

    After some failures in a row it is left alone for a while: calls then raise TryLater at once.
    `asked_to_wait` reads how long a 429 or 5xx asks to wait; by default, its Retry-After.
    """

    def __init__(
        self,
        name: str,
        base_url: str,
        *,
        seconds: float = _SECONDS,
        asked_to_wait: AskToWait | None = None,
    ) -> None:
        self.name = name
        self._base_url = base_url.rstrip("/")
        self._seconds = seconds
        self._asked_to_wait = asked_to_wait or retry_after
        self._breakers = AsyncCircuitBreakerFactory(_FAILURES_THAT_OPEN, _OPEN_SECONDS)
        self._is_left_alone = False

    async def call(
        self, method: str, template: str, values: Mapping[str, str] = _NOTHING, **request: Any
    ) -> httpx.Response:
        """The service's answer, whatever its status below 500 other than 429.

        `template` is a path such as `/messages/{id}`, which the log names; `values` fill it.
        `request` is httpx's: `json`, `content`, `params`, `headers`, `auth`. Raises AskedToWait
        for 429, TryLater for what did not leave, PerhapsDone for 5xx and for what was not answered.
        """
        given = request.pop("headers", {})
        url = self._base_url + filled(template, values)

        async def send(headers: Mapping[str, str]) -> httpx.Response:
            async with outside_http() as http:
                return await http.request(method, url, headers={**headers, **given}, **request)

        return await self.guard(method, template, send)

    async def guard(self, method: str, template: str, send: Send) -> httpx.Response:
        """`call` for a service with a client of its own, whose request `send` makes.

        `send` is handed headers to add. Raises what `call` does.
        """
        try:
            breaker = await self._breakers.get_breaker(self.name)
            try:
                async with breaker:
                    answer = await self._send(method, template, send)
            finally:
                self._note(is_left_alone=breaker.context.state != "closed")
        except OpenedState as error:
            CALLS.add(self.name, f"{method} {template}", "left_alone")
            reason = f"{self.name} is left alone after failures"
            raise TryLater(reason, after=timedelta(seconds=_OPEN_SECONDS)) from error
        if answer.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            raise AskedToWait(f"{self.name} answered 429", answer, self._asked_to_wait(answer))
        return answer

    async def _send(self, method: str, template: str, send: Send) -> httpx.Response:
        attributes = {"http.request.method": method, "url.template": template}
        with outside_call(self.name, f"{method} {template}", attributes) as call:
            try:
                async with asyncio.timeout(self._seconds):
                    answer = await send(call.headers)
            except _UNSENT as error:
                call.outcome, call.reason = UNREACHABLE, type(error).__name__
                raise TryLater(f"{self.name} cannot be reached") from error
            except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
                call.outcome, call.reason = UNANSWERED, type(error).__name__
                raise PerhapsDone(f"{self.name} did not answer") from error
            call.status, call.outcome = answer.status_code, outcome_of(answer.status_code)
            if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
                raise PerhapsDone(
                    f"{self.name} answered {answer.status_code}", after=self._asked_to_wait(answer)
                )
            return answer

    def _note(self, *, is_left_alone: bool) -> None:
        if is_left_alone != self._is_left_alone:
            self._is_left_alone = is_left_alone
            BREAKERS.add(self.name, count=1 if is_left_alone else -1)


def filled(template: str, values: Mapping[str, str]) -> str:
    """The path that a template stands for; no value leads to another one."""
    return template.format_map({name: _segment(value) for name, value in values.items()})


def _segment(value: str) -> str:
    # What is one or two dots is a place in the path (RFC 3986, section 3.3), if it is not encoded.
    return "%2E" * len(value) if value in {".", ".."} else quote(value, safe="")


def outcome_of(status: int) -> str:
    """What a call's outcome is called, by the status of its answer."""
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return "asked_to_wait"
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return "failed"
    return REFUSED if status >= HTTPStatus.BAD_REQUEST else ANSWERED


def retry_after(answer: httpx.Response) -> timedelta | None:
    """How long the service asks to wait: seconds or a date (RFC 9110, section 10.2.3)."""
    value = answer.headers.get("retry-after", "")
    with suppress(ValueError, OverflowError):
        return _wait(timedelta(seconds=float(value)))
    with suppress(ValueError, TypeError, OverflowError):
        return _wait(parsedate_to_datetime(value) - datetime.now(UTC))
    return None


def _wait(asked: timedelta) -> timedelta:
    return min(max(asked, timedelta()), _LONGEST_WAIT)


def outside_http() -> httpx.AsyncClient:
    """A client for the call at hand, which is to be made within its scope.

    Calls are so far apart that a connection kept open would be closed before the next.
    """
    return httpx.AsyncClient(timeout=_SECONDS, verify=tls())


@cache
def tls() -> SSLContext:
    return httpx.create_ssl_context()
