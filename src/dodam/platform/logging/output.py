"""Standard error: a terminal, or whoever collects what a process says there."""

import os
import select
from collections.abc import Callable

import msgspec

from dodam.platform.logging.console import pretty
from dodam.platform.logging.lines import AnyLine

_STANDARD_ERROR = 2
_PATIENCE_SECONDS = 1.0
_DECODER = msgspec.json.Decoder[AnyLine](AnyLine)


class StandardError:
    """A place whose lines are safe as soon as they are written; once nobody reads it, all are."""

    def __init__(self, shown: Callable[[bytes], bytes]) -> None:
        self._shown = shown
        self._rest = b""

    @property
    def unsynced_bytes(self) -> int:
        return len(self._rest)

    def write(self, lines: bytes) -> None:
        self._rest += self._shown(lines)
        while self._rest:
            self._rest = self._rest[self._write_some() :]

    def sync(self) -> None:
        self.write(b"")

    def roll(self) -> None:
        self.write(b"")

    def _write_some(self) -> int:
        try:
            return os.write(_STANDARD_ERROR, self._rest)
        except BrokenPipeError:
            return len(self._rest)
        except BlockingIOError:
            # Whoever shares it made it non-blocking, and nobody reads just now.
            if select.select([], [_STANDARD_ERROR], [], _PATIENCE_SECONDS)[1]:
                return 0
            raise


def for_programs(lines: bytes) -> bytes:
    return lines


def for_people(lines: bytes) -> bytes:
    colour = os.isatty(_STANDARD_ERROR)
    texts = (pretty(line, colour=colour) for line in _DECODER.decode_lines(lines))
    return "".join(f"{text}\n" for text in texts).encode(errors="replace")
