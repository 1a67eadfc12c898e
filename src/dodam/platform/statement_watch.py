"""What is told of statements: those that take long, and, where it is traced, each.

A statement is told of by its name. Its parameters are people's data, and are told nobody.
"""

from collections.abc import Awaitable, Callable, Sequence
from time import perf_counter
from typing import Any, TypeVar

import asyncpg
import structlog

from dodam.platform.metrics import Counter
from dodam.platform.statement_names import name_of
from dodam.platform.tracing import SpanKind, is_recording, span

_LOG = structlog.get_logger(__name__)
_SLOW = Counter("dodam_database_slow_statements", "Statements that took long.", "statement")
# https://opentelemetry.io/docs/specs/semconv/db/postgresql/
POSTGRESQL = {"db.system.name": "postgresql"}

Answer = TypeVar("Answer", Sequence[asyncpg.Record], str)


class StatementWatch:
    """Runs statements; tells of one that takes `slow_ms` or longer, or that a limit breaks off."""

    def __init__(self, slow_ms: float) -> None:
        self._slow_seconds = slow_ms / 1000

    async def run(
        self, run: Callable[..., Awaitable[Answer]], query: str, args: tuple[object, ...]
    ) -> Answer:
        if is_recording():
            name = name_of(query)
            with span(name, SpanKind.CLIENT, {**POSTGRESQL, "db.query.summary": name}):
                return await self._run(run, query, args)
        return await self._run(run, query, args)

    async def _run(
        self, run: Callable[..., Awaitable[Answer]], query: str, args: tuple[object, ...]
    ) -> Answer:
        started = perf_counter()
        try:
            answer = await run(query, *args)
        except (TimeoutError, asyncpg.QueryCanceledError) as error:
            _tell(query, perf_counter() - started, reason=type(error).__name__)
            raise
        seconds = perf_counter() - started
        if seconds >= self._slow_seconds:
            _tell(query, seconds, rows=_rows(answer))
        return answer


def _rows(answer: Any) -> int | None:
    """How many were found, or touched: of a command without rows, none."""
    if not isinstance(answer, str):
        return len(answer)
    last = answer.rpartition(" ")[2]
    return int(last) if last.isdecimal() else None


def _tell(
    query: str, seconds: float, *, rows: int | None = None, reason: str | None = None
) -> None:
    name = name_of(query)
    _SLOW.add(name)
    _LOG.warning(
        "slow statement", statement=name, ms=round(seconds * 1000), rows=rows, reason=reason
    )
