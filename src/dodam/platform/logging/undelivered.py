"""Which segments of this machine a place does not have yet."""

import time

from msgspec import Struct

from dodam.platform.logging.segments import Destination, Segment
from dodam.platform.logging.spool import Run, Spool

# So far apart any file system tells two changes apart.
_SETTLED_SECONDS = 2.0


class _Looked(Struct, frozen=True):
    """`settled`: nothing was changed just before, so a later change is told by its time."""

    changed_at: float
    settled: bool
    segments: list[Segment]


class Undelivered:
    """A folder is looked through only where something in it was made, closed or acknowledged.

    It may hold thousands of segments, and is asked about every second.
    """

    def __init__(self, destination: Destination) -> None:
        self._destination = destination
        self._looked: dict[Run, _Looked] = {}

    def segments(self, spool: Spool) -> list[Segment]:
        """Of the runs this process is in charge of; those of the newest run first.

        What happens now is to be found, whatever dead processes left.
        """
        runs = spool.in_charge_of()
        self._looked = {run: self._look(run) for run in runs}
        return [segment for run in reversed(runs) for segment in self._looked[run].segments]

    def _look(self, run: Run) -> _Looked:
        changed_at = run.folder.stat().st_mtime
        known = self._looked.get(run)
        if known is not None and known.settled and known.changed_at == changed_at:
            return known
        settled = time.time() - changed_at > _SETTLED_SECONDS
        segments = (each for each in run.segments() if not each.is_acknowledged(self._destination))
        return _Looked(changed_at, settled, list(segments))
