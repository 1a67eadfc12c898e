"""L01, L05: `dodam logs` reads lines from the database, from this machine and from the bucket."""

import os
import subprocess
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import msgspec
import obstore
import pytest

from dodam.adapters.buckets import bucket_store
from dodam.adapters.log_archive import BucketArchive
from dodam.platform.logging.archive import BucketArchiving
from dodam.platform.logging.lines import AnyLine, Importance
from dodam.platform.logging.segments import Destination
from tests.buckets import REGION, access_to, make_bucket, s3_server
from tests.clock import StoppedClock
from tests.logging.lines import Process
from tests.logging.stored import deliver, event, request, write
from tests.processes.conftest import DODAM

_ACCOUNT = UUID(int=7)
_NOW = datetime.now(UTC).replace(microsecond=0)
_LINES: list[AnyLine] = [
    request(_NOW - timedelta(days=2), status=503, account_id=_ACCOUNT),
    request(_NOW - timedelta(hours=3), fields={"hand": "왼손"}),
    request(_NOW - timedelta(hours=2), status=404, route="/v1/children/{child_id}"),
    event(
        _NOW - timedelta(hours=1),
        event="김민 님의 일",
        level="error",
        importance=Importance.ERROR,
        error={"type": "ValueError", "frames": ["dodam.x:y:1"]},
    ),
]


class Command:
    """`dodam logs`, as an operator types it."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self._environment = {**os.environ, "DODAM_DATA_DIR": str(folder), **environment}
        self._started: list[subprocess.Popen[str]] = []

    def start(self, *words: str) -> "subprocess.Popen[str]":
        started = subprocess.Popen(  # noqa: S603 - our own program
            [DODAM, "logs", *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**self._environment, "COLUMNS": "200"},
        )
        self._started.append(started)
        return started

    def run(self, *words: str) -> tuple[int, str, str]:
        """The exit code, and what was written to the output and to the error stream."""
        started = self.start(*words)
        out, err = started.communicate(timeout=120)
        return started.returncode, out, err

    def lines(self, *words: str) -> list[AnyLine]:
        code, out, err = self.run(*words)
        assert code == 0, err
        return _decoded(out)

    def end(self) -> None:
        for each in self._started:
            each.kill()
            each.communicate()


def _decoded(out: str) -> list[AnyLine]:
    return [msgspec.json.decode(line, type=AnyLine) for line in out.splitlines()]


@pytest.fixture
def clock(clock: StoppedClock) -> StoppedClock:
    clock.set(_NOW)
    return clock


@pytest.fixture
def process(tmp_path: Path, clock: StoppedClock) -> Process:
    """What wrote the lines; its files are not where the command looks for files."""
    elsewhere = tmp_path / "elsewhere"
    both = (Destination.DATABASE, Destination.BUCKET)
    process = Process(elsewhere, clock, f"{_NOW:%Y%m%dT%H%M%SZ}-api-test-1", destinations=both)
    write(process, _LINES)
    return process


@pytest.fixture
async def command(
    tmp_path: Path, process: Process, clock: StoppedClock, log_url: str
) -> AsyncIterator[Command]:
    """With lines in the database, and no files here."""
    await deliver(process, log_url, clock)
    command = Command(tmp_path, DODAM_DATABASE_URL=log_url)
    yield command
    command.end()


def test_L01_lines_are_searched_for_on_the_command_line(command: Command) -> None:
    assert command.lines("search", "--json") == _LINES[:0:-1]
    assert command.lines("search", "--json", "--status", "4xx") == [_LINES[2]]
    assert command.lines("search", "--json", "--account", str(_ACCOUNT)) == [_LINES[0]]
    assert command.lines("search", "--json", "--text", "김민", "--level", "error") == [_LINES[3]]
    since, until = f"{_NOW - timedelta(days=3):%Y-%m-%dT%H:%M}", "150m"
    assert command.lines("search", "--json", "--since", since, "--until", until) == _LINES[1::-1]
    _, out, err = command.run("search", "--limit", "1")
    assert "김민 님의 일" in out
    assert "dodam.x:y:1" in out
    assert "more than 1" in err


def test_L01_what_an_operator_mistypes_or_does_not_find_is_said(
    command: Command, tmp_path: Path
) -> None:
    for words, said in (
        (("--status", "700"), "'700' is none of 404, 5xx, 400-499."),
        (("--since", "yesterday"), "neither an instant"),
        (("--request-id", "17"), "valid UUID"),
        (("--level", "loud"), "loud"),
    ):
        code, out, err = command.run("search", *words)
        assert (code, out) == (2, ""), words
        assert said in err
    code, out, err = command.run("search", "--request-id", str(uuid4()))
    assert (code, out, err) == (0, "", "There is no such line.\n")
    without = Command(tmp_path)
    assert without.run("search") == (
        2,
        "",
        "Set DODAM_DATABASE_URL, or use `dodam up` for a database of its own.\n",
    )
    away = Command(tmp_path, DODAM_DATABASE_URL="postgresql://127.0.0.1:1/dodam")
    code, out, err = away.run("search")
    assert (code, out) == (2, "")
    assert err.startswith("The database cannot be searched")


def _next_lines(following: "subprocess.Popen[str]", count: int) -> list[AnyLine]:
    assert following.stdout is not None
    return _decoded("".join(following.stdout.readline() for _ in range(count)))


def test_L01_the_last_lines_of_this_machine_are_followed_while_files_are_closed_and_begun(
    tmp_path: Path, clock: StoppedClock
) -> None:
    process = Process(tmp_path / "logs", clock)
    write(process, _LINES[:2])
    process.active.roll()
    write(process, _LINES[2:3])
    command = Command(tmp_path)
    assert command.lines("tail", "--json") == _LINES[:3]
    assert command.lines("tail", "--json", "-n", "1") == [_LINES[2]]
    assert command.lines("tail", "--json", "--status", "503") == [_LINES[0]]
    following = command.start("tail", "--json", "--follow", "-n", "2")
    assert _next_lines(following, 2) == _LINES[1:3]
    write(process, _LINES[3:])
    process.active.roll()
    other = Process(tmp_path / "logs", clock, "20260318T120001Z-worker-test-1")
    assert _next_lines(following, 1) == _LINES[3:]
    write(other, _LINES[:1])
    assert _next_lines(following, 1) == _LINES[:1]
    process.say("said")
    assert [getattr(line, "event", "") for line in _next_lines(following, 1)] == ["said"]
    command.end()


async def test_L01_without_files_the_database_is_followed(
    command: Command, process: Process, clock: StoppedClock, log_url: str
) -> None:
    following = command.start("tail", "--json", "--follow", "-n", "2")
    assert _next_lines(following, 2) == _LINES[2:]
    # Ahead, so that a slow machine does not take it for one that came too late.
    new = event(datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=1), event="new")
    write(process, [new])
    await deliver(process, log_url, clock)
    assert _next_lines(following, 1) == [new]


async def test_L05_lines_are_fetched_from_the_bucket_and_what_is_missing_is_said(
    tmp_path: Path, process: Process
) -> None:
    process.active.roll()
    write(process, _LINES[:1])
    process.close()
    with s3_server() as url:
        make_bucket(url, "log")
        store = BucketArchive(bucket_store(access_to("log", url)))
        await BucketArchiving(store, "1").deliver(process.spool)
        command = Command(
            tmp_path,
            DODAM_LOG_BUCKET="log",
            DODAM_LOG_BUCKET_REGION=REGION,
            DODAM_S3_ENDPOINT=url,
            DODAM_S3_ACCESS_KEY="key",
            DODAM_S3_SECRET_KEY="made up",
        )
        assert command.lines("fetch", "--since", "3d") == [*_LINES, _LINES[0]]
        assert command.lines("fetch", "--since", "3d", "--until", "1d") == [_LINES[0]] * 2
        out = tmp_path / "out"
        assert command.run("fetch", "--since", "1d", "--out", str(out)) == (0, "", "")
        [file] = out.rglob("*.jsonl")
        assert _decoded(file.read_text(encoding="utf-8")) == _LINES[1:]
        gone = next(name for name in await store.names("logs") if name.endswith("0001.jsonl.zst"))
        obstore.delete(bucket_store(access_to("log", url)), gone)
        code, read, err = command.run("fetch", "--since", "3d")
        assert (code, _decoded(read)) == (1, [_LINES[0]])
        assert f"Missing: {gone}: its manifest is there, and it is not." in err
    code, _, err = command.run("fetch", "--since", "3d")
    assert code == 2
    assert "The log's bucket does not do a list" in err
    code, _, err = Command(tmp_path).run("fetch", "--since", "3d")
    assert (code, err) == (
        2,
        "Set DODAM_LOG_BUCKET and DODAM_LOG_BUCKET_REGION: that is where lines are.\n",
    )
