"""The way out to other services over HTTP: one face for every adapter.

Nothing is tried again here: that is the queue's, which keeps it over a crash. What an adapter
hears is whether to try later (TryLater), whether the service may have done it all the same
(PerhapsDone), or the service's answer.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from http import HTTPStatus
from ssl import SSLContext
from typing import Any

import httpx
import structlog
from purgatory import AsyncCircuitBreakerFactory
from purgatory.domain.model import OpenedState

from dodam.platform.ids import new_id
from dodam.platform.work import PerhapsDone, TryLater

Send = Callable[[Mapping[str, str]], Awaitable[httpx.Response]]
AskedToWait = Callable[[httpx.Response], timedelta | None]

_LOG = structlog.get_logger(__name__)
_SECONDS = 8.0
_FAILURES_THAT_OPEN = 5
_OPEN_SECONDS = 15.0
# What asks for longer is asked again all the same.
_LONGEST_WAIT = timedelta(days=1)
# The request did not leave.
_UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


class OutsideService:
    """One outside service: its address, its name in the log, its time-out and its breaker.

    After some failures in a row it is left alone for a while: calls then raise TryLater at once.
    The log names the service, the method, the path and the status, never a header, a query or a
    body. `asked_to_wait` reads how long a 429 or 5xx asks to wait; by default, its Retry-After.
    """

    def __init__(
        self,
        name: str,
        base_url: str,
        *,
        seconds: float = _SECONDS,
        asked_to_wait: AskedToWait | None = None,
    ) -> None:
        self.name = name
        self._base_url = base_url.rstrip("/")
        self._seconds = seconds
        self._asked_to_wait = asked_to_wait or retry_after
        self._breakers = AsyncCircuitBreakerFactory(_FAILURES_THAT_OPEN, _OPEN_SECONDS)

    async def call(self, method: str, path: str, **request: Any) -> httpx.Response:
        """The service's answer, whatever its status below 500 other than 429.

        `request` is httpx's: `json`, `content`, `params`, `headers`, `auth`. Raises TryLater for
        429 and for what did not leave, PerhapsDone for 5xx and for what was not answered.
        """
        given = request.pop("headers", {})

        async def send(headers: Mapping[str, str]) -> httpx.Response:
            async with outside_http() as http:
                return await http.request(
                    method, self._base_url + path, headers={**headers, **given}, **request
                )

        return await self.guard(method, path, send)

    async def guard(self, method: str, path: str, send: Send) -> httpx.Response:
        """`call` for a service with a client of its own, whose request `send` makes.

        `send` is handed headers to add. Raises what `call` does.
        """
        try:
            breaker = await self._breakers.get_breaker(self.name)
            async with breaker:
                answer = await self._send(method, path, send)
        except OpenedState as error:
            reason = f"{self.name} is left alone after failures"
            raise TryLater(reason, after=timedelta(seconds=_OPEN_SECONDS)) from error
        if answer.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            raise TryLater(f"{self.name} answered 429", after=self._asked_to_wait(answer))
        return answer

    async def _send(self, method: str, path: str, send: Send) -> httpx.Response:
        request_id = str(new_id())
        log = _LOG.bind(service=self.name, method=method, path=path, request_id=request_id)
        started = time.perf_counter()
        try:
            async with asyncio.timeout(self._seconds):
                answer = await send({"x-request-id": request_id})
        except _UNSENT as error:
            log.warning("an outside service cannot be reached", reason=type(error).__name__)
            raise TryLater(f"{self.name} cannot be reached") from error
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            log.warning("an outside service did not answer", reason=type(error).__name__)
            raise PerhapsDone(f"{self.name} did not answer") from error
        milliseconds = round((time.perf_counter() - started) * 1000)
        log.info("outside call", status=answer.status_code, ms=milliseconds)
        if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise PerhapsDone(
                f"{self.name} answered {answer.status_code}", after=self._asked_to_wait(answer)
            )
        return answer


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
