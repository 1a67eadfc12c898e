"""The log of a process that runs: from here, lines get to where the settings say."""

import asyncio
import os
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress

from msgspec import Struct

from dodam.platform.logging.encoding import encoded
from dodam.platform.logging.lines import Line
from dodam.platform.logging.log import Log, LogFigures
from dodam.platform.logging.queue import LogQueue
from dodam.platform.logging.spool import Spool
from dodam.platform.logging.upkeep import Found, Upkeep
from dodam.platform.logging.writer import Writer

# So long a request waits for the disk, and so long the end of a process for each place.
_KEEP_SECONDS = 1.0
_END_SECONDS = 2.0


class Outlet(Struct, frozen=True):
    """Lines are put into `queue`, from which `writer` takes them: all, or those `takes` says."""

    queue: LogQueue
    writer: Writer
    takes: Callable[[Line], bool] | None


class Files(Struct, frozen=True):
    """The outlet to the segments of this process, and what becomes of all segments here."""

    outlet: Outlet
    spool: Spool
    upkeep: Upkeep


class Pipeline(Log):
    """Whoever makes lines left out those that matter too little: all that come here are written."""

    def __init__(self, instance: str) -> None:
        self.instance = instance
        self._outlets: list[Outlet] = []
        self._files: Files | None = None

    @contextmanager
    def running(self, console: Outlet, files: Files | None) -> Generator[None]:
        """Write lines while the scope lasts; the last are where they are to be when it ends.

        It ends within seconds, whatever fails.
        """
        self._outlets = [console] if files is None else [files.outlet, console]
        self._files = files
        self.spool = files and files.spool
        # A fork has none of the threads, and perhaps a queue that was just being changed.
        os.register_at_fork(after_in_child=self._forget)
        for outlet in self._outlets:
            outlet.writer.start()
        if files is not None:
            files.upkeep.start()
        try:
            yield
        finally:
            if files is not None:
                files.upkeep.end(_END_SECONDS)
            ended = [outlet.writer.end(_END_SECONDS) for outlet in self._outlets]
            if files is not None and all(ended):
                files.spool.close()
            self._forget()

    def _forget(self) -> None:
        self._outlets = []
        self._files = None

    def write(self, line: Line) -> None:
        data = encoded(line)
        for outlet in self._outlets:
            if outlet.takes is None or outlet.takes(line):
                outlet.queue.put(line.importance, data)

    async def keep(self, lines: Sequence[Line]) -> None:
        await super().keep(lines)
        await self._safe()

    async def roll(self) -> None:
        await self._safe(roll=True)

    async def _safe(self, *, roll: bool = False) -> None:
        if self._files is None:
            return
        writer = self._files.outlet.writer
        loop = asyncio.get_running_loop()
        safe = loop.create_future()

        def is_safe() -> None:
            # Its loop may be closed, or nobody wait any more.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(lambda: safe.done() or safe.set_result(None))

        if writer.call_when_safe(is_safe, roll=roll):
            try:
                async with asyncio.timeout(_KEEP_SECONDS):
                    await safe
            except TimeoutError:
                # The next ones need not wait as long to find out.
                writer.give_up()

    def figures(self) -> LogFigures:
        if not self._outlets:
            return LogFigures()
        first = self._outlets[0]
        waiting, progress = first.queue.figures(), first.writer.progress
        found = self._files.upkeep.found if self._files is not None else Found()
        return LogFigures(
            written=progress.lines,
            queued=waiting.lines,
            queued_bytes=waiting.bytes,
            dropped=waiting.dropped,
            failing_since=progress.failing_since,
            file_bytes=found.bytes,
            unreached_since=found.unreached_since,
        )
