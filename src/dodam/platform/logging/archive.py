"""Segments in object storage, as they lie on disk when they are compressed, and what each holds.

    logs/<yyyy>/<mm>/<dd>/<run>/<segment>.jsonl.zst
    logs/<yyyy>/<mm>/<dd>/<run>/<segment>.manifest.json

The day is that of its first line (UTC). The manifest comes last: a segment without one is not
there. Putting it again changes nothing, so that whoever is killed in between leaves no trace.
"""

import asyncio
import hashlib
from datetime import datetime
from pathlib import Path
from typing import Protocol

import msgspec
from msgspec import Struct

from dodam.platform.logging.compression import compressed
from dodam.platform.logging.segments import COMPRESSED, Destination, Segment
from dodam.platform.logging.spool import Spool
from dodam.platform.logging.undelivered import Undelivered

ROOT = "logs"
MANIFEST = ".manifest.json"
# Few enough lines that requests of the same process do not wait while they are counted.
_CHUNK = 64 * 1024


class ArchiveUnavailable(Exception):
    """Object storage is away, or refuses; the message is one sentence for whoever reads there."""


class ArchiveStore(Protocol):
    """Object storage. All raise ArchiveUnavailable."""

    async def put(self, name: str, content: Path | bytes) -> None: ...

    async def size(self, name: str) -> int | None:
        """None where there is no such object."""
        ...

    async def get(self, name: str) -> bytes: ...

    async def names(self, folder: str) -> list[str]:
        """All below a folder."""
        ...


class Manifest(Struct, frozen=True, kw_only=True):
    """`size` and `sha256` are those of the object, `bytes` is what it is when decompressed."""

    run: str
    segment: str
    lines: int
    bytes: int
    size: int
    sha256: str
    first_at: datetime
    last_at: datetime
    instance: str
    version: str

    @property
    def folder(self) -> str:
        return f"{day_folder(self.first_at)}/{self.run}"

    @property
    def object(self) -> str:
        return f"{self.folder}/{self.segment}{COMPRESSED}"


def day_folder(day: datetime) -> str:
    return f"{ROOT}/{day:%Y/%m/%d}"


class BucketArchiving:
    """Puts segments into object storage once they are closed."""

    destination = Destination.BUCKET

    def __init__(self, store: ArchiveStore, version: str) -> None:
        self._store = store
        self._version = version
        self._undelivered = Undelivered(self.destination)

    async def deliver(self, spool: Spool) -> None:
        """Archive what is closed. Raises ArchiveUnavailable, and OSError where there is no room."""
        for segment in await asyncio.to_thread(self._undelivered.segments, spool):
            if segment.is_closed:
                await self._archive(segment)

    def close(self) -> None:
        """Nothing is held."""

    async def _archive(self, segment: Segment) -> None:
        file = await asyncio.to_thread(compressed, segment)
        manifest = await asyncio.to_thread(_describe, segment, file, self._version)
        if manifest is not None:
            await self._store.put(manifest.object, file)
            if await self._store.size(manifest.object) != manifest.size:
                message = "What was archived is not of the size that it should be."
                raise ArchiveUnavailable(message)
            name = f"{manifest.folder}/{manifest.segment}{MANIFEST}"
            await self._store.put(name, msgspec.json.format(msgspec.json.encode(manifest)))
        await asyncio.to_thread(segment.acknowledge, self.destination)


def _describe(segment: Segment, compressed_file: Path, version: str) -> Manifest | None:
    """None of a segment without a line."""
    lines, first, last, instance = 0, None, None, ""
    with segment.reading() as reader:
        while read := reader.read(_CHUNK):
            instants = [line.at for line in read]
            lines += len(read)
            first = min(instants) if first is None else min(first, *instants)
            last = max(instants) if last is None else max(last, *instants)
            instance = instance or read[0].instance
        size = reader.offset
    if first is None or last is None:
        return None
    with compressed_file.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Manifest(
        run=segment.run,
        segment=segment.name,
        lines=lines,
        bytes=size,
        size=compressed_file.stat().st_size,
        sha256=digest,
        first_at=first,
        last_at=last,
        instance=instance,
        version=version,
    )
