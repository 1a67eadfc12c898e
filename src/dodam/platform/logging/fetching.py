"""Reading back what was archived, and telling what of it is missing."""

import hashlib
import io
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import pairwise

import msgspec
import zstandard
from msgspec import Struct

from dodam.platform.logging.archive import MANIFEST, ArchiveStore, Manifest, day_folder
from dodam.platform.logging.segments import COMPRESSED

# A segment is found by its first line, and is closed within a day of it.
_LONGEST = timedelta(days=1)


class _Instant(Struct):
    at: datetime


class Missing(Struct, frozen=True):
    """What should be there and is not, or not as it was put there."""

    name: str
    why: str


async def archived(
    store: ArchiveStore, since: datetime, until: datetime
) -> AsyncIterator[Manifest | Missing]:
    """The segments with lines of that time, in the order of days; and then what is missing."""
    numbers: defaultdict[str, set[int]] = defaultdict(set)
    day = since - _LONGEST
    while day.date() <= until.date():
        names = set(await store.names(day_folder(day)))
        for stem in sorted({name.partition(".")[0] for name in names}):
            _, run, segment = stem.rsplit("/", 2)
            numbers[run].add(int(segment.rpartition("-")[2]))
            found = await _look(store, stem, names)
            if isinstance(found, Missing) or (found.last_at >= since and found.first_at < until):
                yield found
        day += timedelta(days=1)
    for run, those in numbers.items():
        for before, after in pairwise(sorted(those)):
            if after > before + 1:
                yield Missing(run, f"of its segments, {before + 1} to {after - 1} are not there")


async def fetched(store: ArchiveStore, manifest: Manifest) -> bytes | Missing:
    """A segment as it was put there, compressed."""
    content = await store.get(manifest.object)
    if hashlib.sha256(content).hexdigest() != manifest.sha256:
        return Missing(manifest.object, "it is not what was put there")
    return content


def lines_between(content: bytes, since: datetime, until: datetime) -> Iterator[bytes]:
    """Of a compressed segment those of that time, each with its newline."""
    with zstandard.ZstdDecompressor().stream_reader(content) as lines:
        for line in io.BufferedReader(lines):
            # What the disk of its machine had damaged is no line.
            with suppress(msgspec.DecodeError):
                if since <= msgspec.json.decode(line, type=_Instant).at < until:
                    yield line


async def _look(store: ArchiveStore, stem: str, names: set[str]) -> Manifest | Missing:
    if f"{stem}{MANIFEST}" not in names:
        return Missing(f"{stem}{COMPRESSED}", "it has no manifest: it is being put there, or lost")
    if f"{stem}{COMPRESSED}" not in names:
        return Missing(f"{stem}{COMPRESSED}", "its manifest is there, and it is not")
    try:
        manifest = msgspec.json.decode(await store.get(f"{stem}{MANIFEST}"), type=Manifest)
    except msgspec.DecodeError:
        return Missing(f"{stem}{MANIFEST}", "it is not a manifest")
    if manifest.object != f"{stem}{COMPRESSED}":
        return Missing(f"{stem}{MANIFEST}", "it is the manifest of something else")
    return manifest
