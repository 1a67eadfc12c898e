"""A server API that gives the very answers a test hands it, one after the other."""

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from dodam.features.billing.ports import AppStore
from dodam_sim.serving import Message, Receive, Send, serving
from dodam_sim.stores.apple.signing import SubscriptionKey
from tests.adapters.app_store_desk import set_up

KEY = SubscriptionKey.new("2X9R4HXF34", "57246542-96fe-1a63-e053-0824d011072a")


@dataclass
class Asked:
    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: Any


@dataclass
class Answer:
    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def bytes(self) -> bytes:
        if isinstance(self.body, bytes):
            return self.body
        return b"" if self.body is None else json.dumps(self.body).encode()


def error(status: int, code: int, **headers: str) -> Answer:
    return Answer({"errorCode": code, "errorMessage": "No."}, status, headers)


@dataclass
class Desk:
    """`answers` are given one after the other, and `asked` is what was asked for them."""

    asked: list[Asked] = field(default_factory=list[Asked])
    answers: list[Answer] = field(default_factory=list[Answer])
    store: AppStore = field(init=False)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        body = b""
        more = True
        while more:
            message = await receive()
            body, more = body + message["body"], message["more_body"]
        self.asked.append(
            Asked(
                scope["method"],
                scope["path"],
                parse_qs(scope["query_string"].decode()),
                {name.decode(): value.decode() for name, value in scope["headers"]},
                json.loads(body) if body else None,
            )
        )
        answer = self.answers.pop(0)
        headers = {"content-type": "application/json", **answer.headers}
        await send(
            {
                "type": "http.response.start",
                "status": answer.status,
                "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            }
        )
        await send({"type": "http.response.body", "body": answer.bytes})


@asynccontextmanager
async def desk(folder: Path) -> AsyncGenerator[Desk]:
    desk = Desk()
    async with serving(desk) as url:
        desk.store = set_up(folder, url, KEY)
        yield desk
