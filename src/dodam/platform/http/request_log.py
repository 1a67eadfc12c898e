"""Around every request: its id, its context, and its one line in the log."""

from collections.abc import Mapping
from time import perf_counter_ns
from typing import Any, cast
from uuid import UUID

from litestar.types import ASGIApp, Receive, Scope, Send

from dodam.platform.clock import Clock
from dodam.platform.context import CONTEXT, Context
from dodam.platform.errors import Unexpected
from dodam.platform.http.exchange import REQUEST_ID, Exchange
from dodam.platform.http.problems import CLIENT_GONE, CLIENT_GONE_CODE, place_of
from dodam.platform.http.proxies import FROM_TRUSTED_PROXY
from dodam.platform.http.request_figures import (
    IN_FLIGHT,
    count_request,
    describe,
    is_watched,
    request_span,
)
from dodam.platform.http.request_lines import Answered, RequestLines
from dodam.platform.ids import new_id
from dodam.platform.logging.log import Log
from dodam.platform.tracing import Span

_FAULT = 500
_CUT_OFF = "cut_off"


class RequestLog:
    """Gives each request a context, answers with its id, and writes its line once it is answered.

    Around the whole application, so that what finds no route has all that too. `least` is the
    lowest importance that is written; none: requests are no lines. `unexpected` is told of what
    fails once an answer has begun, when it can be no other any more.

    What a client can bring about at will is no more important than what others do, so that nobody
    can push lines of others out of a full queue: errors are the server's own only.
    """

    def __init__(
        self, app: ASGIApp, log: Log, clock: Clock, unexpected: Unexpected, *, least: int | None
    ) -> None:
        self._app = app
        self._unexpected = unexpected
        self._lines = None if least is None else RequestLines(log, clock, least)
        self._under_way = 0
        IN_FLIGHT.ask(lambda: self._under_way)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = perf_counter_ns()
        context = Context(_request_id(scope))
        # The server does each request in a task of its own, so that the context ends with it: also
        # what the server says of a failure then has the request's id.
        CONTEXT.set(context)
        exchange = Exchange(receive, send, str(context.request_id).encode())
        self._under_way += 1
        with request_span(scope, context) as span:
            try:
                await self._app(scope, exchange.receive, exchange.send)
            except BaseException as error:
                exchange.status = _FAULT
                context.error_code = _CUT_OFF
                if isinstance(error, Exception):
                    self._unexpected(place_of(scope), error)
                # The server writes the error down, and hangs up.
                raise
            finally:
                self._under_way -= 1
                self._tell(cast("Mapping[str, Any]", scope), context, exchange, begun, span)

    def _tell(
        self,
        scope: Mapping[str, Any],
        context: Context,
        exchange: Exchange,
        begun: int,
        span: Span,
    ) -> None:
        if exchange.client_gone:
            exchange.status = CLIENT_GONE
            context.error_code = CLIENT_GONE_CODE
        answered = Answered(scope, context, exchange, begun, perf_counter_ns())
        if is_watched(span):
            method, route = answered.method, answered.route
            count_request(method, route, exchange.status, answered.nanoseconds / 1e9)
            describe(span, method, route, exchange.status)
        if self._lines is not None:
            self._lines.add(answered, others_under_way=self._under_way > 0)


def _request_id(scope: Scope) -> UUID:
    """The one that a trusted proxy gave the request, or a new one."""
    if scope["state"].get(FROM_TRUSTED_PROXY):
        for name, value in scope["headers"]:
            if name == REQUEST_ID:
                try:
                    return UUID(value.decode("latin-1"))
                except ValueError:
                    break
    return new_id()
