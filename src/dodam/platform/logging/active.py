"""The run that this process writes, a segment at a time."""

import os
from contextlib import suppress
from datetime import datetime, timedelta

from msgspec import Struct

from dodam.platform.clock import Clock
from dodam.platform.logging.segments import CLOSED, OPEN, Segment
from dodam.platform.logging.spool import Run, Spool, sync_folder


class Rotation(Struct, frozen=True):
    """A segment is closed at this size or age, and at a month's end (UTC)."""

    most_bytes: int
    most_age: timedelta | None = None


class _OpenSegment(Struct, frozen=True):
    segment: Segment
    descriptor: int
    since: datetime


class ActiveRun:
    """Used by one thread. Every method may raise OSError.

    What the disk did not take is remembered, and whatever is called next goes on with it: nothing
    is left out, nothing is written twice.
    """

    def __init__(self, spool: Spool, run: Run, clock: Clock, rotation: Rotation) -> None:
        self._spool = spool
        self._run = run
        self._clock = clock
        self._rotation = rotation
        self._number = 0
        self._open: _OpenSegment | None = None
        # Places in the open segment: up to where it is safe, and up to where the system has it.
        self._synced = 0
        self._written = 0
        self._unsynced = bytearray()

    @property
    def unsynced_bytes(self) -> int:
        return len(self._unsynced)

    def write(self, lines: bytes) -> None:
        """Add whole lines. They are taken even if this raises."""
        self._unsynced += lines
        if self._unsynced:
            self._write_out()

    def sync(self) -> None:
        """Have what was written survive a loss of power; then close what is due to be closed."""
        if self._unsynced:
            descriptor = self._write_out()
            try:
                os.fsync(descriptor)
            except OSError:
                # What a failed sync did not write may count as written all the same, so that the
                # next one would say nothing (fsync(2); lwn.net/Articles/752063).
                self._written = self._synced
                raise
            self._synced = self._written
            self._unsynced.clear()
        if self._open is not None and self._is_due(self._open):
            self.roll()

    def roll(self) -> None:
        """Close the segment; the next one begins with the next line."""
        if self._unsynced:
            self.sync()
        if self._open is not None:
            segment = self._open.segment
            with suppress(FileNotFoundError):
                segment.file(OPEN).rename(segment.file(CLOSED))
            descriptor, self._open = self._open.descriptor, None
            os.close(descriptor)

    def _is_due(self, opened: _OpenSegment) -> bool:
        now, since = self._clock.now(), opened.since
        age = self._rotation.most_age
        return (
            self._synced >= self._rotation.most_bytes
            or (now.year, now.month) != (since.year, since.month)
            or (age is not None and now - since >= age)
        )

    def _write_out(self) -> int:
        """Hand everything over to the system; the descriptor it went to."""
        descriptor = self._descriptor()
        while self._written < (end := self._synced + len(self._unsynced)):
            rest = self._unsynced[self._written - end :]
            self._written += os.pwrite(descriptor, rest, self._written)
        return descriptor

    def _descriptor(self) -> int:
        if self._open is not None and os.fstat(self._open.descriptor).st_nlink == 0:
            # Somebody removed it; what is not safe yet goes into the next.
            descriptor, self._open = self._open.descriptor, None
            os.close(descriptor)
        if self._open is None:
            self._open = self._opened()
            self._synced = self._written = 0
            sync_folder(self._run.folder)
        return self._open.descriptor

    def _opened(self) -> _OpenSegment:
        now = self._clock.now()
        self._number += 1
        name = f"{now:%Y-%m}-{self._number:04}"
        segment = Segment(self._run.folder, self._number, name)
        try:
            return _OpenSegment(segment, _create(segment), now)
        except FileNotFoundError:
            self._spool.begin(self._run)
            return _OpenSegment(segment, _create(segment), now)


def _create(segment: Segment) -> int:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    return os.open(segment.file(OPEN), flags, 0o600)
