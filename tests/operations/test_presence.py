"""N02: a process tells that it starts, that it stops and how, and goes whatever becomes of that."""

import asyncio
import re

import pytest

from dodam.bootstrap import build
from dodam.platform.settings import Settings
from tests.clock import StoppedClock
from tests.operations.conftest import Desk


def _titles(told: list[tuple[str, str, str]]) -> list[tuple[str, str]]:
    return [(level, title) for level, title, _ in told]


async def test_N02_a_process_tells_of_its_start_and_of_a_stop_it_was_asked_for(
    desk: Desk,
) -> None:
    stop = asyncio.Event()
    async with desk.dodam.operations.presence.announced("Worker", stop):
        assert _titles(await desk.told()) == [("good", "Worker started")]
        stop.set()
        while len(await desk.told()) < 2:  # noqa: ASYNC110 - rows; nothing here is told
            await asyncio.sleep(0)
        assert _titles(await desk.told())[1:] == [("info", "Worker is stopping")]
    assert _titles(await desk.told())[2:] == [("info", "Worker stopped")]
    texts = [text for _, _, text in await desk.told()]
    assert all(re.match(r"dodam \d\S* on `\S+/\d+`", text) for text in texts)
    assert texts[2].endswith(", as it was asked to")


async def test_N02_a_process_that_fails_tells_so(desk: Desk) -> None:
    with pytest.raises(ZeroDivisionError):
        async with desk.dodam.operations.presence.announced("API", asyncio.Event()):
            raise ZeroDivisionError
    told = await desk.told()
    assert _titles(told) == [
        ("good", "API started"),
        ("error", "New: ZeroDivisionError in API"),
        ("info", "API stopped"),
    ]
    assert told[2][2].endswith(", after a failure")


async def test_N02_errors_are_told_of_before_the_end(desk: Desk) -> None:
    async with desk.dodam.operations.presence.announced("API", asyncio.Event()):
        desk.dodam.operations.failures.note("GET /v1/motions", ValueError())
    assert [title for _, title, _ in await desk.told()] == [
        "API started",
        "New: ValueError in GET /v1/motions",
        "API stopped",
    ]


async def test_N02_without_its_database_a_process_starts_and_stops_all_the_same(
    settings: Settings, clock: StoppedClock
) -> None:
    away = build(settings, "postgresql://nobody@127.0.0.1:1/none", clock)
    stop = asyncio.Event()
    async with asyncio.timeout(10), away.operations.presence.announced("API", stop):
        stop.set()


async def test_N02_a_system_that_is_built_and_used_says_nothing_of_itself(desk: Desk) -> None:
    """As tests and short commands use it."""
    assert (await desk.http.get("/health/live")).status_code == 200
    assert await desk.told() == []
