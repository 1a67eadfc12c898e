"""What can go wrong between two systems, done to a service from outside: the service stays honest.

Connections are really cut: with SO_LINGER of 0 s the kernel sends RST, and the client sees
ECONNRESET (man 7 socket). Needs `dodam_sim.serving`, which hands the connection in.
"""

import asyncio
import socket
from collections.abc import Awaitable, Iterable
from contextlib import suppress
from enum import StrEnum
from random import Random
from struct import pack
from typing import Annotated, Any, Self

from msgspec import Meta, Struct

from dodam_sim.serving import App, Message, Receive, Send

Share = Annotated[float, Meta(ge=0, le=1)]
Seconds = Annotated[float, Meta(ge=0, le=3600)]
_PAGE = b"<!doctype html><title>Oops</title><h1>Something is not right here</h1>"


class Fault(StrEnum):
    """What befalls one request."""

    DOWN = "down"
    STUCK = "stuck"
    SLOW = "slow"
    LOST = "lost"
    HALF = "half"
    GARBAGE = "garbage"
    BUSY = "busy"
    BROKEN = "broken"


class Faults(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How large a share of the requests (0 to 1) meets which fault; the others are served.

    `slow`, `lost` and `half`: the service took the request. All others: it never saw it.
    """

    down: Share = 0
    """The connection is reset."""
    stuck: Share = 0
    """No answer ever comes."""
    slow: Share = 0
    """The answer comes after `slow_seconds`, which may be more than the client waits."""
    lost: Share = 0
    """The connection is reset in place of an answer."""
    half: Share = 0
    """The connection is closed in the midst of the answer."""
    garbage: Share = 0
    """200, with a page in place of JSON."""
    busy: Share = 0
    """429, with Retry-After `busy_seconds`."""
    broken: Share = 0
    """500, 502 or 503, with a page."""
    slow_seconds: Seconds = 3
    busy_seconds: Annotated[int, Meta(ge=0, le=3600)] = 1

    def __post_init__(self) -> None:
        if sum(self.shares().values()) > 1 + 1e-9:
            raise ValueError("the shares come to more than 1")

    @classmethod
    def always(cls, fault: Fault, **seconds: Any) -> Self:
        return cls(**{fault.value: 1.0}, **seconds)

    @classmethod
    def flaky(cls, share: float, among: Iterable[Fault] = Fault, **seconds: Any) -> Self:
        """`share` of the requests meets one of these."""
        faults = list(among)
        return cls(**{each.value: share / len(faults) for each in faults}, **seconds)

    def shares(self) -> dict[Fault, float]:
        return {each: getattr(self, each.value) for each in Fault}

    def draw(self, dice: Random) -> Fault | None:
        shares = self.shares()
        well = max(0.0, 1 - sum(shares.values()))
        return dice.choices([None, *shares], [well, *shares.values()])[0]


WELL = Faults()


class Faulty:
    """A service behind a bad line. The same `dice` bring the same faults."""

    def __init__(self, app: App, dice: Random) -> None:
        self.faults = WELL
        self._app = app
        self._dice = dice

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        faults = self.faults
        match faults.draw(self._dice):
            case None:
                await self._app(scope, receive, send)
            case Fault.SLOW | Fault.LOST | Fault.HALF as fault:
                answer = await self._taken(scope, receive)
                await _answer_badly(fault, answer, faults, (scope, receive, send))
            case Fault.DOWN:
                await _reset(scope, receive)
            case Fault.STUCK:
                await _gone(receive)
            case Fault.GARBAGE:
                await _send_page(send, 200)
            case Fault.BUSY:
                await _send_page(send, 429, retry_after=faults.busy_seconds)
            case Fault.BROKEN:
                await _send_page(send, self._dice.choice([500, 502, 503]))

    async def _taken(self, scope: Message, receive: Receive) -> list[Message]:
        """The service's answer, held back."""
        answer: list[Message] = []

        async def keep(message: Message) -> None:
            answer.append(message)

        await self._app(scope, receive, keep)
        return answer


def reset(transport: asyncio.Transport) -> None:
    """Cut a connection so that the other side sees ECONNRESET."""
    at_once = pack("ii", 1, 0)
    bound: socket.socket = transport.get_extra_info("socket")
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
    transport.abort()


async def _answer_badly(
    fault: Fault, answer: list[Message], faults: Faults, request: tuple[Message, Receive, Send]
) -> None:
    scope, receive, send = request
    if fault is Fault.LOST:
        await _reset(scope, receive)
    elif fault is Fault.HALF:
        await _send_half(answer, scope, receive, send)
    else:
        await _within(faults.slow_seconds, _gone(receive))
        for message in answer:
            await send(message)


async def _reset(scope: Message, receive: Receive) -> None:
    reset(scope["state"]["transport"])
    await _gone(receive)


async def _gone(receive: Receive) -> None:
    """Until the connection has ended."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def _within(seconds: float, waiting: Awaitable[None]) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(waiting, seconds)


async def _send_half(answer: list[Message], scope: Message, receive: Receive, send: Send) -> None:
    start, *parts = answer
    body = b"".join(part.get("body", b"") for part in parts)
    await send(start)
    await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
    scope["state"]["transport"].close()
    await _gone(receive)


async def _send_page(send: Send, status: int, *, retry_after: int | None = None) -> None:
    headers = [(b"content-type", b"text/html"), (b"content-length", str(len(_PAGE)).encode())]
    if retry_after is not None:
        headers.append((b"retry-after", str(retry_after).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": _PAGE})
