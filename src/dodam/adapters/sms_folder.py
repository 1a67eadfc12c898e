"""Messages as files, for trying dodam without an SMS provider."""

import asyncio
import os
from pathlib import Path

import structlog

_LOG = structlog.get_logger(__name__)


class SmsFolder:
    """The last message to each number, in `<folder>/<number>.txt`, for its owner's eyes only."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def send(self, number: str, text: str) -> None:
        await asyncio.to_thread(write_private, self._folder / f"{number}.txt", f"{text}\n")
        _LOG.info("no SMS provider is set: a message was written", folder=str(self._folder))


def write_private(path: Path, text: str) -> None:
    """Write a file in a folder, both for their owner's eyes only."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
