"""A simulated service on a port of this machine, which may be told to be unwell."""

import socket
from collections.abc import AsyncGenerator, Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager
from enum import Enum, auto
from typing import Any

import uvicorn

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Any, Any, Any], Awaitable[None]]


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


@asynccontextmanager
async def serving(service: Service) -> AsyncGenerator[str]:
    """Serve while the scope lasts; the base URL."""
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.bind(("127.0.0.1", 0))
    config = uvicorn.Config(service, log_config=None, access_log=False, lifespan="off")
    server = uvicorn.Server(config)
    config.load()
    server.lifespan = config.lifespan_class(config)
    await server.startup(sockets=[bound])
    try:
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"
    finally:
        await server.shutdown(sockets=[bound])
