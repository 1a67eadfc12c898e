"""L01, L05: what is on disk when, and what happens while a disk fails or stands still."""

import asyncio
import errno
import os
import subprocess
import threading
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dodam.platform.logging import pipeline as pipelines
from dodam.platform.logging import writer as writers
from dodam.platform.logging.lines import Importance
from dodam.platform.logging.pipeline import Pipeline
from dodam.platform.logging.running import running_pipeline
from dodam.platform.settings import Settings
from tests.clock import StoppedClock
from tests.logging.lines import event, events_of, said, said_in

INFO, WARNING, ERROR, KEPT = (
    Importance.INFO,
    Importance.WARNING,
    Importance.ERROR,
    Importance.KEPT,
)


class Disk:
    """The system's calls for files, which can be made to fail, or to stand still."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.room: float = float("inf")
        self.broken = False
        self.syncs = 0
        self.goes_on = threading.Event()
        self.goes_on.set()
        self._write, self._sync = os.pwrite, os.fsync
        monkeypatch.setattr(os, "pwrite", self._pwrite)
        monkeypatch.setattr(os, "fsync", self._fsync)

    def _pwrite(self, descriptor: int, data: bytes, offset: int) -> int:
        fits = min(len(data), self.room)
        if not fits:
            raise OSError(errno.ENOSPC, "No space left on device")
        self.room -= fits
        return self._write(descriptor, data[: int(fits)], offset)

    def _fsync(self, descriptor: int) -> None:
        self.syncs += 1
        self.goes_on.wait()
        if self.broken:
            raise OSError(errno.EIO, "Input/output error")
        self._sync(descriptor)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Disk]:
    monkeypatch.setattr(writers, "_RETRY_SECONDS", 0.01)
    disk = Disk(monkeypatch)
    yield disk
    disk.goes_on.set()


@pytest.fixture
def log(tmp_path: Path, clock: StoppedClock, disk: Disk) -> Iterator[Pipeline]:
    del disk
    settings = Settings(data_dir=tmp_path, log_json=True, log_queue_megabytes=1, log_database=False)
    with running_pipeline(settings, "api", clock) as log:
        yield log


@pytest.fixture
def files(tmp_path: Path) -> Path:
    return tmp_path / "logs"


async def _until(happened: Any) -> None:
    while not happened():  # noqa: ASYNC110 - it happens in a thread
        await asyncio.sleep(0.005)


async def test_L05_what_is_kept_is_on_disk_when_that_returns(log: Pipeline, files: Path) -> None:
    log.write(event("before"))
    await log.keep([event("kept", KEPT), event("too", KEPT)])
    assert said(files) == ["before", "kept", "too"]


async def test_L01_what_is_written_is_on_disk_soon(log: Pipeline, files: Path, disk: Disk) -> None:
    log.write(event("written"))
    await _until(lambda: disk.syncs and said(files) == ["written"])


async def test_L05_many_who_wait_for_the_disk_share_a_sync(
    log: Pipeline, files: Path, disk: Disk
) -> None:
    many = 500
    await asyncio.gather(*(log.keep([event(f"{number}", KEPT)]) for number in range(many)))
    assert sorted(map(int, said(files))) == list(range(many))
    assert disk.syncs < many / 10


async def test_L05_lines_of_threads_are_in_the_order_of_each(log: Pipeline, files: Path) -> None:
    def write(name: int) -> None:
        for number in range(500):
            log.write(event(f"{name} {number}"))

    await asyncio.gather(*(asyncio.to_thread(write, name) for name in range(4)))
    await log.roll()
    texts = said(files)
    assert len(texts) == 2000
    for name in range(4):
        assert [each for each in texts if each[0] == f"{name}"] == [
            f"{name} {number}" for number in range(500)
        ]


async def test_L05_to_roll_closes_the_segment_with_all_that_was_said(log: Pipeline) -> None:
    log.write(event("said"))
    await log.roll()
    assert log.spool is not None
    [run] = log.spool.in_charge_of()
    [segment] = run.segments()
    assert segment.is_closed
    assert said_in(segment) == ["said"]
    await log.roll()
    assert run.segments() == [segment]


async def test_L05_a_full_disk_costs_no_line_that_memory_has_room_for(
    log: Pipeline, files: Path, disk: Disk
) -> None:
    await log.keep([event("first")])
    disk.room = 250  # a line, and a part of one
    for number in range(10):
        log.write(event(f"{number}"))
    await _until(lambda: log.figures().failing_since)
    # The disk is known to fail: nobody waits for it.
    await log.keep([event("kept", KEPT)])
    assert said(files) == ["first", "0"]
    disk.room = float("inf")
    await _until(lambda: not log.figures().failing_since)
    await log.keep([])
    told = said(files)
    assert [each for each in told if each != "log lines cannot be written"] == [
        "first",
        *(f"{number}" for number in range(10)),
        "kept",
    ]
    assert len(told) == 13


async def test_L05_lines_of_a_failed_sync_are_written_again_and_once(
    log: Pipeline, files: Path, disk: Disk
) -> None:
    disk.broken = True
    log.write(event("doubtful"))
    await _until(lambda: log.figures().failing_since)
    disk.broken = False
    await _until(lambda: not log.figures().failing_since)
    await log.keep([event("kept", KEPT)])
    assert said(files) == ["doubtful", "log lines cannot be written", "kept"]


async def test_L01_what_was_dropped_is_said_once_there_is_room(log: Pipeline, disk: Disk) -> None:
    disk.room = 0
    log.write(event("waits"))
    await _until(lambda: log.figures().failing_since)
    long = "x" * 1000
    for number in range(2000):
        log.write(event(f"{number} {long}", INFO if number % 2 else WARNING))
    log.write(event("an error", ERROR))
    dropped = log.figures().dropped
    assert dropped[INFO] == 1000
    assert 0 < dropped[WARNING] < 1000
    disk.room = float("inf")
    await _until(lambda: not log.figures().failing_since)
    await log.keep([])
    assert log.spool is not None
    [segment] = log.spool.in_charge_of()[0].segments()
    lines = events_of(segment)
    [told] = [line for line in lines if line.event == "log lines were dropped"]
    assert told.importance is WARNING
    assert told.fields == {
        "info": 1000,
        "warning": dropped[WARNING],
        "since": "2026-03-18T12:00:00+00:00",
    }
    warnings = [line.event.split()[0] for line in lines if line.event.endswith(long)]
    assert warnings == [f"{number}" for number in range(2 * dropped[WARNING], 2000, 2)]
    assert "an error" in [line.event for line in lines]


async def test_L01_a_disk_that_stands_still_neither_blocks_nor_fills_memory(
    log: Pipeline, files: Path, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipelines, "_KEEP_SECONDS", 0.05)
    await log.keep([event("first")])
    disk.goes_on.clear()
    log.write(event("stuck"))
    synced = disk.syncs
    await _until(lambda: disk.syncs > synced)
    tracemalloc.start()
    try:
        for number in range(20_000):
            log.write(event(f"{number} {'x' * 400}"))
        held, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # Twelve megabytes came; one may wait for the disk, and one for the console.
    assert held < most < 3_000_000
    await log.keep([event("kept", KEPT)])
    assert "kept" not in said(files)
    # Who comes next need not find out anew.
    monkeypatch.setattr(pipelines, "_KEEP_SECONDS", 1e9)
    await log.keep([event("kept too", KEPT)])
    assert log.figures().failing_since
    disk.goes_on.set()
    await _until(lambda: not log.figures().failing_since)
    await log.keep([])
    assert said(files)[:2] == ["first", "stuck"]
    assert {"kept", "kept too", "log lines cannot be written"} <= {*said(files)}


async def test_L05_lines_that_did_not_get_onto_the_disk_by_the_end_are_counted(
    tmp_path: Path, clock: StoppedClock, disk: Disk, capfd: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(data_dir=tmp_path, log_json=True, log_database=False)
    with running_pipeline(settings, "api", clock) as log:
        disk.room = 0
        log.write(event("lost"))
        await _until(lambda: log.figures().failing_since)
        log.write(event("lost too"))
    [told] = [each for each in capfd.readouterr().err.splitlines() if "are lost" in each]
    assert '"to":"ActiveRun"' in told


def test_L01_without_files_lines_are_on_the_console_alone(
    tmp_path: Path, clock: StoppedClock, capfd: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(data_dir=tmp_path, log_json=True, log_files=False)
    with running_pipeline(settings, "api", clock) as log:
        log.write(event("said"))
        asyncio.run(log.keep([event("kept", KEPT)]))
    assert '"event":"said"' in capfd.readouterr().err
    assert list(tmp_path.iterdir()) == []


# From Python 3.12 on, forking a process that has threads is warned of.
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_L01_a_fork_says_nothing_and_does_not_hang(tmp_path: Path, clock: StoppedClock) -> None:
    settings = Settings(data_dir=tmp_path, log_database=False)
    with running_pipeline(settings, "api", clock) as log:
        asyncio.run(log.keep([event("parent")]))
        child = os.fork()
        if not child:
            log.write(event("child"))
            asyncio.run(log.keep([event("child")]))
            os._exit(0)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert said(tmp_path / "logs") == ["parent"]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of 256 KiB."""
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(tmp_path)]
    if os.geteuid() or subprocess.run(mount, check=False, capture_output=True).returncode:  # noqa: S603
        pytest.skip("File systems cannot be mounted here.")
    yield tmp_path
    subprocess.run(["umount", str(tmp_path)], check=True)  # noqa: S603, S607


async def test_L05_a_disk_that_is_really_full_takes_lines_again_once_it_has_room(
    small_disk: Path, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writers, "_RETRY_SECONDS", 0.01)
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"x" * 200_000)
    with running_pipeline(Settings(data_dir=small_disk, log_json=True), "api", clock) as log:
        for number in range(500):
            log.write(event(f"{number}"))
        await _until(lambda: log.figures().failing_since)
        ballast.unlink()
        await _until(lambda: not log.figures().failing_since)
        await log.keep([event("kept", KEPT)])
        texts = said(small_disk / "logs")
    assert [each for each in texts if each != "log lines cannot be written"] == [
        *(f"{number}" for number in range(500)),
        "kept",
    ]
