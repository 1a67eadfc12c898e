"""L06: a process has started once its database has what its release needs."""

from collections.abc import AsyncIterator

import asyncpg
import httpx
import pytest

from dodam.bootstrap import Dodam, build
from dodam.migrations import head, migrate
from dodam.platform.logging.lines import Line
from dodam.platform.logging.log import Log
from dodam.platform.settings import Settings
from dodam.platform.stopping import Stopping
from tests.house import named_database, new_database


@pytest.fixture
async def empty_url(database_url: str) -> str:
    """A database in which nothing is."""
    return named_database(database_url, await new_database(database_url, "template1"))


@pytest.fixture
async def process(empty_url: str, settings: Settings) -> AsyncIterator[Dodam]:
    dodam = build(settings, empty_url, revision=head())
    async with dodam.running():
        yield dodam


async def _asked(process: Dodam, path: str) -> tuple[int, dict[str, object]]:
    transport = httpx.ASGITransport(app=process.app)  # pyright: ignore[reportArgumentType]
    async with httpx.AsyncClient(transport=transport, base_url="http://dodam") as http:
        answer = await http.get(f"/health/{path}")
    return answer.status_code, answer.json()


async def test_L06_a_process_has_started_once_schema_and_catalogue_are_there(
    process: Dodam, empty_url: str
) -> None:
    assert await _asked(process, "live") == (200, {"status": "ok", "reasons": []})
    assert await _asked(process, "start") == (503, {"status": "starting", "reasons": ["schema"]})
    ready = {"status": "starting", "degraded": [], "reasons": ["schema"]}
    assert await _asked(process, "ready") == (503, ready)
    await migrate(empty_url)
    assert await _asked(process, "start") == (503, {"status": "starting", "reasons": ["catalogue"]})
    await process.load_catalogue()
    assert await _asked(process, "start") == (200, {"status": "ok", "reasons": []})


async def _set_revision(url: str, revision: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("update alembic_version set version_num = $1", revision)
    finally:
        await connection.close()


@pytest.mark.parametrize(("revision", "missing"), [("0001", ["schema"]), ("9999", [])])
async def test_L06_an_older_schema_will_not_do_and_a_newer_one_will(
    process: Dodam, empty_url: str, revision: str, missing: list[str]
) -> None:
    await migrate(empty_url)
    await process.load_catalogue()
    await _set_revision(empty_url, revision)
    assert await process.start.missing() == missing


async def test_L06_what_was_started_stays_so(process: Dodam, empty_url: str) -> None:
    await migrate(empty_url)
    await process.load_catalogue()
    assert await process.start.missing() == []
    await _set_revision(empty_url, "0001")
    assert await process.start.missing() == []


class Lines(Log):
    def __init__(self) -> None:
        self.lines: list[Line] = []

    def write(self, line: Line) -> None:
        self.lines.append(line)


async def test_L01_a_probe_that_is_refused_is_no_error_of_the_log(
    empty_url: str, settings: Settings
) -> None:
    log = Lines()
    dodam = build(settings, empty_url, log=log, revision=head())
    async with dodam.running():
        assert (await _asked(dodam, "ready"))[0] == 503
        assert (await _asked(dodam, "start"))[0] == 503
    assert log.lines == []


async def test_L04_a_process_that_waits_to_start_can_be_stopped(process: Dodam) -> None:
    stopping = Stopping()
    stopping.ask()
    await process.start.wait(stopping)
    assert await process.start.missing() == ["schema"]
