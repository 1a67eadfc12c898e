"""A bare server on this machine, which answers with the very bytes a test gives it."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from ssl import SSLContext

from dodam_sim.world.faults import reset

OK = b"HTTP/1.1 204 No Content\r\n\r\n"


@dataclass
class Line:
    """Says `answer` to every request and hangs up; None: says nothing and cuts the connection.

    `slowly`: it goes on saying nothing until the other side hangs up.
    """

    port: int = 0
    answer: bytes | None = OK
    slowly: bool = False
    heard: list[bytes] = field(default_factory=list[bytes])

    @asynccontextmanager
    async def open(self, tls: SSLContext | None = None) -> AsyncGenerator[None]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=tls)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield
        finally:
            server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0] or 0)
            self.heard.append(head + await reader.readexactly(length))
            if self.answer is None:
                reset(writer.transport)  # pyright: ignore[reportArgumentType]
                return
            writer.write(self.answer)
            await writer.drain()
            if self.slowly:
                await reader.read()
        writer.close()
