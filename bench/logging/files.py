"""`python -m bench.logging.files`: lines from a request's thread to the disk.

Beside each figure is its limit in the same round: encoding alone, or the bare system call.
"""

import asyncio
import os
import sys
import tempfile
import threading
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter, process_time, thread_time
from typing import Any

import msgspec
from rich import box
from rich.console import Console
from rich.table import Table

from dodam.platform.clock import SystemClock
from dodam.platform.ids import new_id
from dodam.platform.logging.compression import compressed
from dodam.platform.logging.encoding import encoded
from dodam.platform.logging.lines import EventLine, Importance, RequestLine
from dodam.platform.logging.log import Log
from dodam.platform.logging.pipeline import Pipeline
from dodam.platform.logging.running import running_pipeline
from dodam.platform.settings import Settings

_ROUNDS = 7
_LINES = 20_000
_KEPT = 300
_AT_ONCE = 32
_MEGABYTE = 1_000_000
_ENCODER = msgspec.json.Encoder()


@dataclass(frozen=True)
class Kept:
    """Milliseconds that each line took to be kept; how many were a second."""

    took: list[float]
    rate: float


@dataclass(frozen=True)
class Round:
    """What was measured one after the other, so that what else the machine does weighs on all."""

    cost: tuple[float, float, float]
    rate: tuple[float, float]
    synced: list[float]
    kept: dict[int, Kept]
    compression: tuple[float, float]


def _round(lines: Sequence[RequestLine]) -> Round:
    return Round(
        _cost(lines),
        _sustained(lines),
        _syncing(),
        {at_once: _keeping(at_once) for at_once in (1, _AT_ONCE)},
        _compression(lines),
    )


def _lines(count: int) -> list[RequestLine]:
    """As of uploads of play records."""
    ids = [new_id() for _ in range(50)]
    return [
        RequestLine(
            at=datetime.now(UTC),
            instance="api-ip-10-0-3-17-5f0c2e",
            importance=Importance.INFO,
            request_id=new_id(),
            account_id=ids[number % 50],
            child_id=ids[number % 50],
            method="POST",
            route="/v1/children/{child_id}/plays",
            status=201,
            duration_us=900 + number % 700,
            request_bytes=412,
            response_bytes=187,
            caller_kind="guardian",
            fields={"motion_id": new_id(), "hand": "left", "completed": True},
        )
        for number in range(count)
    ]


def _kept(number: int) -> EventLine:
    return EventLine(
        at=datetime.now(UTC),
        instance="api-ip-10-0-3-17-5f0c2e",
        importance=Importance.KEPT,
        level="info",
        logger="dodam.features.audit.service",
        event="child.viewed",
        fields={"entry_id": new_id(), "number": number},
    )


@contextmanager
def _running(**given: Any) -> Generator[Pipeline]:
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        settings = Settings(data_dir=Path(folder), log_database=False, **given)
        with running_pipeline(settings, "api", SystemClock()) as log:
            yield log


def _cost(lines: Sequence[RequestLine]) -> tuple[float, float, float]:
    """Microseconds of CPU a line: encoding alone; on the caller's thread; with the writer's."""
    began = thread_time()
    for line in lines:
        _ENCODER.encode(line)
    encoding = thread_time() - began

    with _running() as log:
        asyncio.run(log.keep([]))
        began, all_began = thread_time(), process_time()
        for line in lines:
            log.write(line)
        caller = thread_time() - began
        asyncio.run(log.keep([]))
        together = process_time() - all_began
    each = 1e6 / len(lines)
    return encoding * each, caller * each, together * each


def _sustained(lines: Sequence[RequestLine]) -> tuple[float, float]:
    """Lines a second that are safe on disk: through the log, and written bare, synced as often."""

    async def through(log: Log) -> float:
        began = perf_counter()
        for start in range(0, len(lines), 5_000):
            for line in lines[start : start + 5_000]:
                log.write(line)
            await log.keep([])
        return len(lines) / (perf_counter() - began)

    with _running() as log:
        ours = asyncio.run(through(log))

    with tempfile.NamedTemporaryFile(dir=Path.cwd(), buffering=0) as file:
        began = perf_counter()
        for start in range(0, len(lines), 5_000):
            file.write(b"".join(map(encoded, lines[start : start + 5_000])))
            os.fsync(file.fileno())
        bare = len(lines) / (perf_counter() - began)
    return ours, bare


def _keeping(at_once: int) -> Kept:

    async def one(log: Log, took: list[float]) -> None:
        for number in range(_KEPT // at_once):
            began = perf_counter()
            await log.keep([_kept(number)])
            took.append((perf_counter() - began) * 1000)

    async def all_of(log: Log) -> Kept:
        took: list[float] = []
        began = perf_counter()
        await asyncio.gather(*(one(log, took) for _ in range(at_once)))
        return Kept(took, len(took) / (perf_counter() - began))

    with _running() as log:
        return asyncio.run(all_of(log))


def _syncing() -> list[float]:
    """Milliseconds of a bare write and sync of such a line."""
    data, took = encoded(_kept(0)), list[float]()
    with tempfile.NamedTemporaryFile(dir=Path.cwd(), buffering=0) as file:
        for _ in range(_KEPT):
            began = perf_counter()
            file.write(data)
            os.fsync(file.fileno())
            took.append((perf_counter() - began) * 1000)
    return took


def _stalled(megabytes: int) -> tuple[float, float, int]:
    """While the disk stands still: MB of lines that came, MB that the process grew by, dropped."""
    goes_on, sync = threading.Event(), os.fsync
    lines = _lines(5_000)
    size = sum(map(len, map(encoded, lines))) / _MEGABYTE
    with _running(log_queue_megabytes=megabytes) as log:
        asyncio.run(log.keep([_kept(0)]))
        os.fsync = lambda _: goes_on.wait() and None
        before = _resident()
        for _ in range(rounds := 8 * megabytes):
            for line in lines:
                log.write(line)
        grew, dropped = _resident() - before, sum(log.figures().dropped.values())
        os.fsync = sync
        goes_on.set()
    return rounds * size, grew, dropped


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / _MEGABYTE


def _compression(lines: Sequence[RequestLine]) -> tuple[float, float]:
    """How much smaller a segment gets; MB of it a second of CPU."""
    with _running() as log:
        for start in range(0, len(lines), 5_000):
            for line in lines[start : start + 5_000]:
                log.write(line)
            asyncio.run(log.keep([]))
        asyncio.run(log.roll())
        assert log.spool is not None  # noqa: S101 - there are files
        [segment] = log.spool.in_charge_of()[0].segments()
        plain, began = segment.size(), process_time()
        compressed(segment)
        took = process_time() - began
        return plain / segment.size(), plain / _MEGABYTE / took


def main() -> None:
    short = "--short" in sys.argv
    megabytes = 2 if short else 16
    # First: what other measurements took and gave back would be used again.
    came, grew, dropped = _stalled(megabytes)
    rounds = [_round(_lines(_LINES)) for _ in range(2 if short else _ROUNDS)]
    table = Table(box=box.SIMPLE_HEAD)
    for title in ("what", "measured", "limit of the same round", "ratio"):
        table.add_column(title, justify="left" if title == "what" else "right")
    encoding, caller, together = (
        median(each) for each in zip(*(r.cost for r in rounds), strict=True)
    )
    table.add_row(
        "CPU a line: caller's thread + writer's",
        f"{caller:.1f} + {together - caller:.1f} µs",
        f"{encoding:.1f} µs to encode it",
        f"{together / encoding:.1f}",
    )
    ours, bare = (median(each) for each in zip(*(r.rate for r in rounds), strict=True))
    table.add_row(
        "lines a second, safe on disk",
        f"{ours:,.0f}",
        f"{bare:,.0f} encoded, written, synced",
        f"{median(r.rate[0] / r.rate[1] for r in rounds):.2f}",
    )
    synced = [took for r in rounds for took in r.synced]
    for at_once in (1, _AT_ONCE):
        took = [each for r in rounds for each in r.kept[at_once].took]
        rate = median(r.kept[at_once].rate for r in rounds)
        table.add_row(
            f"kept, {at_once} at once: p50, p99; a second",
            f"{_spread(took)}; {rate:,.0f}",
            f"{_spread(synced)} to write and sync it",
            f"{median(took) / median(synced):.1f}",
        )
    smaller, speed = (median(each) for each in zip(*(r.compression for r in rounds), strict=True))
    table.add_row("compression", f"to 1/{smaller:.0f}, {speed:.0f} MB/s", "", "")
    table.add_row(
        f"memory, {came:,.0f} MB of lines while the disk stands still",
        f"{grew:.0f} MB, {dropped:,} dropped",
        f"{megabytes} MB of queue, 1 MB for the console",
        f"{grew / (megabytes + 1):.2f}",
    )
    Console(width=140).print(table)


def _spread(took: Sequence[float]) -> str:
    cuts = quantiles(took, n=100)
    return f"{cuts[49]:.1f}, {cuts[98]:.1f} ms"


if __name__ == "__main__":
    main()
