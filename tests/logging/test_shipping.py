"""L05: lines get out of a machine whatever stops, and wait on disk meanwhile."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import pytest
from structlog.testing import capture_logs

from dodam.platform.logging import shipping as shippings
from dodam.platform.logging.database.shipping import DatabaseShipping
from dodam.platform.logging.log import Log
from dodam.platform.logging.pipeline import Pipeline
from dodam.platform.logging.running import running_pipeline
from dodam.platform.logging.segments import Destination
from dodam.platform.logging.shipping import LogShipping
from dodam.platform.logging.spool import Spool
from dodam.platform.settings import Settings
from tests.clock import NOON, StoppedClock
from tests.logging.lines import Process, event, said
from tests.logging.stored import MONTHS, deliver, texts_in

_PATIENCE_SECONDS = 20


@pytest.fixture
def log(tmp_path: Path, clock: StoppedClock) -> Iterator[Pipeline]:
    with running_pipeline(Settings(data_dir=tmp_path), "api", clock) as log:
        yield log


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shippings, "_PAUSE_SECONDS", 0.02)


class Way:
    """To a place that fails, or does not answer, when it is told to."""

    destination = Destination.BUCKET

    def __init__(self) -> None:
        self.fails = False
        self.answers = asyncio.Event()
        self.answers.set()
        self.tried = 0

    async def deliver(self, spool: Spool) -> None:
        del spool
        self.tried += 1
        await self.answers.wait()
        if self.fails:
            raise ConnectionResetError

    def close(self) -> None:
        """Nothing is held."""

    async def tried_again(self, times: int) -> None:
        wanted = self.tried + times
        await _until(lambda: self.tried >= wanted)


async def _until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while not happened():  # noqa: ASYNC110 - another task does it, and tells nobody
            await asyncio.sleep(0.01)


async def test_L05_a_place_that_goes_away_is_said_once_and_so_is_its_return(
    log: Pipeline, clock: StoppedClock
) -> None:
    way = Way()
    shipping = LogShipping(log, [way], clock)
    with capture_logs() as lines:
        async with shipping.running(asyncio.Event()):
            await way.tried_again(3)
            assert shipping.away == {}
            way.fails = True
            await way.tried_again(4)
            assert shipping.away == {Destination.BUCKET: NOON}
            way.fails = False
            await way.tried_again(2)
            assert shipping.away == {}
    assert [(each["event"], each["log_level"]) for each in lines] == [
        ("lines of the log wait on disk", "warning"),
        ("lines of the log get through again", "info"),
    ]


async def test_L05_a_place_that_fails_does_not_keep_another_from_its_lines(
    log: Pipeline, clock: StoppedClock, log_url: str
) -> None:
    way = Way()
    way.fails = True
    database = DatabaseShipping(log_url, clock, months=MONTHS)
    async with LogShipping(log, [way, database], clock).running(asyncio.Event()):
        log.write(event("said"))
    assert await texts_in(log_url) == ["said"]


async def test_L05_what_is_said_last_gets_out_before_the_process_ends(
    log: Pipeline, clock: StoppedClock, log_url: str, tmp_path: Path
) -> None:
    shipped = asyncio.Event()

    class Watched(DatabaseShipping):
        async def deliver(self, spool: Spool) -> None:
            await super().deliver(spool)
            if await texts_in(log_url):
                shipped.set()

    shipping = LogShipping(log, [Watched(log_url, clock, months=MONTHS)], clock)
    async with asyncio.timeout(_PATIENCE_SECONDS), shipping.running(asyncio.Event()):
        log.write(event("first"))
        await shipped.wait()
        log.write(event("last"))
    assert await texts_in(log_url) == ["first", "last"]
    assert said(tmp_path / "logs") == ["first", "last"]


@pytest.mark.parametrize("hurried", [True, False])
async def test_L05_a_place_that_does_not_answer_keeps_no_process_from_ending(
    log: Pipeline,
    clock: StoppedClock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    hurried: bool,
) -> None:
    monkeypatch.setattr(shippings, "_LAST_SECONDS", _PATIENCE_SECONDS if hurried else 0.1)
    way, hurry = Way(), asyncio.Event()
    way.answers.clear()
    with capture_logs() as told:
        async with asyncio.timeout(_PATIENCE_SECONDS / 2):
            async with LogShipping(log, [way], clock).running(hurry):
                log.write(event("said"))
                await way.tried_again(1)
                if hurried:
                    hurry.set()
    assert said(tmp_path / "logs") == ["said"]
    [left] = told
    assert left["event"] == "lines of the log are left to the next process"
    assert left["places"] == [way.destination]


async def test_L05_without_files_nothing_is_shipped(clock: StoppedClock) -> None:
    way = Way()
    async with LogShipping(Log(), [way], clock).running(asyncio.Event()):
        await asyncio.sleep(0)
    assert way.tried == 0


async def _refuse(url: str, *, refuse: bool) -> None:
    """Have the server send away everybody who is on that database, and let nobody in."""
    name = url.partition("?")[0].rpartition("/")[2]
    connection = await asyncpg.connect(url.replace(name, "postgres"))
    try:
        await connection.execute(f"alter database {name} allow_connections {not refuse}")
        if refuse:
            await connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", name
            )
    finally:
        await connection.close()


async def test_L05_while_the_database_is_away_lines_wait_and_then_are_there_once(
    log: Pipeline, clock: StoppedClock, log_url: str
) -> None:
    shipping = LogShipping(log, [DatabaseShipping(log_url, clock, months=MONTHS)], clock)
    written: list[str] = []

    async def write(name: str) -> None:
        for number in range(1000):
            written.append(f"{name} {number:04}")
            log.write(event(written[-1]))
            if number % 50 == 0:
                await asyncio.sleep(0.01)

    async with shipping.running(asyncio.Event()):
        await write("a")
        await _refuse(log_url, refuse=True)
        await write("b")
        await _until(lambda: bool(shipping.away))
        await write("c")
        await _refuse(log_url, refuse=False)
        await write("d")
        await _until(lambda: not shipping.away)
    assert [text for text in await texts_in(log_url) if text[1] == " "] == sorted(written)


def test_L05_of_processes_that_are_killed_each_line_that_was_kept_is_in_the_database_once(
    tmp_path: Path, log_url: str, clock: StoppedClock
) -> None:
    kept: list[str] = []
    for name, batches in (("a", 150), ("b", 90), ("c", 210)):
        with subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "tests.logging.shipper", log_url, name],
            env={"DODAM_DATA_DIR": str(tmp_path), "DODAM_LOG_FILE_MEGABYTES": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ) as process:
            assert process.stdout is not None
            for _ in range(batches):
                number = process.stdout.readline().decode().strip()
                kept += [f"{name} {number} {part}" for part in range(50)]
            process.send_signal(signal.SIGKILL)
    before = asyncio.run(texts_in(log_url))
    heir = Process(
        tmp_path / "logs", clock, "99990101T000000Z-heir", destinations=(Destination.DATABASE,)
    )
    heir.spool.adopt()
    asyncio.run(deliver(heir, log_url, clock))
    found = asyncio.run(texts_in(log_url))
    assert 0 < len(before) < len(found) == len(set(found))
    assert set(kept) <= set(found)
