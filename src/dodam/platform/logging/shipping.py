"""Getting lines out of this machine, to each place that is in use, while the process lives."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import Protocol

import structlog

from dodam.platform.clock import Clock
from dodam.platform.logging.log import Log
from dodam.platform.logging.segments import Destination
from dodam.platform.logging.spool import Spool

_LOG = structlog.get_logger(__name__)
_PAUSE_SECONDS = 1.0
_LONGEST_PAUSE_SECONDS = 30.0
# What does not get out meanwhile waits on disk, for the next process of this machine.
_LAST_SECONDS = 5.0


class Way(Protocol):
    """To one place. May be broken off anywhere and begun again: no line gets there twice."""

    destination: Destination

    async def deliver(self, spool: Spool) -> None:
        """Bring there what is not there yet. May raise whatever it meets."""
        ...

    def close(self) -> None:
        """Let go of what is held; the next delivery takes it anew."""
        ...


class LogShipping:
    """`away` says since when a place could not be reached. Then lines wait, on disk only.

    It writes a line when a place goes away and when it is back, and none a delivery: those would be
    delivered in turn, for ever.
    """

    def __init__(self, log: Log, ways: Sequence[Way], clock: Clock) -> None:
        self._log = log
        self._ways = ways
        self._clock = clock
        self.away: dict[Destination, datetime] = {}

    @asynccontextmanager
    async def running(self, hurried: asyncio.Event) -> AsyncGenerator[None]:
        """Deliver while the scope lasts, and at its end what was written in it, for a while.

        Once it is `hurried` what is left waits on disk.
        """
        spool = self._log.spool
        if spool is None or not self._ways:
            yield
            return
        stop = asyncio.Event()
        tasks = [asyncio.create_task(self._ship(way, spool, stop)) for way in self._ways]
        try:
            yield
        finally:
            await self._log.roll()
            stop.set()
            hurrying = asyncio.create_task(hurried.wait())
            last = asyncio.gather(*tasks, return_exceptions=True)
            await asyncio.wait(
                {last, hurrying}, timeout=_LAST_SECONDS, return_when=asyncio.FIRST_COMPLETED
            )
            # First, and let them hear of it: who is cancelled in a transaction waits for its end.
            for way in self._ways:
                way.close()
            await asyncio.sleep(0)
            for task in (*tasks, hurrying):
                task.cancel()
            await last
            self._tell_of_what_is_left(tasks)

    def _tell_of_what_is_left(self, tasks: Sequence[asyncio.Task[None]]) -> None:
        left = [
            way.destination
            for way, task in zip(self._ways, tasks, strict=True)
            if task.cancelled() or way.destination in self.away
        ]
        if left:
            _LOG.warning("lines of the log are left to the next process", places=left)

    async def _ship(self, way: Way, spool: Spool, stop: asyncio.Event) -> None:
        pause = _PAUSE_SECONDS
        try:
            while True:
                is_last = stop.is_set()
                done = await self._deliver(way, spool)
                if is_last:
                    return
                pause = _PAUSE_SECONDS if done else min(2 * pause, _LONGEST_PAUSE_SECONDS)
                # Not `wait_for`, which up to Python 3.11 may lose a cancellation that comes then.
                with suppress(TimeoutError):
                    async with asyncio.timeout(pause):
                        await stop.wait()
        finally:
            way.close()

    async def _deliver(self, way: Way, spool: Spool) -> bool:
        place = way.destination
        try:
            await way.deliver(spool)
        except Exception as error:  # noqa: BLE001 - whatever is wrong, lines are safe and wait
            way.close()
            if place not in self.away:
                self.away[place] = self._clock.now()
                _LOG.warning(
                    "lines of the log wait on disk", place=place, error=type(error).__name__
                )
            return False
        since = self.away.pop(place, None)
        if since is not None:
            waited = (self._clock.now() - since).total_seconds()
            _LOG.info("lines of the log get through again", place=place, seconds=round(waited))
        return True
