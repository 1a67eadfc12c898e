"""L04: a process stops in steps, in whatever state it is, and says what it finished."""

import asyncio
import re
import signal
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import httpx

from dodam.platform.embedded import running_postgres
from tests.families import Guardian, play, sign_up
from tests.processes.conftest import Server, Start

_NO_DATABASE = "postgresql://nobody@127.0.0.1:1/none"
_ENDED = re.compile(
    r"(\d+) requests finished, (\d+) cut; (\d+) jobs finished, (\d+) handed back; "
    r"(\d+) log lines dropped; \d+\.\d s"
)


@asynccontextmanager
async def _nothing_is_uploaded(data_dir: Path) -> AsyncGenerator[None]:
    """While the scope lasts uploads wait, and nothing else does."""
    url = running_postgres(data_dir / "d")
    assert url is not None
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("begin; lock table therapy.play_record in access exclusive mode")
        yield
    finally:
        connection.terminate()


async def _until_an_upload_waits(data_dir: Path) -> None:
    url = running_postgres(data_dir / "d")
    assert url is not None
    connection = await asyncpg.connect(url)
    waiting = (
        "select 1 from pg_locks where not granted and relation = 'therapy.play_record'::regclass"
    )
    try:
        while await connection.fetchval(waiting) is None:  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.02)
    finally:
        await connection.close()


async def _family(server: Server, http: httpx.AsyncClient) -> tuple[Guardian, dict[str, Any]]:
    await asyncio.to_thread(server.wait_until_ready)
    guardian = await sign_up(http)
    return guardian, await guardian.register_child()


async def _upload(guardian: Guardian, child: dict[str, Any], record: Any) -> httpx.Response:
    return await guardian.call("POST", f"/children/{child['id']}/play-records", json=[record])


def _ended(server: Server) -> list[int]:
    [numbers] = _ENDED.findall(server.log.read_text())
    return [int(each) for each in numbers]


async def test_L04_it_says_that_it_stops_takes_what_comes_meanwhile_and_finishes_it(
    start: Start, data_dir: Path
) -> None:
    server = start(data_dir, DODAM_STOP_DELAY_SECONDS="5")
    async with httpx.AsyncClient(base_url=server.url, timeout=60) as http:
        guardian, child = await _family(server, http)
        async with _nothing_is_uploaded(data_dir):
            uploading = asyncio.create_task(_upload(guardian, child, play(datetime.now(UTC))))
            await _until_an_upload_waits(data_dir)
            server.process.send_signal(signal.SIGTERM)
            while (ready := await http.get("/health/ready")).status_code == 200:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
            assert ready.status_code == 503
            assert ready.json()["reasons"] == ["stopping"]
            live = await http.get("/health/live")
            assert (live.status_code, live.headers["connection"]) == (200, "close")
        answer = await uploading
        assert answer.json()["created"] == 1
    assert await asyncio.to_thread(server.process.wait, 60) == 0
    finished, cut, *_ = _ended(server)
    assert finished >= 2
    assert cut == 0


async def test_L04_a_second_signal_cuts_what_is_under_way_and_a_third_changes_nothing(
    start: Start, data_dir: Path
) -> None:
    server = start(data_dir, DODAM_DRAIN_SECONDS="300")
    record = play(datetime.now(UTC))
    async with httpx.AsyncClient(base_url=server.url, timeout=60) as http:
        guardian, child = await _family(server, http)
        async with _nothing_is_uploaded(data_dir):
            uploading = asyncio.create_task(_upload(guardian, child, record))
            await _until_an_upload_waits(data_dir)
            server.process.send_signal(signal.SIGTERM)
            await _until_nobody_listens(server)
            assert not uploading.done()
            for _ in range(2):
                server.process.send_signal(signal.SIGINT)
                await asyncio.sleep(0.05)
            cut_off = await asyncio.gather(uploading, return_exceptions=True)
            status = await asyncio.to_thread(server.process.wait, 60)
    assert isinstance(cut_off[0], httpx.TransportError)
    assert status == 0
    assert _ended(server)[1] == 1
    assert "dodam has stopped; the data is kept." in server.log.read_text()
    assert "Traceback" not in server.log.read_text()

    # Whoever was cut off asks again, and nothing of the first time is there.
    again = start(data_dir)
    async with httpx.AsyncClient(base_url=again.url, timeout=60) as http:
        await asyncio.to_thread(again.wait_until_ready)
        guardian.http = http
        assert (await _upload(guardian, child, record)).json()["created"] == 1


async def _until_nobody_listens(server: Server) -> None:
    async with httpx.AsyncClient(base_url=server.url) as http:
        with suppress(httpx.TransportError):
            while True:
                await http.get("/health/live", headers={"connection": "close"})
                await asyncio.sleep(0.01)


async def test_L04_a_stop_while_it_starts_leaves_nothing_running(
    start: Start, data_dir: Path
) -> None:
    server = start(data_dir)
    postmaster = data_dir / "d" / "postgres" / "postmaster.pid"
    while not postmaster.exists():  # noqa: ASYNC110 - another process
        await asyncio.sleep(0.005)
    assert await asyncio.to_thread(server.stop, signal.SIGTERM) == 0
    assert not postmaster.exists()
    assert "Traceback" not in server.log.read_text()


async def test_L06_without_its_database_an_api_process_lives_says_why_and_can_be_stopped(
    start: Start, data_dir: Path
) -> None:
    server = start(data_dir, command=["api"], DODAM_DATABASE_URL=_NO_DATABASE)
    async with httpx.AsyncClient(base_url=server.url, timeout=60) as http:
        async with asyncio.timeout(60):
            while not await _lives(http):  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.05)
        started = await http.get("/health/start")
        assert (started.status_code, started.json()["reasons"]) == (503, ["database"])
    assert await asyncio.to_thread(server.stop, signal.SIGTERM) == 0
    assert "Traceback" not in server.log.read_text()


async def _lives(http: httpx.AsyncClient) -> bool:
    try:
        return (await http.get("/health/live")).is_success
    except httpx.TransportError:
        return False
