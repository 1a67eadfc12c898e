"""A log that keeps what it is handed, as the bytes that would be written."""

import sys
import threading
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from logging import captureWarnings, getLogger

import structlog

from dodam.platform.logging.capture import capture
from dodam.platform.logging.console import pretty
from dodam.platform.logging.encoding import encoded
from dodam.platform.logging.lines import EventLine, Line
from dodam.platform.logging.log import Log


class CollectingLog(Log):
    instance = "test"

    def __init__(self) -> None:
        self.lines: list[Line] = []

    def write(self, line: Line) -> None:
        self.lines.append(line)

    async def keep(self, lines: Sequence[Line]) -> None:
        self.lines += lines

    @property
    def events(self) -> list[EventLine]:
        return [each for each in self.lines if isinstance(each, EventLine)]

    @property
    def last(self) -> EventLine:
        return self.events[-1]

    def written(self) -> str:
        """All that would be in the files, in the database, in the bucket and on a console."""
        files = "".join(encoded(each).decode() for each in self.lines)
        return files + "\n".join(pretty(each, colour=False) for each in self.lines)


@contextmanager
def captured(level: str = "DEBUG") -> Generator[CollectingLog]:
    """What this process says goes to the log that is yielded, until the scope ends."""
    root = getLogger()
    handlers, lowest = root.handlers[:], root.level
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    log = CollectingLog()
    try:
        capture(log, level)
        yield log
    finally:
        structlog.reset_defaults()
        root.handlers[:] = handlers
        root.setLevel(lowest)
        captureWarnings(capture=False)
        sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
