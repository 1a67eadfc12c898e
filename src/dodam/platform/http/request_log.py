"""Around every request: its id, its context, and its one line in the log."""

from collections.abc import Mapping
from http import HTTPMethod
from time import perf_counter_ns
from typing import Any, cast
from uuid import UUID

from litestar.types import ASGIApp, Message, Receive, Scope, Send

from dodam.platform.clock import Clock
from dodam.platform.context import CONTEXT, Context
from dodam.platform.errors import Unexpected
from dodam.platform.http.problems import CLIENT_GONE, CLIENT_GONE_CODE, ClientGone, place_of
from dodam.platform.http.proxies import FROM_TRUSTED_PROXY
from dodam.platform.http.request_figures import (
    IN_FLIGHT,
    count_request,
    describe,
    request_span,
)
from dodam.platform.http.selected_fields import SelectedFields, device_of
from dodam.platform.ids import new_id
from dodam.platform.logging.lines import Importance, RequestLine
from dodam.platform.logging.log import Log
from dodam.platform.tracing import Span

REQUEST_ID = b"x-request-id"
NO_ROUTE = "(none)"
OTHER_METHOD = "(other)"
_METHODS = frozenset(each.value for each in HTTPMethod)
_PROBES = "/health/"
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
        self._log = log
        self._clock = clock
        self._least = least
        self._selected = SelectedFields()
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
        exchange = _Exchange(receive, send, str(context.request_id).encode())
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
        exchange: "_Exchange",
        begun: int,
        span: Span,
    ) -> None:
        if exchange.client_gone:
            exchange.status = CLIENT_GONE
            context.error_code = CLIENT_GONE_CODE
        route: str = scope.get("path_template", NO_ROUTE)
        method: str = scope["method"]
        if method not in _METHODS:
            method = OTHER_METHOD
        nanoseconds = perf_counter_ns() - begun
        count_request(method, route, exchange.status, nanoseconds / 1e9)
        describe(span, method, route, exchange.status)
        importance = _importance(route, exchange.status)
        if self._least is None or importance < self._least:
            return
        caller = scope.get("user")
        path = scope["path_params"]
        fields = self._selected.of(scope) if exchange.request_bytes or scope["query_string"] else {}
        self._log.write(
            RequestLine(
                at=self._clock.now(),
                instance=self._log.instance,
                importance=importance,
                request_id=context.request_id,
                account_id=context.account_id,
                child_id=context.child_id,
                method=method,
                route=route,
                status=exchange.status,
                duration_us=nanoseconds // 1000,
                request_bytes=exchange.request_bytes,
                response_bytes=exchange.response_bytes,
                caller_kind=caller and caller.kind,
                device_id=device_of(path, fields) if path or fields else None,
                error_code=context.error_code,
                fields=fields,
            )
        )


class _Exchange:
    """What goes to and fro in one request, counted on its way."""

    __slots__ = (
        "_receive",
        "_request_id",
        "_send",
        "client_gone",
        "complete",
        "request_bytes",
        "response_bytes",
        "status",
    )

    def __init__(self, receive: Receive, send: Send, request_id: bytes) -> None:
        self._receive = receive
        self._send = send
        self._request_id = request_id
        self.status = 0
        self.request_bytes = 0
        self.response_bytes = 0
        self.complete = False
        self.client_gone = False

    async def receive(self) -> Any:
        """Raises ClientGone where the client goes away before it is answered anything."""
        message = await self._receive()
        if message["type"] == "http.request":
            self.request_bytes += len(message["body"])
        elif not self.complete:
            self.client_gone = True
            if not self.status:
                raise ClientGone
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = [*message["headers"], (REQUEST_ID, self._request_id)]
        elif message["type"] == "http.response.body":
            self.response_bytes += len(message["body"])
            self.complete = not message["more_body"]
        await self._send(message)


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


def _importance(route: str, status: int) -> Importance:
    # A probe that is refused says how the process is; nothing went wrong for anybody.
    if route.startswith(_PROBES):
        return Importance.DEBUG
    return Importance.ERROR if status >= _FAULT else Importance.INFO
