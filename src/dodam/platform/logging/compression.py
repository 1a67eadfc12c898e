"""Compressing closed segments: a crash at any moment loses nothing and doubles nothing."""

import os
from pathlib import Path
from threading import Lock

import zstandard

from dodam.platform.logging.segments import CLOSED, COMPRESSED, Segment
from dodam.platform.logging.spool import sync_folder

_LEVEL = 6
_PARTIAL = f"{COMPRESSED}.partial"
# One process is in charge of a run; of its threads, one compresses.
_ONE_AT_A_TIME = Lock()


def compressed(segment: Segment) -> Path:
    """Compress a closed segment, unless it is; its file. Raises OSError: no room, or pruned.

    The plain file goes once the compressed one is safe: while both lie there either is whole.
    """
    plain, file = segment.file(CLOSED), segment.file(COMPRESSED)
    with _ONE_AT_A_TIME:
        if not file.exists():
            _write(plain, segment.file(_PARTIAL))
            segment.file(_PARTIAL).rename(file)
        if plain.exists():
            sync_folder(segment.folder)
            plain.unlink()
    return file


def _write(plain: Path, partial: Path) -> None:
    compressor = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True)
    try:
        with plain.open("rb") as source, partial.open("wb") as target:
            written = os.fstat(source.fileno())
            compressor.copy_stream(source, target, size=written.st_size)
            target.flush()
            # It was written when its lines were.
            os.utime(target.fileno(), ns=(written.st_atime_ns, written.st_mtime_ns))
            os.fsync(target.fileno())
    except OSError:
        # On a full disk, what is of no use takes up room.
        partial.unlink(missing_ok=True)
        raise
