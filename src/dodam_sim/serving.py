"""A simulated service on a port of this machine, which may be told to be unwell."""

import socket
from collections.abc import AsyncGenerator, Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager
from enum import Enum, auto
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Any, Any, Any], Awaitable[None]]
_LOOPBACK = "127.0.0.1"
_LAST_WORDS_SECONDS = 1


class Trouble(Enum):
    """DOWN answers 503 with a page; STUCK takes requests and never answers."""

    NONE = auto()
    DOWN = auto()
    STUCK = auto()


class Service:
    """An ASGI application that is well until `trouble` says otherwise."""

    def __init__(self, app: App) -> None:
        self._app = app
        self.trouble = Trouble.NONE

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if self.trouble is Trouble.NONE:
            await self._app(scope, receive, send)
        elif self.trouble is Trouble.STUCK:
            while (await receive())["type"] != "http.disconnect":
                pass
        else:
            headers = [(b"content-type", b"text/html")]
            await send({"type": "http.response.start", "status": 503, "headers": headers})
            await send({"type": "http.response.body", "body": b"<h1>Service Unavailable</h1>"})


class PortTakenError(Exception):
    """Something else listens there."""


class _BareConnection(HttpToolsProtocol):
    """Lets the application cut its own connection: `scope["state"]["transport"]`."""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


@asynccontextmanager
async def serving(app: App, port: int = 0) -> AsyncGenerator[str]:
    """Serve on a port of this machine (0: any free one) while the scope lasts; the base URL.

    Raises PortTakenError.
    """
    bound = listening(port)
    config = uvicorn.Config(
        app,
        http=_BareConnection,
        ws="none",
        log_config=None,
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=_LAST_WORDS_SECONDS,
    )
    server = uvicorn.Server(config)
    config.load()
    server.lifespan = config.lifespan_class(config)
    await server.startup(sockets=[bound])
    try:
        yield f"http://{_LOOPBACK}:{bound.getsockname()[1]}"
    finally:
        await server.shutdown(sockets=[bound])


def listening(port: int) -> socket.socket:
    """Raises PortTakenError."""
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((_LOOPBACK, port))
    except OSError as error:
        bound.close()
        raise PortTakenError(
            f"Port {port} of this machine is not free ({error.strerror})."
        ) from error
    return bound
