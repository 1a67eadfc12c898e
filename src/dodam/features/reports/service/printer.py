"""Prints documents, each in a process of its own, so many at a time."""

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE
from datetime import datetime

import msgspec

from dodam.features.reports.errors import PrinterBusy
from dodam.features.reports.models.document import Document

_AT_ONCE = 2
_IN_LINE = 8
_SECONDS = 20
_TYPESETTING = "dodam.features.reports.service.typesetting"


class Printer:
    """Prints two documents at a time while eight wait; whoever else comes is turned away.

    Typst would keep 150 MB of a process that printed some reports. A process of its own gives them
    back, can be ended when it takes too long, and takes nobody with it if it fails
    (docs/therapy.md has the measurements).
    """

    def __init__(self) -> None:
        self._at_once = asyncio.Semaphore(_AT_ONCE)
        self._taken = 0

    async def pdf(self, document: Document, at: datetime) -> bytes:
        """The document as PDF, dated `at`. Raises PrinterBusy."""
        if self._taken >= _AT_ONCE + _IN_LINE:
            raise PrinterBusy(retry_after=2)
        self._taken += 1
        try:
            async with asyncio.timeout(_SECONDS), self._at_once:
                return await typeset_apart(document, at)
        except TimeoutError:
            raise PrinterBusy(retry_after=_SECONDS) from None
        finally:
            self._taken -= 1


async def typeset_apart(document: Document, at: datetime) -> bytes:
    """`typesetting.typeset` in a process that is gone when this returns, is cancelled or fails."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        _TYPESETTING,
        at.isoformat(),
        stdin=PIPE,
        stdout=PIPE,
        stderr=DEVNULL,  # it would quote what is in the document
        start_new_session=True,  # Ctrl-C is for us: what was begun is finished
    )
    try:
        pdf, _ = await process.communicate(msgspec.json.encode(document))
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        message = f"typesetting ended with {process.returncode}"
        raise RuntimeError(message)
    return pdf
