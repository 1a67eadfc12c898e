"""The log files of this machine: a folder for each run of a process, living or dead.

A run's folder holds a file `lock`, which is locked while its process lives. One whose lock is free
is an orphan: another process takes its lock, and with it the care for what did not get out.
"""

import fcntl
import os
from collections.abc import Collection
from pathlib import Path
from threading import Lock

from msgspec import Struct

from dodam.platform.logging.segments import CLOSED, COMPRESSED, OPEN, Destination, Segment

_LOCK = "lock"


class Run(Struct, frozen=True, order=True):
    """`name` begins with the instant it began at, so that runs are in the order of time."""

    folder: Path

    @property
    def name(self) -> str:
        return self.folder.name

    def segments(self) -> list[Segment]:
        """Those that were not pruned, the oldest first. The last one may still grow."""
        names = {
            path.name.partition(".")[0]
            for path in self.folder.glob("*.jsonl*")
            if path.name.endswith((OPEN, CLOSED, COMPRESSED))
        }
        return sorted(Segment(self.folder, int(name.rpartition("-")[2]), name) for name in names)

    def lock(self) -> int | None:
        """Take it: a descriptor that holds it until it is closed; None while another has it."""
        descriptor = os.open(self.folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        return descriptor


class Spool:
    """`destinations` are those in use: a segment is done with once all of them have it."""

    def __init__(self, folder: Path, destinations: Collection[Destination]) -> None:
        self.destinations = frozenset(destinations)
        self._folder = folder
        self._held: dict[Run, int] = {}
        self._holding = Lock()

    def runs(self) -> list[Run]:
        """All that lie here, whoever wrote them; the oldest first."""
        return sorted(Run(path.parent) for path in self._folder.glob(f"*/{_LOCK}"))

    def in_charge_of(self) -> list[Run]:
        """The runs whose lines this process is to get out: its own, and orphans, taken now.

        From any thread. An orphan's segments are all closed.
        """
        raise NotImplementedError
