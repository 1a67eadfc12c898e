"""What becomes of segments: orphans are adopted, closed ones compressed, old ones pruned."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from threading import Event, Thread

import structlog
from msgspec import Struct

from dodam.platform.clock import Clock
from dodam.platform.logging.compression import compressed
from dodam.platform.logging.segments import Destination, Segment
from dodam.platform.logging.spool import Run, Spool

_LOG = structlog.get_logger(__name__)
_PAUSE_SECONDS = 10.0
_WARN_EVERY = timedelta(hours=1)


class Retention(Struct, frozen=True):
    """Segments go once their month has been over for so many months, or for want of room."""

    months: int
    most_bytes: int


class Found(Struct, frozen=True):
    """`bytes` are taken up by all runs' segments; `unreached_since` is when the oldest was written
    that is closed and that a destination lacks, of those this process is in charge of.
    """

    bytes: int = 0
    unreached_since: Mapping[Destination, datetime] = {}


class Upkeep:
    """`own` is the run that this process writes; of a living one only what is closed is touched."""

    def __init__(self, spool: Spool, own: Run, clock: Clock, retention: Retention) -> None:
        self.found = Found()
        self._spool = spool
        self._own = own
        self._clock = clock
        self._retention = retention
        self._warned_at: dict[str, datetime] = {}
        self._ending = Event()
        self._thread = Thread(target=self._run, name="log upkeep", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def end(self, seconds: float) -> None:
        """End soon; what is half compressed then is begun again by another process."""
        self._ending.set()
        self._thread.join(seconds)

    def look(self) -> None:
        """Do once what there is to do. What the disk does not allow is tried again next time."""
        try:
            self._spool.adopt()
            for run in self._spool.in_charge_of():
                self._compress(run)
                if run != self._own and all(map(self._spool.is_done, run.segments())):
                    self._spool.let_go(run)
            self.found = Found(self._prune(), self._unreached())
        except OSError as error:
            self._warn("log files cannot be looked after", error=error.strerror)

    def _run(self) -> None:
        while not self._ending.is_set():
            self.look()
            self._ending.wait(_PAUSE_SECONDS)

    def _compress(self, run: Run) -> None:
        for segment in run.segments():
            if segment.is_closed and not segment.is_compressed and not self._ending.is_set():
                try:
                    compressed(segment)
                except OSError as error:
                    self._warn("a log file cannot be compressed", error=error.strerror)

    def _prune(self) -> int:
        """Remove what is old, or too much, and wherever it is to get to, the oldest first.

        Bytes that are still taken up.
        """
        listed = {run: run.segments() for run in self._spool.runs()}
        segments = sorted(
            (segment.name[:7], run, segment) for run, found in listed.items() for segment in found
        )
        taken_up = sum(segment.size() for _, _, segment in segments)
        pruned: set[Segment] = set()
        unreached = False
        for month, _, segment in segments:
            if not self._is_over(month) and taken_up <= self._retention.most_bytes:
                break
            if self._spool.unreached(segment):
                unreached = True
            elif segment.is_closed:
                taken_up -= segment.size()
                segment.remove()
                pruned.add(segment)
        for run, found in listed.items():
            if pruned.issuperset(found):
                self._spool.remove(run)
        if pruned:
            _LOG.info(
                "log files were pruned",
                files=len(pruned),
                up_to=max(segment.name for segment in pruned),
            )
        if unreached and taken_up > self._retention.most_bytes:
            self._warn("log files that cannot be got out of here take up too much", bytes=taken_up)
        return taken_up

    def _is_over(self, month: str) -> bool:
        now = self._clock.now()
        begun = datetime.strptime(month, "%Y-%m").replace(tzinfo=now.tzinfo)
        months = (now.year - begun.year) * 12 + now.month - begun.month
        return months > self._retention.months

    def _unreached(self) -> Mapping[Destination, datetime]:
        unreached: dict[Destination, datetime] = {}
        for run in self._spool.in_charge_of():
            for segment in run.segments():
                if segment.is_closed:
                    for destination in self._spool.unreached(segment):
                        written = segment.written_at()
                        unreached[destination] = min(written, unreached.get(destination, written))
        return unreached

    def _warn(self, event: str, **fields: object) -> None:
        """At most once an hour for each event."""
        now = self._clock.now()
        if now - self._warned_at.get(event, now - _WARN_EVERY) >= _WARN_EVERY:
            self._warned_at[event] = now
            _LOG.warning(event, **fields)
