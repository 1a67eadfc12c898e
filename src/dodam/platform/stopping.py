"""A process's way down: asked by a signal, hurried by a second one, told of in one line.

The first SIGINT or SIGTERM has what is under way finished, the second has it cut or handed back at
once; what follows changes nothing. Signals are heard from the process's first moment, so that one
that comes while it starts is not lost, and neither is what was started by then.
"""

import asyncio
import signal
import time
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager, suppress

import structlog
from msgspec import Struct
from msgspec.structs import asdict

from dodam.platform.logging.log import Log

_LOG = structlog.get_logger(__name__)
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Ended(Struct):
    """What became of what was under way when the process was asked to stop.

    `lines` are those of the log, in the process's whole life.
    """

    requests_finished: int = 0
    requests_cut: int = 0
    jobs_finished: int = 0
    jobs_handed_back: int = 0
    lines_written: int = 0
    lines_dropped: int = 0
    seconds: float = 0

    def __str__(self) -> str:
        return (
            f"{self.requests_finished} requests finished, {self.requests_cut} cut; "
            f"{self.jobs_finished} jobs finished, {self.jobs_handed_back} handed back; "
            f"{self.lines_dropped} log lines dropped; "
            f"{self.seconds:.1f} s"
        )


class Stopping:
    """Whether this process is to stop, and how soon.

    `asked` is set by the first signal: the process says that it is not ready, and takes no new
    jobs. `closing` is set `delay_seconds` later: it takes no new requests. `hurried` is set by the
    second signal, and `closing` with it: nothing is waited for any more.
    """

    def __init__(self, delay_seconds: float = 0) -> None:
        self.asked = asyncio.Event()
        self.closing = asyncio.Event()
        self.hurried = asyncio.Event()
        self.ended = Ended()
        self._delay_seconds = delay_seconds
        self._asked_at = 0.0
        self._signals = 0
        self._loop: asyncio.AbstractEventLoop | None = None

    def ask(self) -> None:
        """As a signal does; called again it hurries."""
        self._signals += 1
        self._asked_at = self._asked_at or time.monotonic()
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._tell)

    @property
    def is_asked(self) -> bool:
        """Known without an event loop, too."""
        return self._signals > 0

    @asynccontextmanager
    async def heard(self, log: Log) -> AsyncGenerator[None]:
        """While the scope lasts signals set the events; at its end what became of it all is told.

        What was asked before counts.
        """
        self._loop = asyncio.get_running_loop()
        self._tell()
        closing = asyncio.create_task(self._close())
        try:
            yield
        finally:
            self._loop = None
            closing.cancel()
            if self.is_asked:
                self.ended.seconds = round(time.monotonic() - self._asked_at, 3)
            figures = log.figures()
            self.ended.lines_written = figures.written
            self.ended.lines_dropped = sum(figures.dropped.values())
            _LOG.info("the process ends", asked=self.is_asked, **asdict(self.ended))

    def _tell(self) -> None:
        if self._signals > 0:
            self.asked.set()
        if self._signals > 1:
            self.hurried.set()

    async def _close(self) -> None:
        await self.asked.wait()
        with suppress(TimeoutError):
            async with asyncio.timeout(self._delay_seconds):
                await self.hurried.wait()
        self.closing.set()


@contextmanager
def stopping_on_signals(*, delay_seconds: float) -> Generator[Stopping]:
    """SIGINT and SIGTERM ask, for as long as the scope lasts."""
    stopping = Stopping(delay_seconds)

    def ask(_number: int, _frame: object) -> None:
        stopping.ask()

    before = {number: signal.signal(number, ask) for number in _SIGNALS}
    try:
        yield stopping
    finally:
        # One who was asked does nothing more but end, and is not to be torn off at that.
        for number, handler in before.items():
            signal.signal(number, signal.SIG_IGN if stopping.is_asked else handler)
