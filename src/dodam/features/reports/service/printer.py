"""Prints documents, so many at a time."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from dodam.features.reports.errors import PrinterBusy
from dodam.features.reports.models.document import Document

_AT_ONCE = 2
_IN_LINE = 8
_SECONDS = 20


class Printer:
    """Prints two documents at a time while eight wait; whoever else comes is turned away.

    Printing takes some hundredths of a second of a thread, without the interpreter's lock
    (docs/therapy.md has the measurements).
    """

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="printer")
        self._taken = 0

    async def pdf(self, document: Document, at: datetime) -> bytes:
        """The document as PDF, dated `at`. Raises PrinterBusy."""
        if self._taken >= _AT_ONCE + _IN_LINE:
            raise PrinterBusy(retry_after=2)
        self._taken += 1
        job = asyncio.get_running_loop().run_in_executor(self._threads, _print, document, at)
        job.add_done_callback(self._give_back)
        try:
            async with asyncio.timeout(_SECONDS):
                # A thread cannot be stopped: its place is taken until it ends.
                return await asyncio.shield(job)
        except TimeoutError:
            raise PrinterBusy(retry_after=_SECONDS) from None

    def _give_back(self, _: asyncio.Future[bytes]) -> None:
        self._taken -= 1


def _print(document: Document, at: datetime) -> bytes:
    # Most processes print nothing for long, and shall not hold what is needed for it.
    from dodam.features.reports.service.typesetting import typeset  # noqa: PLC0415

    return typeset(document, at)
