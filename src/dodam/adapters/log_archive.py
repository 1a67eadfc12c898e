"""The archive of the log, in a bucket that speaks S3 (obstore).

Calls wait in a thread: what obstore does for an event loop may abort a process that ends just then
(PyO3/pyo3-async-runtimes#40), and the archive is what a process does last.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import obstore
from obstore.exceptions import BaseError
from obstore.store import ObjectStore

from dodam.adapters.calls import ANSWERED, outside_call
from dodam.platform.logging.archive import ArchiveUnavailable

_SERVICE = "log bucket"

Answer = TypeVar("Answer")


class BucketArchive:
    """Implements `ArchiveStore`."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    async def put(self, name: str, content: Path | bytes) -> None:
        await _asked("put", lambda: obstore.put(self._store, name, content))

    async def size(self, name: str) -> int | None:
        def size() -> int | None:
            try:
                return obstore.head(self._store, name)["size"]
            except FileNotFoundError:
                return None

        return await _asked("size", size)

    async def get(self, name: str) -> bytes:
        return await _asked("get", lambda: bytes(obstore.get(self._store, name).bytes()))

    async def names(self, folder: str) -> list[str]:
        def names() -> list[str]:
            listed = obstore.list(self._store, folder)  # pyright: ignore[reportUnknownMemberType]
            return [each["path"] for some in listed for each in some]

        return await _asked("list", names)


async def _asked(operation: str, ask: Callable[[], Answer]) -> Answer:
    # A line a call would be archived in turn, by more calls.
    with outside_call(_SERVICE, operation, often=True) as call:
        try:
            answer = await asyncio.to_thread(ask)
        except (BaseError, FileNotFoundError) as error:
            message = f"The log's bucket does not do a {operation}: {type(error).__name__}."
            raise ArchiveUnavailable(message) from error
        call.outcome = ANSWERED
        return answer
