"""A segment: one file of lines, which is the spool, the log file and what is archived at once.

Its file is `<name>.jsonl.open` while its process writes it, `.jsonl` once it is closed, and
`.jsonl.zst` once it is compressed; what it says stays the same, and so do places in it.
"""

import os
from collections.abc import Generator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from enum import StrEnum
from io import BytesIO, FileIO
from pathlib import Path
from typing import Protocol

import msgspec
import zstandard
from msgspec import Struct

from dodam.platform.logging.lines import AnyLine, EventLine, Importance

OPEN, CLOSED, COMPRESSED = ".jsonl.open", ".jsonl", ".jsonl.zst"

# In the order of a segment's life: whoever tries them so misses none that just changes.
ENDINGS = (OPEN, CLOSED, COMPRESSED)
_DECODER = msgspec.json.Decoder[AnyLine](AnyLine)
_CHUNK = 1 << 20
# Lines are cut long before: what goes on so long without an end is none.
_LONGEST_LINE = 1 << 20


class Destination(StrEnum):
    """Where lines are to get to from this machine."""

    DATABASE = "database"
    BUCKET = "bucket"


class Segment(Struct, frozen=True, order=True):
    """`number` counts those of a run; `name`, such as `2026-11-0001`, begins with the month."""

    folder: Path
    number: int
    name: str

    @property
    def run(self) -> str:
        """The name of the run that wrote it."""
        return self.folder.name

    @property
    def is_closed(self) -> bool:
        """Whether no line will be added."""
        return not self.file(OPEN).exists()

    def file(self, ending: str) -> Path:
        """Where it lies in one of its states."""
        return self.folder / f"{self.name}{ending}"

    @property
    def is_compressed(self) -> bool:
        return self.file(COMPRESSED).exists() and not self.file(CLOSED).exists()

    @contextmanager
    def reading(self, offset: int = 0) -> Generator["SegmentReader"]:
        """Read it from a place that a reader told. Raises FileNotFoundError once it was pruned.

        A reader goes on where it is while the segment is closed, compressed or pruned.
        """
        with self._opened() as file:
            if str(file.name).endswith(COMPRESSED):
                with zstandard.ZstdDecompressor().stream_reader(file) as lines:
                    yield SegmentReader(self, lines, offset, skip=offset)
            else:
                file.seek(offset)
                yield SegmentReader(self, file, offset)

    def acknowledge(self, destination: Destination) -> None:
        """Note for good that all its lines are there: only then may it be pruned."""
        self.file(_mark(destination)).touch()

    def is_acknowledged(self, destination: Destination) -> bool:
        return self.file(_mark(destination)).exists()

    def size(self) -> int:
        """Bytes that it takes up here."""
        size = 0
        for ending in ENDINGS:
            with suppress(FileNotFoundError):
                size += self.file(ending).stat().st_size
        return size

    def written_at(self) -> datetime:
        """When its last line was written, as its file has it. Raises FileNotFoundError."""
        with self._opened() as file:
            return datetime.fromtimestamp(os.fstat(file.fileno()).st_mtime, UTC)

    def remove(self) -> None:
        """Remove it, and then what was noted of it."""
        for ending in (*ENDINGS, *map(_mark, Destination)):
            self.file(ending).unlink(missing_ok=True)

    def _opened(self) -> FileIO:
        for ending in ENDINGS:
            try:
                return self.file(ending).open("rb", buffering=0)
            except FileNotFoundError:
                continue
        raise FileNotFoundError(self.file(COMPRESSED))


def _mark(destination: Destination) -> str:
    return f".in-{destination}"


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes | None: ...


class SegmentReader:
    """The lines of a segment, in order. `offset` is the place, in bytes, behind those read so far.

    A line whose end is not there yet is none. What is damaged, as by a disk, is left out; an event
    in its place says so.
    """

    def __init__(self, segment: Segment, file: _Readable, offset: int, *, skip: int = 0) -> None:
        self.offset = offset
        self._segment = segment
        self._file = file
        self._skip = skip
        self._rest = b""
        self._at = datetime.strptime(segment.name[:7], "%Y-%m").replace(tzinfo=UTC)

    def read(self, most_bytes: int = _CHUNK) -> list[AnyLine]:
        """The next lines, of about so many bytes; none where there are no more, for now."""
        try:
            while chunk := self._next(most_bytes):
                whole, newline, self._rest = (self._rest + chunk).rpartition(b"\n")
                if newline:
                    self.offset += len(whole) + 1
                    return self._decoded(whole)
                if len(self._rest) > _LONGEST_LINE:
                    lost, self._rest = len(self._rest), b""
                    self.offset += lost
                    return [self._damage(lost)]
        except zstandard.ZstdError:
            self._file = BytesIO()
            return [self._damage(None)]
        return []

    def _next(self, size: int) -> bytes:
        while self._skip:
            skipped = self._file.read(min(self._skip, _CHUNK))
            if not skipped:
                return b""
            self._skip -= len(skipped)
        return self._file.read(size) or b""

    def _decoded(self, whole: bytes) -> list[AnyLine]:
        try:
            lines = _DECODER.decode_lines(whole)
        except msgspec.DecodeError:
            lines = [self._line(each) for each in whole.split(b"\n")]
        if lines:
            self._at = lines[-1].at
        return lines

    def _line(self, encoded: bytes) -> AnyLine:
        try:
            line = _DECODER.decode(encoded)
        except msgspec.DecodeError:
            return self._damage(len(encoded))
        self._at = line.at
        return line

    def _damage(self, size: int | None) -> EventLine:
        return EventLine(
            at=self._at,
            instance=self._segment.run,
            importance=Importance.WARNING,
            level="warning",
            logger=__name__,
            event="a damaged part of the log is left out",
            fields={"segment": self._segment.name, "bytes": size},
        )
