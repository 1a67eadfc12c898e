"""L04, L05: what a killed process leaves behind, and what it loses."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dodam.platform.logging.segments import Destination
from dodam.platform.logging.upkeep import Retention, Upkeep
from tests.clock import StoppedClock
from tests.logging.lines import Process, events_in, said, said_in

_FLUSH_MS = 1000

Start = Callable[[], subprocess.Popen[bytes]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started: list[subprocess.Popen[bytes]] = []

    def run() -> subprocess.Popen[bytes]:
        process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "tests.logging.busy", str(tmp_path)],
            env={
                **os.environ,
                "DODAM_DATA_DIR": str(tmp_path),
                "DODAM_LOG_FLUSH_MS": f"{_FLUSH_MS}",
                "DODAM_LOG_FILE_MEGABYTES": "1",
            },
            stderr=subprocess.DEVNULL,
        )
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.wait()


def _noted(folder: Path, name: str, pid: int) -> list[tuple[int, float]]:
    """Numbers and instants that a process wrote down before it was killed."""
    path = folder / f"{name}.{pid}"
    noted = path.read_text().splitlines() if path.exists() else []
    return [(int(number), float(at)) for number, at in (line.split() for line in noted)]


def _kill(folder: Path, process: subprocess.Popen[bytes], *, after: int) -> None:
    while len(_noted(folder, "said", process.pid)) < after:
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()


def _found(texts: list[str], kind: str) -> list[int]:
    return [int(text.split()[1]) for text in texts if text.startswith(kind)]


def test_L05_a_killed_process_loses_its_last_moment_of_lines_and_none_that_it_kept(
    tmp_path: Path, start: Start
) -> None:
    process = start()
    _kill(tmp_path, process, after=5_000)
    noted = _noted(tmp_path, "said", process.pid)
    texts = said(tmp_path / "logs")

    found = _found(texts, "said")
    assert found == list(range(len(found)))
    killed_at = noted[-1][1]
    assert all(killed_at - at < _FLUSH_MS / 1000 for _, at in noted[len(found) :])

    kept = _found(texts, "kept")
    acknowledged = {number for number, _ in _noted(tmp_path, "kept", process.pid)}
    assert len(acknowledged) > 50
    assert acknowledged <= set(kept)
    assert len(kept) == len(set(kept))


def test_L05_of_two_processes_on_one_data_directory_the_living_one_goes_on_with_the_dead_ones(
    tmp_path: Path, start: Start, clock: StoppedClock
) -> None:
    killed, living = start(), start()
    _kill(tmp_path, killed, after=3_000)
    database = (Destination.DATABASE,)
    third = Process(tmp_path / "logs", clock, "99990101T000000Z-api-test-3", destinations=database)
    Upkeep(third.spool, third.run, clock, Retention(months=1 << 20, most_bytes=1 << 60)).look()
    assert len(third.spool.runs()) == 2
    [adopted] = third.spool.in_charge_of()
    texts = [text for segment in adopted.segments() for text in said_in(segment)]
    assert all(segment.is_compressed for segment in adopted.segments())
    assert {number for number, _ in _noted(tmp_path, "kept", killed.pid)} <= {
        *_found(texts, "kept")
    }
    assert living.poll() is None


def test_L05_a_console_that_nobody_reads_keeps_no_line_from_the_disk(tmp_path: Path) -> None:
    script = (
        "import asyncio\n"
        "from dodam.platform.clock import SystemClock\n"
        "from dodam.platform.logging.running import running_pipeline\n"
        "from dodam.platform.settings import Settings\n"
        "from tests.logging.lines import event\n"
        "with running_pipeline(Settings(), 'api', SystemClock()) as log:\n"
        "    for number in range(5000):\n"
        "        log.write(event(f'{number}'))\n"
        "    asyncio.run(log.keep([event('kept')]))\n"
    )
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-c", script],
        env={**os.environ, "DODAM_DATA_DIR": str(tmp_path), "DODAM_LOG_JSON": "true"},
        stderr=subprocess.PIPE,
    )
    with process:
        assert process.wait(60) == 0
    assert said(tmp_path / "logs") == [*(f"{number}" for number in range(5000)), "kept"]


def test_L05_the_error_that_ends_a_process_is_the_last_line_of_its_log(tmp_path: Path) -> None:
    script = (
        "from dodam.platform.logging.running import running_log\n"
        "from dodam.platform.settings import Settings\n"
        "import structlog\n"
        "with running_log(Settings(), 'api'):\n"
        "    structlog.get_logger().info('begun')\n"
        "    raise ZeroDivisionError\n"
    )
    ended = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", script],
        env={**os.environ, "DODAM_DATA_DIR": str(tmp_path)},
        capture_output=True,
        check=False,
    )
    assert ended.returncode == 1
    begun, last = events_in(tmp_path / "logs")
    assert begun.event == "begun"
    assert last.error is not None
    assert last.error["type"] == "builtins.ZeroDivisionError"
    assert ended.stderr.count(b"ZeroDivisionError") == 1
