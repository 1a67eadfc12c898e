"""Errors that nobody expected: told of by kind and place, however often they happen."""

import asyncio
from datetime import datetime
from types import TracebackType

import structlog

from dodam.features.operations.models.notices import Level
from dodam.features.operations.service.notices import Notices
from dodam.platform.clock import Clock

_LOG = structlog.get_logger(__name__)
_MOST_KINDS = 20
_SOON_SECONDS = 1.0
_PERIOD_SECONDS = 60.0
_PACKAGE = "dodam."


class _Group:
    def __init__(self, since: datetime) -> None:
        self.since = since
        self.count = 0


class Failures:
    """Counts errors in memory, and tells of each kind once a minute at most.

    A notice has the kind of the error and where it happened: its words may name a person.
    """

    def __init__(self, notices: Notices, clock: Clock, *, instance: str) -> None:
        self._notices = notices
        self._clock = clock
        self._instance = instance
        self._groups: dict[tuple[str, str, str], _Group] = {}
        self._others = 0
        self._noted = asyncio.Event()

    def note(self, place: str, error: Exception) -> None:
        """Count an error that happened at a place: a route, a kind of job."""
        key = (type(error).__name__, place, _line(error.__traceback__))
        if key not in self._groups and len(self._groups) >= _MOST_KINDS:
            self._others += 1
        else:
            self._groups.setdefault(key, _Group(self._clock.now())).count += 1
        self._noted.set()

    async def keep_telling(self) -> None:
        """Tell soon of what is new, and then once a minute."""
        while True:
            await self._noted.wait()
            await asyncio.sleep(_SOON_SECONDS)
            await self.tell()
            await asyncio.sleep(_PERIOD_SECONDS)

    async def tell(self) -> None:
        """Tell of what was counted since the last time; what cannot be told is dropped."""
        groups, self._groups = self._groups, {}
        others, self._others = self._others, 0
        self._noted.clear()
        dropped = 0
        for (kind, place, line), group in groups.items():
            text = (
                f"{group.count} times since {group.since:%H:%M:%S} UTC, at `{line}`, "
                f"on `{self._instance}`"
            )
            if not await self._notices.try_to_tell(Level.ERROR, f"{kind} in {place}", text):
                dropped += group.count
        if others and not await self._notices.try_to_tell(
            Level.ERROR, "Errors of further kinds", f"{others} times, on `{self._instance}`"
        ):
            dropped += others
        if dropped:
            _LOG.error("errors were not told of", count=dropped)


def _line(traceback: TracebackType | None) -> str:
    """The innermost line of our own code."""
    found = "?"
    while traceback is not None:
        module = str(traceback.tb_frame.f_globals.get("__name__"))
        if module.startswith(_PACKAGE):
            found = f"{module}:{traceback.tb_lineno}"
        traceback = traceback.tb_next
    return found
