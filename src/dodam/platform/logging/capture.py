"""Everything that says something in this process, as lines of the one log.

structlog's events and the standard library's records (uvicorn, PgQueuer, asyncio, Alembic,
OpenTelemetry, warnings) leave by the same way, and what nobody caught leaves by it as well.
"""

import faulthandler
import io
import logging
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, cast
from uuid import UUID

import structlog

from dodam.platform.context import CONTEXT
from dodam.platform.logging.exceptions import describe
from dodam.platform.logging.fingerprint import fingerprint
from dodam.platform.logging.lines import EventLine, Importance
from dodam.platform.logging.log import Log
from dodam.platform.masking.messages import mask_foreign, mask_own
from dodam.platform.masking.values import mask_fields

_OURS = "dodam"
_IMPORTANCE = {
    "debug": Importance.DEBUG,
    "info": Importance.INFO,
    "warning": Importance.WARNING,
    "error": Importance.ERROR,
    "critical": Importance.ERROR,
}
# They tell of each of their steps, which our own lines tell of.
_TALKATIVE = ("pgqueuer", "httpx", "httpcore", "alembic", "markdown_it")
_IDS = {"request_id": UUID, "account_id": UUID, "child_id": UUID, "job": int, "task": str}
# What structlog says beside an event's own fields.
_RESERVED = ("event", "exc_info", "stack_info", "level", "logger")


def capture(log: Log, level: str) -> None:
    """From here on every line goes to `log`, masked; what was captured by another log no longer.

    `level` is the lowest that is written: `DEBUG`, `INFO`, `WARNING` or `ERROR`.
    """
    lines = _Lines(log)
    lowest = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, lines.of_event],
        logger_factory=_Source,
        wrapper_class=structlog.make_filtering_bound_logger(lowest),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=lowest, handlers=[_Handler(lines)], force=True)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(max(logging.WARNING, lowest))
    logging.captureWarnings(capture=True)
    sys.excepthook = lines.of_death
    threading.excepthook = lines.of_thread
    sys.unraisablehook = lines.of_unraisable
    # A crash of the interpreter itself has no line: its frames, without variables, go to stderr.
    with suppress(io.UnsupportedOperation, AttributeError, ValueError, RuntimeError):
        faulthandler.enable()


class _Source:
    """Who speaks; it is handed lines that were written already."""

    def __init__(self, name: str = "?") -> None:
        self.name = name

    def msg(self, *_: object) -> None:
        pass

    debug = info = warning = error = critical = msg


class _Lines:
    """Makes lines, and hands them to the log."""

    def __init__(self, log: Log) -> None:
        self._log = log

    def of_event(self, source: Any, level: str, event: Mapping[str, Any]) -> tuple[Any, Any]:
        """The last processor of structlog: what it returns is what the source is handed."""
        fields = {name: value for name, value in event.items() if name not in _RESERVED}
        self._write(
            getattr(source, "name", "?"),
            level,
            mask_own(str(event.get("event", ""))),
            fields,
            _error_of(event.get("exc_info")),
        )
        return (), {}

    def of_record(self, record: logging.LogRecord) -> None:
        try:
            said = record.getMessage()
        except Exception:  # noqa: BLE001 - it is the caller's mistake, and a line all the same
            said = "[a message that does not fit its values]"
        is_ours = record.name.partition(".")[0] == _OURS
        self._write(
            record.name,
            _level_of(record.levelno),
            mask_own(said) if is_ours else mask_foreign(said),
            {},
            _error_of(record.exc_info),
        )

    def of_death(
        self, kind: type[BaseException], error: BaseException, traceback: TracebackType | None
    ) -> None:
        """`sys.excepthook`: whoever interrupts a program knows that they did."""
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, traceback)
            return
        self._write(_OURS, "critical", "the process ends by an error", {}, error)

    def of_thread(self, happened: threading.ExceptHookArgs) -> None:
        fields = {"thread": happened.thread and happened.thread.name}
        self._write(_OURS, "error", "a thread ends by an error", fields, happened.exc_value)

    def of_unraisable(self, happened: "sys.UnraisableHookArgs") -> None:
        """`sys.unraisablehook`: of a finalizer or of the garbage collector nobody can catch it."""
        self._write(_OURS, "error", "an error could not be raised", {}, happened.exc_value)

    def _write(
        self,
        logger: str,
        level: str,
        event: str,
        fields: dict[str, Any],
        error: BaseException | None,
    ) -> None:
        context = CONTEXT.get()
        ids: dict[str, Any] = {}
        for name, kind in _IDS.items():
            said = fields.get(name)
            if isinstance(said, kind):
                ids[name] = fields.pop(name)
            elif context is not None:
                ids[name] = getattr(context, name)
        place = str(fields.get("place") or ids.get("task") or "")
        self._log.write(
            EventLine(
                at=datetime.now(UTC),
                instance=self._log.instance,
                importance=_IMPORTANCE.get(level, Importance.INFO),
                level=level,
                logger=logger,
                event=event,
                fields=mask_fields(fields) if fields else {},
                error=_described(error, place) if error is not None else None,
                **ids,
            )
        )


def _described(error: BaseException, place: str) -> dict[str, Any]:
    """With what it has in common with others: by it all of them are found."""
    return {"fingerprint": fingerprint(error, place), **describe(error)}


class _Handler(logging.Handler):
    def __init__(self, lines: _Lines) -> None:
        super().__init__()
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        self._lines.of_record(record)


def _level_of(number: int) -> str:
    levels = (
        (logging.CRITICAL, "critical"),
        (logging.ERROR, "error"),
        (logging.WARNING, "warning"),
    )
    return next(
        (name for lowest, name in levels if number >= lowest),
        "info" if number >= logging.INFO else "debug",
    )


def _error_of(said: Any) -> BaseException | None:
    """What `exc_info` means: an error, what `sys.exc_info()` returns, or that it is to be asked."""
    if isinstance(said, BaseException):
        return said
    if isinstance(said, tuple):
        return cast("tuple[Any, BaseException | None, Any]", said)[1]
    return sys.exception() if said else None
