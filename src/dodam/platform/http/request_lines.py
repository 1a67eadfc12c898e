"""The lines of answered requests, made some at a time."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from http import HTTPMethod
from time import perf_counter_ns
from typing import Any

from msgspec import Struct

from dodam.platform.clock import Clock
from dodam.platform.context import Context
from dodam.platform.http.exchange import Exchange
from dodam.platform.http.selected_fields import LONGEST_BODY, SelectedFields, device_of
from dodam.platform.logging.lines import Importance, RequestLine
from dodam.platform.logging.log import Log

NO_ROUTE = "(none)"
OTHER_METHOD = "(other)"
_METHODS = frozenset(each.value for each in HTTPMethod)
_PROBES = "/health/"
_FAULT = 500
_MOST = 32
_SECONDS = 0.02


class Answered(Struct, frozen=True):
    """A request that is over, with when it began and ended (`perf_counter_ns`)."""

    scope: Mapping[str, Any]
    context: Context
    exchange: Exchange
    begun: int
    ended: int

    @property
    def nanoseconds(self) -> int:
        return self.ended - self.begun

    @property
    def method(self) -> str:
        method: str = self.scope["method"]
        return method if method in _METHODS else OTHER_METHOD

    @property
    def route(self) -> str:
        return self.scope.get("path_template", NO_ROUTE)

    @property
    def importance(self) -> Importance:
        # A probe that is refused says how the process is; nothing went wrong for anybody.
        if self.route.startswith(_PROBES):
            return Importance.DEBUG
        return Importance.ERROR if self.exchange.status >= _FAULT else Importance.INFO


class RequestLines:
    """Hands lines to the log: at once where no other request is under way, else within 20 ms.

    Between two requests the processor forgets how a line is made: one alone takes at least twice as
    long as one of many. `least` is the lowest importance that is written.
    """

    def __init__(self, log: Log, clock: Clock, least: int) -> None:
        self._log = log
        self._clock = clock
        self._least = least
        self._selected = SelectedFields()
        self._waiting: list[Answered] = []

    def add(self, answered: Answered, *, others_under_way: bool) -> None:
        self._waiting.append(answered)
        holds_much = answered.exchange.request_bytes > LONGEST_BODY
        if not others_under_way or holds_much or len(self._waiting) >= _MOST:
            self._write()
        elif len(self._waiting) == 1:
            asyncio.get_running_loop().call_later(_SECONDS, self._write)

    def _write(self) -> None:
        waiting, self._waiting = self._waiting, []
        for each in waiting:
            importance = each.importance
            if importance >= self._least:
                self._log.write(self._line(each, importance))

    def _line(self, answered: Answered, importance: Importance) -> RequestLine:
        scope, context, exchange = answered.scope, answered.context, answered.exchange
        ago = timedelta(microseconds=(perf_counter_ns() - answered.ended) // 1000)
        caller = scope.get("user")
        path = scope["path_params"]
        fields = self._selected.of(scope) if exchange.request_bytes or scope["query_string"] else {}
        return RequestLine(
            at=self._clock.now() - ago,
            instance=self._log.instance,
            importance=importance,
            request_id=context.request_id,
            account_id=context.account_id,
            child_id=context.child_id,
            method=answered.method,
            route=answered.route,
            status=exchange.status,
            duration_us=answered.nanoseconds // 1000,
            request_bytes=exchange.request_bytes,
            response_bytes=exchange.response_bytes,
            caller_kind=caller and caller.kind,
            device_id=device_of(path, fields) if path or fields else None,
            error_code=context.error_code,
            fields=fields,
        )
