"""Servers beside the real one: `python -m bench.servers echo|bare|held --port N`.

All are `dodam api` in everything but the application. `echo` has two routes more, which validate
a play record and send it back, to anybody and to guardians: no route of the product answers
without a database or a hash. `bare` does the least an ASGI application can do with such a request:
read it, and answer the bytes that BARE_BODY holds. `held` answers guardians, from memory, what is
in the file that HELD_BODY names.
"""

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from litestar import Litestar, MediaType, Response, get, post
from litestar.types import Receive, Send

from dodam import bootstrap
from dodam.bootstrap import Dodam
from dodam.entrypoints import api, cli
from dodam.features.therapy.models.plays import PlayRecord
from dodam.platform.http.access import PUBLIC
from dodam.platform.settings import Settings


@post("/echo", opt=PUBLIC, status_code=200)
async def echo(data: PlayRecord) -> PlayRecord:
    return data


@post("/echo-signed-in", status_code=200)
async def echo_signed_in(data: PlayRecord) -> PlayRecord:
    return data


def with_echo(settings: Settings, database_url: str, **process: Any) -> Dodam:
    system = bootstrap.build(settings, database_url, **process)
    system.app.register(echo)
    system.app.register(echo_signed_in)
    return system


def bare(settings: Settings, database_url: str, **process: Any) -> Dodam:
    body = os.environ["BARE_BODY"].encode()
    head: Any = {
        "type": "http.response.start",
        "status": 200,
        "headers": [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
        ],
    }
    rest: Any = {"type": "http.response.body", "body": body}

    async def app(_: object, receive: Receive, send: Send) -> None:
        while cast("dict[str, Any]", await receive()).get("more_body"):
            pass
        await send(head)
        await send(rest)

    return replace(bootstrap.build(settings, database_url, **process), app=cast("Litestar", app))


def with_held(settings: Settings, database_url: str, **process: Any) -> Dodam:
    body = Path(os.environ["HELD_BODY"]).read_bytes()

    @get("/held")
    async def held() -> Response[bytes]:
        return Response(body, media_type=MediaType.JSON)

    system = bootstrap.build(settings, database_url, **process)
    system.app.register(held)
    return system


if __name__ == "__main__":
    # What `dodam api` runs is built here; loop, socket, uvicorn and settings stay its own.
    api.build = {"echo": with_echo, "bare": bare, "held": with_held}[sys.argv.pop(1)]
    sys.argv.insert(1, "api")
    cli.main()
