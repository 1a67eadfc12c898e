"""Lines, and what the files have of them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dodam.platform.logging.active import ActiveRun, Rotation
from dodam.platform.logging.encoding import encoded
from dodam.platform.logging.lines import AnyLine, EventLine, Importance
from dodam.platform.logging.segments import Destination, Segment
from dodam.platform.logging.spool import Spool
from tests.clock import NOON, StoppedClock

_UNENDING = Rotation(most_bytes=1 << 40)


def event(text: str, importance: Importance = Importance.INFO, **fields: Any) -> EventLine:
    return EventLine(
        at=NOON,
        instance="api-test-1",
        importance=importance,
        level="info",
        logger="tests",
        event=text,
        fields=fields,
    )


def texts(lines: Sequence[AnyLine]) -> list[str]:
    return [line.event for line in lines if isinstance(line, EventLine)]


def events_of(segment: Segment, offset: int = 0) -> list[EventLine]:
    found: list[AnyLine] = []
    with segment.reading(offset) as reader:
        while lines := reader.read():
            found += lines
    return [line for line in found if isinstance(line, EventLine)]


def events_in(folder: Path) -> list[EventLine]:
    """Of all runs' segments on this machine, the oldest first."""
    return [
        line
        for run in Spool(folder, ()).runs()
        for segment in run.segments()
        for line in events_of(segment)
    ]


def said_in(segment: Segment, offset: int = 0) -> list[str]:
    return texts(events_of(segment, offset))


def said(folder: Path) -> list[str]:
    return texts(events_in(folder))


class Process:
    """What a process does to the log files, a step at a time."""

    def __init__(
        self,
        folder: Path,
        clock: StoppedClock,
        name: str = "20260318T120000Z-api-test-1",
        rotation: Rotation = _UNENDING,
        destinations: tuple[Destination, ...] = (),
    ) -> None:
        self.spool = Spool(folder, destinations)
        self.run = self.spool.run(name)
        self.active = ActiveRun(self.spool, self.run, clock, rotation)

    def say(self, *events: str) -> None:
        self.active.write(b"".join(encoded(event(each)) for each in events))
        self.active.sync()

    def close(self, *events: str) -> Segment:
        """Say something; the segment that it is in, closed."""
        self.say(*events)
        self.active.roll()
        return self.run.segments()[-1]

    def die(self) -> None:
        """As by `kill -9`: its lock is free, and nothing else was done."""
        self.spool.close()
