"""Telling that a process is there, and that it goes."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

import structlog

from dodam.features.operations.models.notices import Level
from dodam.features.operations.service.failures import Failures
from dodam.features.operations.service.notices import Notices
from dodam.platform.uncaught import telling_of_the_uncaught

_LOG = structlog.get_logger(__name__)


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
        end = asyncio.Event()
        counting = asyncio.create_task(self._failures.keep_counting(end))
        stopping = asyncio.create_task(self._tell_of_stopping(process, stop))
        how = "after a failure"
        try:
            with telling_of_the_uncaught(self._failures.note):
                yield
            how = "as it was asked to"
        except Exception as error:
            _LOG.error("the process fails", place=process, exc_info=error)
            self._failures.note(process, error)
            raise
        finally:
            if not stop.is_set():
                stopping.cancel()
            with suppress(asyncio.CancelledError):
                await stopping
            end.set()
            await counting
            await self._notices.try_to_tell(Level.INFO, f"{process} stopped", f"{self._who}, {how}")

    async def _tell_of_stopping(self, process: str, stop: asyncio.Event) -> None:
        await stop.wait()
        await self._notices.try_to_tell(Level.INFO, f"{process} is stopping", self._who)
