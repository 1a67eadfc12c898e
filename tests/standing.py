"""A PostgreSQL that stands still, as a frozen machine does: it hangs up on nobody."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

_SOCKET = ".s.PGSQL.5432"


class StandingLine:
    """A way to the database on which nothing passes any more once `at` would have."""

    def __init__(self, url: str, folder: Path, at: bytes) -> None:
        self._url = urlsplit(url)
        [there] = parse_qs(self._url.query)["host"]
        self._there = Path(there) / _SOCKET
        self._folder = folder
        self._at = at
        self.stood_still = asyncio.Event()
        self._writers: list[asyncio.StreamWriter] = []

    @asynccontextmanager
    async def open(self) -> AsyncGenerator[str]:
        server = await asyncio.start_unix_server(self._relay, self._folder / _SOCKET)
        try:
            yield self._url._replace(query=f"host={self._folder}").geturl()
        finally:
            server.close()
            for writer in self._writers:
                writer.transport.abort()
            await asyncio.sleep(0)

    async def _relay(self, mine: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        theirs, their_writer = await asyncio.open_unix_connection(self._there)
        self._writers += writer, their_writer
        with suppress(ConnectionError):
            await asyncio.gather(self._pass_on(mine, their_writer), self._pass_on(theirs, writer))

    async def _pass_on(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        while data := await source.read(1 << 16):
            if self._at in data:
                self.stood_still.set()
            if not self.stood_still.is_set():
                target.write(data)
        target.close()
