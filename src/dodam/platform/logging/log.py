"""The one place that lines are handed to."""

from collections.abc import Sequence

from dodam.platform.logging.lines import Line
from dodam.platform.logging.spool import Spool


class Log:
    """Takes lines and drops them: what a process has until its pipeline runs.

    `instance` is this process's name in its lines; `spool` is where they lie, if they do.
    """

    instance = ""
    spool: Spool | None = None

    def write(self, line: Line) -> None:
        """Take a line, from any thread; never waits, never raises."""

    async def keep(self, lines: Sequence[Line]) -> None:
        """Take lines; returns once they are on disk.

        Where the disk does not take them within a second they are taken as `write` does: what they
        tell of is in the database as well, and no family is kept waiting for a full disk.
        """
        for line in lines:
            self.write(line)

    async def roll(self) -> None:
        """Have all lines taken so far on disk, in segments that are closed; within a second."""
