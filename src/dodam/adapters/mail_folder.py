"""Mails as files, for trying dodam without a mail server."""

import asyncio
import os
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

import structlog

_LOG = structlog.get_logger(__name__)


class MailFolder:
    """Each mail in `<folder>/<time>-<id>.eml`, which mail programs open; for the owner's eyes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def send(self, mail: EmailMessage) -> None:
        sent_at = parsedate_to_datetime(mail["Date"]).strftime("%Y%m%dT%H%M%SZ")
        identity = mail["Message-ID"].strip("<>").partition("@")[0]
        path = self._folder / f"{sent_at}-{identity}.eml"
        await asyncio.to_thread(_write, path, mail.as_bytes())
        _LOG.info("no mail server is set: the mail was written to a file", folder=self._folder)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
