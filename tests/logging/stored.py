"""Lines of every kind, and what the database has of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

import asyncpg

from dodam.platform.logging.database.search import searching
from dodam.platform.logging.database.shipping import DatabaseShipping
from dodam.platform.logging.encoding import encoded
from dodam.platform.logging.lines import AnyLine, EventLine, Importance, RequestLine
from dodam.platform.logging.wanted import Wanted
from tests.clock import NOON, StoppedClock
from tests.logging.lines import Process

MONTHS = 12


def request(at: datetime = NOON, **fields: Any) -> RequestLine:
    known: dict[str, Any] = {
        "at": at,
        "instance": "api-test-1",
        "importance": Importance.INFO,
        "request_id": uuid4(),
        "method": "GET",
        "route": "/v1/children/{child_id}/today",
        "status": 200,
        "duration_us": 4321,
    }
    return RequestLine(**(known | fields))


def event(at: datetime = NOON, **fields: Any) -> EventLine:
    known: dict[str, Any] = {
        "at": at,
        "instance": "worker-test-1",
        "importance": Importance.INFO,
        "level": "info",
        "logger": "dodam.tests",
        "event": "it happened",
    }
    return EventLine(**(known | fields))


def write(process: Process, lines: Sequence[AnyLine]) -> None:
    process.active.write(b"".join(map(encoded, lines)))
    process.active.sync()


async def deliver(process: Process, url: str, clock: StoppedClock) -> None:
    """Ship once all there is, as a process does every second."""
    shipping = DatabaseShipping(url, clock, months=MONTHS)
    try:
        await shipping.deliver(process.spool)
    finally:
        shipping.close()


async def found(url: str, **wanted: Any) -> list[AnyLine]:
    """What the database has, the newest first."""
    async with searching(url) as search:
        return [line async for line in search.newest(Wanted(**wanted))]


async def texts_in(url: str) -> list[str]:
    """The events that the database has, in the order of the alphabet."""
    return sorted(line.event for line in await found(url) if isinstance(line, EventLine))


async def on(url: str, statement: str) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetch(statement)
    finally:
        await connection.close()
