"""A system whose log is looked at."""

import logging
import sys
import threading
from collections.abc import AsyncGenerator, Generator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import httpx
import structlog

from dodam.bootstrap import Dodam, build
from dodam.platform.logging.capture import capture
from dodam.platform.logging.lines import EventLine, Line, RequestLine
from dodam.platform.logging.log import Log
from dodam.platform.settings import Settings
from tests.conftest import CLOCK


class KeptLines(Log):
    """A log that keeps its lines for a test."""

    instance = "api-test-1"

    def __init__(self) -> None:
        self.lines: list[Line] = []

    def write(self, line: Line) -> None:
        self.lines.append(line)

    @property
    def requests(self) -> Sequence[RequestLine]:
        return [each for each in self.lines if isinstance(each, RequestLine)]

    @property
    def events(self) -> Sequence[EventLine]:
        return [each for each in self.lines if isinstance(each, EventLine)]

    def only(self) -> RequestLine:
        """The one request since the lines were cleared."""
        [line] = self.requests
        return line


@asynccontextmanager
async def watched(
    settings: Settings, database_url: str, log: Log, **other: Any
) -> AsyncGenerator[Dodam]:
    """A whole system that writes to `log`; `other` settings than the tests' may be given."""
    system = build(settings.model_copy(update=other), database_url, CLOCK, log)
    async with system.running():
        yield system


@asynccontextmanager
async def caller(app: Any) -> AsyncGenerator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://dodam") as http:
        yield http


@contextmanager
def capturing(log: Log, level: str = "INFO") -> Generator[None]:
    """Whatever is said in this process is a line of `log` while the scope lasts."""
    root = logging.getLogger()
    handlers, lowest = [*root.handlers], root.level
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    capture(log, level)
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(lowest)
        sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
        logging.captureWarnings(capture=False)
        structlog.reset_defaults()
