"""The one place that lines are handed to."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from dodam.platform.logging.lines import Importance, Line
from dodam.platform.logging.segments import Destination
from dodam.platform.logging.spool import Spool


class LogFigures(Struct, frozen=True, kw_only=True):
    """How a process's log fares, since its beginning.

    `queued_bytes` of memory are used by lines that wait. `failing_since` is set while the disk (or,
    without files, the console) takes none. `file_bytes` is what all runs' segments take up on this
    machine; `unreached_since` tells how old the oldest closed segment is that a destination lacks.
    The latter two are looked at every ten seconds.
    """

    written: int = 0
    queued: int = 0
    queued_bytes: int = 0
    dropped: Mapping[Importance, int] = {}
    failing_since: datetime | None = None
    file_bytes: int = 0
    unreached_since: Mapping[Destination, datetime] = {}


class Log:
    """Takes lines and drops them: what a process has until its pipeline runs.

    `instance` is this process's name in its lines; `spool` is where they lie, if they do.
    """

    instance = ""
    spool: Spool | None = None

    def write(self, line: Line) -> None:
        """Take a line, from any thread; never waits, never raises."""

    async def keep(self, lines: Sequence[Line]) -> None:
        """Take lines; returns once they are on disk, where there are files.

        Where the disk does not take them within a second they are taken as `write` does: what they
        tell of is in the database as well, and no family is kept waiting for a full disk.
        """
        for line in lines:
            self.write(line)

    async def roll(self) -> None:
        """Have all lines taken so far on disk, in segments that are closed; within a second."""

    def figures(self) -> LogFigures:
        return LogFigures()
