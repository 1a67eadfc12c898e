"""Telling that a process is there, and that it goes."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

from dodam.features.operations.models.notices import Level
from dodam.features.operations.service.failures import Failures
from dodam.features.operations.service.notices import Notices


class Presence:
    def __init__(
        self, notices: Notices, failures: Failures, *, version: str, instance: str
    ) -> None:
        self._notices = notices
        self._failures = failures
        self._who = f"dodam {version} on `{instance}`"

    @asynccontextmanager
    async def announced(self, process: str, stop: asyncio.Event) -> AsyncGenerator[None]:
        """Tell of the process's start and end, and of its errors while it lives.

        What is told after the last worker stopped is sent by the worker that starts next.
        """
        await self._notices.try_to_tell(Level.GOOD, f"{process} started", self._who)
        telling = asyncio.create_task(self._failures.keep_telling())
        stopping = asyncio.create_task(self._tell_of_stopping(process, stop))
        how = "after a failure"
        try:
            yield
            how = "as it was asked to"
        finally:
            for task in (telling, stopping):
                if task is telling or not stop.is_set():
                    task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
            await self._failures.tell()
            await self._notices.try_to_tell(Level.INFO, f"{process} stopped", f"{self._who}, {how}")

    async def _tell_of_stopping(self, process: str, stop: asyncio.Event) -> None:
        await stop.wait()
        await self._notices.try_to_tell(Level.INFO, f"{process} is stopping", self._who)
