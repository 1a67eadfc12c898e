"""L05: a database or a disk that stands still keeps nobody waiting."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from dodam.platform.logging import shipping as shippings
from dodam.platform.logging.database.shipping import DatabaseShipping
from dodam.platform.logging.pipeline import Pipeline
from dodam.platform.logging.running import running_pipeline
from dodam.platform.logging.segments import Destination
from dodam.platform.logging.shipping import LogShipping
from dodam.platform.settings import Settings
from tests.clock import StoppedClock
from tests.logging.lines import Process, event, said
from tests.logging.stored import MONTHS, deliver, texts_in
from tests.standing import StandingLine

# Less than a connection waits for an answer, and more than a slow machine needs.
_PATIENCE_SECONDS = 8


@pytest.fixture
def log(tmp_path: Path, clock: StoppedClock) -> Iterator[Pipeline]:
    with running_pipeline(Settings(data_dir=tmp_path), "api", clock) as log:
        yield log


@pytest.mark.parametrize("at", [b"select", b"INSERT", b"COPY", b"COMMIT"])
async def test_L05_a_database_that_stands_still_keeps_no_process_from_ending(
    log: Pipeline,
    clock: StoppedClock,
    log_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    at: bytes,
) -> None:
    monkeypatch.setattr(shippings, "_PAUSE_SECONDS", 0.02)
    monkeypatch.setattr(shippings, "_LAST_SECONDS", 0.1)
    line = StandingLine(log_url, tmp_path, at)
    async with line.open() as url:
        shipping = LogShipping(log, [DatabaseShipping(url, clock, months=MONTHS)], clock)
        async with asyncio.timeout(_PATIENCE_SECONDS), shipping.running(asyncio.Event()):
            log.write(event("said"))
            await line.stood_still.wait()
    assert said(tmp_path / "logs") == ["said"]
    assert set(await texts_in(log_url)) <= {"said"}


async def test_L05_a_disk_that_stands_still_while_a_segment_is_ticked_off_stops_no_request(
    clock: StoppedClock, log_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = Process(tmp_path, clock)
    segment = process.close("said")
    stands_still, goes_on = threading.Event(), threading.Event()
    touch = Path.touch

    def slowly(path: Path) -> None:
        stands_still.set()
        assert goes_on.wait(_PATIENCE_SECONDS), "the event loop waited for the disk"
        touch(path)

    monkeypatch.setattr(Path, "touch", slowly)
    delivery = asyncio.create_task(deliver(process, log_url, clock))
    await asyncio.to_thread(stands_still.wait, _PATIENCE_SECONDS)
    goes_on.set()
    await delivery
    assert segment.is_acknowledged(Destination.DATABASE)
