"""The archive of the log, in a bucket that speaks S3 (obstore)."""

from collections.abc import AsyncIterator, Generator
from contextlib import contextmanager
from pathlib import Path

import obstore
from obstore.exceptions import BaseError
from obstore.store import ObjectStore

from dodam.adapters.calls import ANSWERED, outside_call
from dodam.platform.logging.archive import ArchiveUnavailable

_SERVICE = "log bucket"


class BucketArchive:
    """Implements `ArchiveStore`."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    async def put(self, name: str, content: Path | bytes) -> None:
        with _asked("put"):
            await obstore.put_async(self._store, name, content)

    async def size(self, name: str) -> int | None:
        with _asked("size"):
            try:
                return (await obstore.head_async(self._store, name))["size"]
            except FileNotFoundError:
                return None

    async def get(self, name: str) -> bytes:
        with _asked("get"):
            found = await obstore.get_async(self._store, name)
            return bytes(await found.bytes_async())

    async def names(self, folder: str) -> AsyncIterator[str]:
        listed = aiter(obstore.list(self._store, folder))  # pyright: ignore[reportUnknownMemberType]
        while True:
            with _asked("list"):
                found = await anext(listed, None)
            if found is None:
                return
            for each in found:
                yield each["path"]


@contextmanager
def _asked(operation: str) -> Generator[None]:
    # A line a call would be archived in turn, by more calls.
    with outside_call(_SERVICE, operation, often=True) as call:
        try:
            yield
        except (BaseError, FileNotFoundError) as error:
            message = f"The log's bucket does not do a {operation}: {type(error).__name__}."
            raise ArchiveUnavailable(message) from error
        call.outcome = ANSWERED
