"""Messages as files, for trying dodam without a messenger."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import structlog

from dodam.adapters.sms_folder import write_private
from dodam.features.messaging.models.outgoing import NotTaken, Outgoing, Result, Taken
from dodam.features.messaging.models.states import State
from dodam.platform.ids import new_id

_LOG = structlog.get_logger(__name__)


class MessageFolder:
    """The last message of each template to each number, in `<folder>/<number> <template>.txt`.

    What is written has arrived.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def send(
        self, template: str, messages: Sequence[Outgoing]
    ) -> list[Taken | NotTaken | None]:
        request_id = f"folder-{new_id()}"
        taken: list[Taken | NotTaken | None] = []
        for message in messages:
            path = self._path(template, message.number)
            buttons = "".join(f"\n[{button['name']}]" for button in message.buttons)
            await asyncio.to_thread(write_private, path, f"{message.content}\n{buttons}\n")
            taken.append(Taken(request_id, str(new_id())))
        _LOG.info("no messenger is set: messages were written", folder=str(self._folder))
        return taken

    async def find(self, template: str, number: str, content: str, since: datetime) -> list[Taken]:
        """A file is written over by the next of its kind, so it tells of the last one only."""
        del since
        path = self._path(template, number)
        written = await asyncio.to_thread(path.read_text, "utf-8") if path.is_file() else ""
        is_it = written.startswith(f"{content}\n")
        return [Taken(f"folder-{new_id()}", str(new_id()))] if is_it else []

    async def results(self, request_id: str, message_ids: Collection[str]) -> Mapping[str, Result]:
        del request_id
        return dict.fromkeys(message_ids, Result(State.DELIVERED))

    def _path(self, template: str, number: str) -> Path:
        return self._folder / f"{number} {template}.txt"
