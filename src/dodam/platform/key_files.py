"""A deployment's keys: files that only their owner reads, in the order of their names."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from secrets import token_hex


def key_files(folder: Path, suffix: str, generate: Callable[[], bytes]) -> list[bytes]:
    """Every key of a kind, the oldest first; a first one is made where there is none."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not any(folder.glob(f"*.{suffix}")):
        _write(folder / f"0001.{suffix}", generate())
    return [path.read_bytes() for path in sorted(folder.glob(f"*.{suffix}"))]


def _write(path: Path, key: bytes) -> None:
    """Write a key whole or not at all; of two processes that start at once, the first one's."""
    partial = path.with_suffix(f".{token_hex(8)}")
    partial.touch(mode=0o600)
    partial.write_bytes(key)
    with suppress(FileExistsError):
        path.hardlink_to(partial)
    partial.unlink()
