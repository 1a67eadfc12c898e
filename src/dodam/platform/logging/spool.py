"""The log files of this machine: a folder for each run of a process, living or dead.

A run's folder holds a file `lock`, which is locked while its process lives. One whose lock is free
is an orphan: another process takes the lock, and with it the care for what did not get out yet.
"""

import fcntl
import os
import re
import shutil
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import BinaryIO

from msgspec import Struct

from dodam.platform.logging.segments import CLOSED, ENDINGS, OPEN, Destination, Segment

_LOCK = "lock"
_SEGMENT = re.compile(rf"(?P<name>\d{{4}}-(0[1-9]|1[0-2])-(?P<number>\d+))({'|'.join(ENDINGS)})")
_CHUNK = 1 << 16


class Run(Struct, frozen=True, order=True):
    """`name` begins with the instant it began at: in the order of names is in that of time."""

    folder: Path

    @property
    def name(self) -> str:
        return self.folder.name

    def segments(self) -> list[Segment]:
        """Those that are still here, the oldest first. Only the last one may still grow."""
        try:
            found = {_SEGMENT.fullmatch(path.name) for path in self.folder.iterdir()}
        except FileNotFoundError:
            return []
        return sorted(
            {Segment(self.folder, int(each["number"]), each["name"]) for each in found if each}
        )


class Spool:
    """`destinations` are those in use: only what all of them have is done with.

    From any thread.
    """

    def __init__(self, folder: Path, destinations: Collection[Destination]) -> None:
        self._folder = folder
        self._destinations = frozenset(destinations)
        self._changing = Lock()
        self._locks: dict[Run, int] = {}

    def runs(self) -> list[Run]:
        """All that lie here, whoever wrote them; the oldest first."""
        return sorted(Run(path.parent) for path in self._folder.glob(f"*/{_LOCK}"))

    def in_charge_of(self) -> list[Run]:
        """The runs whose lines this process is to get out: its own, and orphans it adopted."""
        with self._changing:
            return sorted(self._locks)

    def is_done(self, segment: Segment) -> bool:
        """Whether it is everywhere it is to get to, and compressed."""
        return segment.is_compressed and not self.unreached(segment)

    def unreached(self, segment: Segment) -> frozenset[Destination]:
        """Where it is still to get to."""
        return frozenset(each for each in self._destinations if not segment.is_acknowledged(each))

    def run(self, name: str) -> Run:
        return Run(self._folder / name)

    def begin(self, run: Run) -> None:
        """Make the folder of this process's run; again, where somebody removed it.

        Raises OSError.
        """
        run.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._changing:
            self._let_go(run)
            lock = _locked(run)
            if lock is None:
                raise BlockingIOError(run.folder)
            self._locks[run] = lock
        sync_folder(self._folder)

    def adopt(self) -> list[Run]:
        """Take orphans that are not done with, and end their last segments; those taken now."""
        with self._changing:
            adopted: list[Run] = []
            for run in self.runs():
                if run in self._locks or all(map(self.is_done, run.segments())):
                    continue
                lock = _locked(run)
                if lock is None:
                    continue
                try:
                    _close(run)
                except OSError:
                    os.close(lock)
                    raise
                self._locks[run] = lock
                adopted.append(run)
        return adopted

    def let_go(self, run: Run) -> None:
        """Leave an orphan to whoever comes."""
        with self._changing:
            self._let_go(run)

    def remove(self, run: Run) -> None:
        """Remove the folder of a run of which nothing is left, unless its process lives."""
        # Of several processes that see it, one removes it.
        with self._changing, suppress(FileNotFoundError):
            if run in self._locks or run.segments() or (lock := _locked(run)) is None:
                return
            try:
                shutil.rmtree(run.folder)
            finally:
                os.close(lock)

    def close(self) -> None:
        """Leave everything to the processes that come after."""
        with self._changing:
            for run in list(self._locks):
                self._let_go(run)

    def _let_go(self, run: Run) -> None:
        lock = self._locks.pop(run, None)
        if lock is not None:
            os.close(lock)


def sync_folder(folder: Path) -> None:
    """Make sure that names in it survive a loss of power."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _locked(run: Run) -> int | None:
    """A descriptor that holds the run's lock while it is open; None while another has it."""
    descriptor = os.open(run.folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def _close(run: Run) -> None:
    """End what a dead process wrote: what its death tore off is no line."""
    for segment in run.segments():
        with suppress(FileNotFoundError), segment.file(OPEN).open("r+b") as file:
            if _cut_torn_line(file):
                segment.file(OPEN).rename(segment.file(CLOSED))
            else:
                segment.remove()


def _cut_torn_line(file: BinaryIO) -> int:
    """How long it is after that."""
    end = file.seek(0, os.SEEK_END)
    while end:
        start = max(0, end - _CHUNK)
        file.seek(start)
        newline = file.read(end - start).rfind(b"\n")
        if newline >= 0:
            end = start + newline + 1
            break
        end = start
    return file.truncate(end)
