"""A thread that takes lines from a queue to a place.

Each place has its own: a terminal that stands still keeps no line from the disk, nor a full disk
one from the terminal.
"""

import errno
from collections.abc import Callable
from datetime import datetime
from threading import Event, Lock, Thread
from typing import Protocol

from msgspec import Struct

from dodam.platform.clock import Clock
from dodam.platform.logging.encoding import encoded
from dodam.platform.logging.lines import EventLine, Importance
from dodam.platform.logging.queue import LogQueue

# Of the time until lines are safe, they wait a quarter to be written together, and two written,
# to be synced together; the rest is for the disk.
_QUARTERS = 4
_TURNS_UNSYNCED = 3
_RETRY_SECONDS = 1.0
_BATCH = 1 << 18
_MOST_UNSYNCED = 4 << 20


class Place(Protocol):
    """Where lines go. Whatever raises OSError is called again, and then goes on where it was."""

    @property
    def unsynced_bytes(self) -> int:
        """Bytes of lines that were taken and are not safe yet."""
        ...

    def write(self, lines: bytes) -> None: ...

    def sync(self) -> None:
        """Have what was written survive a loss of power."""
        ...

    def roll(self) -> None:
        """Sync, and begin anew with the next line."""
        ...


class Progress(Struct, frozen=True):
    """`lines` were written since the beginning; `failing_since` is set while the place fails."""

    lines: int
    failing_since: datetime | None


class Writer:
    """Lines are safe `seconds` after they are in the queue, and the time that the place needs.

    A place that fails is tried again each second; lines wait in the queue, whose rules say which
    are dropped. That any were is said in a line once the place takes lines again.
    """

    def __init__(
        self,
        queue: LogQueue,
        place: Place,
        clock: Clock,
        instance: str,
        *,
        seconds: float,
        tell: Callable[[EventLine], None],
    ) -> None:
        self._queue = queue
        self._place = place
        self._clock = clock
        self._instance = instance
        self._tell = tell
        self._pause = seconds / _QUARTERS
        self._turns_unsynced = 0
        self._called = Event()
        self._calling = Lock()
        self._callers: list[Callable[[], None]] = []
        self._rolling = False
        self._ending = False
        self._lines = 0
        self._failing_since: datetime | None = None
        self._told = dict.fromkeys(Importance, 0)
        self._all_told_at = clock.now()
        self._thread = Thread(target=self._run, name=f"log {type(place).__name__}", daemon=True)

    @property
    def progress(self) -> Progress:
        return Progress(self._lines, self._failing_since)

    def start(self) -> None:
        self._thread.start()

    def call_when_safe(self, caller: Callable[[], None], *, roll: bool = False) -> bool:
        """Call from the thread once the lines that are in the queue are safe; soon.

        With `roll` their segment is closed too. Of a place that fails nothing is asked: False.
        """
        if self._failing_since is not None:
            return False
        with self._calling:
            self._callers.append(caller)
            self._rolling |= roll
        self._called.set()
        return True

    def give_up(self) -> None:
        """Count the place as failing, until it shows that it does not: somebody waited too long."""
        self._fail(TimeoutError(errno.ETIMEDOUT, "it takes none in time"))

    def end(self, seconds: float) -> bool:
        """Write what is in the queue and end; whether that was done in time."""
        self._ending = True
        self._called.set()
        self._thread.join(seconds)
        if self._thread.is_alive() or self._failing_since is not None:
            self._complain("the last lines of the log are lost", lines=self._queue.figures().lines)
            return False
        return True

    def _run(self) -> None:
        while not self._ending:
            failing = self._failing_since is not None
            self._called.wait(_RETRY_SECONDS if failing else self._pause)
            self._called.clear()
            self._turn()
        self._rolling = True
        self._turn()

    def _turn(self) -> None:
        with self._calling:
            callers, self._callers = self._callers, []
            rolling, self._rolling = self._rolling, False
        try:
            self._place.write(b"")
            self._write_queued()
            self._sync(now=bool(callers))
            if rolling:
                self._place.roll()
        except OSError as error:
            with self._calling:
                self._callers += callers
                self._rolling |= rolling
            self._fail(error)
        else:
            self._failing_since = None
            for caller in callers:
                caller()

    def _write_queued(self) -> None:
        """Write what waits now; what comes meanwhile is for the next turn."""
        waiting = self._queue.figures()
        left = waiting.lines
        while left > 0 and (lines := self._queue.take(_BATCH)):
            left -= len(lines)
            self._lines += len(lines)
            self._place.write(b"".join(lines))
            if self._place.unsynced_bytes > _MOST_UNSYNCED:
                self._place.sync()
        if waiting.dropped != self._told:
            dropped = {
                each.name.lower(): count - self._told[each]
                for each, count in waiting.dropped.items()
                if count > self._told[each]
            }
            since = self._all_told_at.isoformat()
            self._told = waiting.dropped
            self._place.write(
                encoded(
                    self._event(
                        Importance.WARNING, "log lines were dropped", {**dropped, "since": since}
                    )
                )
            )
        self._all_told_at = self._clock.now()

    def _sync(self, *, now: bool) -> None:
        if self._place.unsynced_bytes:
            self._turns_unsynced += 1
        if now or not self._place.unsynced_bytes or self._turns_unsynced >= _TURNS_UNSYNCED:
            self._place.sync()
            self._turns_unsynced = 0

    def _fail(self, error: OSError) -> None:
        if self._failing_since is None:
            self._failing_since = self._clock.now()
            self._complain("log lines cannot be written", error=error.strerror)

    def _complain(self, event: str, **fields: object) -> None:
        """Tell all places."""
        to = type(self._place).__name__
        self._tell(self._event(Importance.ERROR, event, {"to": to, **fields}))

    def _event(self, importance: Importance, event: str, fields: dict[str, object]) -> EventLine:
        return EventLine(
            at=self._clock.now(),
            instance=self._instance,
            importance=importance,
            level=importance.name.lower(),
            logger=__name__,
            event=event,
            fields=fields,
        )
