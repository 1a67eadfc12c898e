"""Large objects: in a folder of this machine, or in a bucket that speaks S3 (obstore does both)."""

import asyncio
import os
from collections.abc import AsyncIterator, Generator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore
from obstore.store import ObjectStore as Store

from dodam.adapters.buckets import BucketAccess, bucket_store
from dodam.adapters.calls import ANSWERED, outside_call
from dodam.features.content.errors import StorageUnavailable

# The smallest part S3 takes of an object that is put in parts; two are under way at once.
_PART_BYTES = 5 * 1024 * 1024
_PARTS_AT_ONCE = 2
# What is read at once, and so held for each client that fetches. Each is a request of its own, so
# that none is cut off by a time-out because a tablet is slow.
_READ_BYTES = 256 * 1024


class Objects:
    """Implements `ObjectStorage` on a store of obstore; `name` is its in the log."""

    def __init__(self, name: str, store: Store) -> None:
        self._name = name
        self._store = store

    async def put(self, name: str, chunks: AsyncIterator[bytes]) -> None:
        with self._asked("put"):
            await obstore.put_async(
                self._store, name, chunks, chunk_size=_PART_BYTES, max_concurrency=_PARTS_AT_ONCE
            )

    async def move(self, name: str, new_name: str) -> None:
        with self._asked("move"):
            await obstore.rename_async(self._store, name, new_name)

    async def size(self, name: str) -> int | None:
        with self._asked("size"):
            try:
                return (await obstore.head_async(self._store, name))["size"]
            except FileNotFoundError:
                return None

    async def read(self, name: str, start: int, end: int) -> AsyncIterator[bytes]:
        while start < end:
            until = min(start + _READ_BYTES, end)
            with self._asked("read"):
                chunk = await obstore.get_range_async(self._store, name, start=start, end=until)
            yield bytes(chunk)
            start = until

    async def delete(self, name: str) -> None:
        with self._asked("delete"), suppress(FileNotFoundError):
            await obstore.delete_async(self._store, name)

    async def older(self, before: datetime) -> AsyncIterator[str]:
        listed = aiter(obstore.list(self._store))  # pyright: ignore[reportUnknownMemberType]
        while True:
            with self._asked("list"):
                found = await anext(listed, None)
            if found is None:
                return
            for each in found:
                if each["last_modified"] < before:
                    yield each["path"]

    @contextmanager
    def _asked(self, operation: str) -> Generator[None]:
        with outside_call(self._name, operation, often=True) as call:
            try:
                yield
            except (BaseError, FileNotFoundError) as error:
                raise StorageUnavailable from error
            call.outcome = ANSWERED

    async def forget_parts(self, before: datetime) -> None:
        """A bucket has a rule of its own for it (`AbortIncompleteMultipartUpload`)."""


class FolderObjects(Objects):
    """In a folder, which is made when something is put there first."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        super().__init__("media folder", LocalStore(folder))
        self._folder = folder

    async def move(self, name: str, new_name: str) -> None:
        await super().move(name, new_name)
        await asyncio.to_thread(_make_durable, self._folder / new_name)

    async def forget_parts(self, before: datetime) -> None:
        await asyncio.to_thread(_forget_parts, self._folder, before)


def bucket_objects(access: BucketAccess) -> Objects:
    return Objects("media bucket", bucket_store(access))


def _forget_parts(folder: Path, before: datetime) -> None:
    # What is being put is called `<name>#<number>` until it is whole, and obstore lists none of it.
    for part in folder.rglob("*#*"):
        # One that is whole meanwhile has another name.
        with suppress(FileNotFoundError):
            if datetime.fromtimestamp(part.stat().st_mtime, UTC) < before:
                part.unlink()


def _make_durable(path: Path) -> None:
    for each in (path, path.parent):
        descriptor = os.open(each, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
