"""`python -m bench.logging.database`: lines from the disk into PostgreSQL, and finding them there.

Beside shipping is COPY of the same lines, decoded beforehand, into the same tables, in the same
round. `--lines 2000000` is what `docs/logs.md` has figures of; it needs 3 GB of disk.
"""

import argparse
import asyncio
import random
import tempfile
import tracemalloc
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any
from uuid import uuid4

import asyncpg
from rich import box
from rich.console import Console
from rich.table import Table

from dodam.migrations import migrate
from dodam.platform.clock import SystemClock
from dodam.platform.embedded import embedded_postgres
from dodam.platform.ids import new_id
from dodam.platform.logging.active import ActiveRun, Rotation
from dodam.platform.logging.database.partitions import later, month_of
from dodam.platform.logging.database.rows import EVENTS, REQUESTS, connect
from dodam.platform.logging.database.search import LogSearch
from dodam.platform.logging.database.shipping import DatabaseShipping
from dodam.platform.logging.encoding import encoded
from dodam.platform.logging.lines import AnyLine, EventLine, Importance, RequestLine
from dodam.platform.logging.spool import Spool
from dodam.platform.logging.wanted import Statuses, Wanted

_ROUNDS = 5
_ROUND_LINES = 40_000
_INDEXED_LINES = 100_000
_MEGABYTE = 1_000_000
_SHOWN = 100
_INDEXES = {
    "(at)": "",
    "(request_id)": "",
    "(account_id, at)": "",
    "(child_id, at)": "",
    "(at) where importance >= 30 or status >= 500": "",
    "using brin (at)": "not made",
    "(route, at)": "not made",
    "using gin (fields jsonb_path_ops)": "not made",
}
_NEVER = Rotation(most_bytes=1 << 40)
_CHOICE = random.Random(7)  # noqa: S311 - the same lines each time
_ACCOUNTS = [(uuid4(), uuid4()) for _ in range(20_000)]
_ROUTES = [f"/v1/children/{{child_id}}/things-{number}" for number in range(150)]
_RARE = "김민"


def _lines(count: int, since: datetime, until: datetime) -> list[AnyLine]:
    """Of a busy time: nine requests to an event; of a thousand requests one fails."""
    step = (until - since) / count
    return [_line(number, since + number * step) for number in range(count)]


def _line(number: int, at: datetime) -> AnyLine:
    account, child = _CHOICE.choice(_ACCOUNTS)
    who: dict[str, Any] = {
        "at": at,
        "instance": "api-ip-10-0-3-17-5f0c2e",
        "request_id": new_id(),
        "account_id": account,
    }
    if number % 10 == 0:
        return EventLine(
            importance=Importance.INFO,
            level="info",
            logger="dodam.adapters.calls",
            event=f"{_RARE} 님" if number % 100_000 == 0 else "outside call",
            fields={"service": "sens", "operation": "POST /x", "outcome": "answered", "ms": 87},
            **who,
        )
    failed = number % 1000 == 1
    return RequestLine(
        importance=Importance.ERROR if failed else Importance.INFO,
        method="POST",
        route=_CHOICE.choice(_ROUTES),
        status=503 if failed else 200,
        duration_us=_CHOICE.randrange(500, 50_000),
        request_bytes=512,
        response_bytes=1024,
        caller_kind="guardian",
        child_id=child,
        device_id=uuid4(),
        fields={"hand": "left", "records": 1},
        **who,
    )


class Disk:
    """A run with segments, as a process leaves them."""

    def __init__(self, folder: Path) -> None:
        self.spool = Spool(folder, ())
        self._active = ActiveRun(
            self.spool, self.spool.run(f"20261101T000000Z-{uuid4()}"), SystemClock(), _NEVER
        )

    def close(self, lines: Sequence[AnyLine]) -> None:
        self._active.write(b"".join(map(encoded, lines)))
        self._active.sync()
        self._active.roll()


async def _timed(work: Awaitable[object]) -> tuple[float, float]:
    """Seconds by the clock, and of this process's CPU."""
    began, cpu = perf_counter(), process_time()
    await work
    return perf_counter() - began, process_time() - cpu


async def _copy(connection: Any, lines: Sequence[AnyLine]) -> None:
    """COPY alone, as many at once as it takes."""
    async with connection.transaction():
        await REQUESTS.copy(connection, lines)
        await EVENTS.copy(connection, lines)


async def _ship(url: str, lines: Sequence[AnyLine]) -> tuple[float, float]:
    with tempfile.TemporaryDirectory() as folder:
        disk = Disk(Path(folder))
        disk.close(lines)
        shipping = DatabaseShipping(url, SystemClock(), months=12)
        try:
            return await _timed(shipping.deliver(disk.spool))
        finally:
            shipping.close()


async def _shipping(url: str, table: Table) -> None:
    now = datetime.now(UTC)
    lines = _lines(_ROUND_LINES, month_of(now), now)
    connection = await connect(url)
    shipped: list[tuple[float, float]] = []
    copied: list[tuple[float, float]] = []
    for _ in range(_ROUNDS):
        shipped.append(await _ship(url, lines))
        copied.append(await _timed(_copy(connection, lines)))
    await connection.close()
    for name, measured in (("shipped, from disk", shipped), ("COPY alone", copied)):
        rate = median(_ROUND_LINES / wall for wall, _ in measured)
        cpu = median(cpu / _ROUND_LINES * 1e6 for _, cpu in measured)
        table.add_row(name, f"{rate:,.0f} lines/s", f"{cpu:.1f} µs of our CPU a line")
    ratio = median(c[0] / s[0] for s, c in zip(shipped, copied, strict=True))
    table.add_row("shipped beside COPY", f"{ratio:.2f}", "")


async def _indexes(url: str, table: Table) -> None:
    """What each index adds to COPY of requests."""
    now = datetime.now(UTC)
    lines = _lines(_INDEXED_LINES, month_of(now), now)
    columns = RequestLine.__struct_fields__
    rows = [
        tuple(getattr(line, name) for name in columns)
        for line in lines
        if isinstance(line, RequestLine)
    ]
    connection = await connect(url)

    async def took(*indexes: str) -> float:
        await connection.execute("drop table if exists bench")
        await connection.execute("create table bench (like ops.request_log)")
        for index in indexes:
            await connection.execute(f"create index on bench {index}")
        wall, _ = await _timed(
            connection.copy_records_to_table("bench", records=rows, columns=columns)
        )
        return wall / len(rows) * 1e6

    rounds = [[await took(), *[await took(index) for index in _INDEXES]] for _ in range(_ROUNDS)]
    bare, *others = (median(each) for each in zip(*rounds, strict=True))
    table.add_row("COPY of requests, no index", f"{bare:.1f} µs a line", "")
    for (index, note), other in zip(_INDEXES.items(), others, strict=True):
        table.add_row(f"  {index}", f"{other - bare:+.1f} µs a line", note)
    await connection.execute("drop table bench")
    await connection.close()


async def _stalled(url: str, table: Table) -> None:
    """Memory while the database does not take what lies on the disk."""
    now = datetime.now(UTC)
    lines = _lines(_INDEXED_LINES, month_of(now), now)
    size = sum(len(encoded(line)) for line in lines) / _MEGABYTE
    holder = await asyncpg.connect(url)
    with tempfile.TemporaryDirectory() as folder:
        disk = Disk(Path(folder))
        disk.close(lines)
        del lines
        shipping = DatabaseShipping(url, SystemClock(), months=12)
        async with holder.transaction():
            await holder.execute("lock table ops.log_place in access exclusive mode")
            tracemalloc.start()
            with suppress(asyncpg.LockNotAvailableError):
                await shipping.deliver(disk.spool)
            _, peak = tracemalloc.get_traced_memory()
            tracemalloc.stop()
        shipping.close()
    await holder.close()
    table.add_row(
        f"memory, {size:.0f} MB on disk, database stalled", f"{peak / _MEGABYTE:.1f} MB", ""
    )


async def _searches(url: str, table: Table, lines: int) -> None:
    """The first hundred lines of each search, among so many of one month."""
    until = later(month_of(datetime.now(UTC)), 1)
    since = until - timedelta(days=28)
    asked: list[AnyLine] = []
    for start in range(0, lines, _INDEXED_LINES):
        step = (until - since) * _INDEXED_LINES / lines
        begin = since + step * (start // _INDEXED_LINES)
        some = _lines(_INDEXED_LINES, begin, begin + step)
        asked.append(some[_INDEXED_LINES // 2])
        await _ship(url, some)
    connection = await connect(url)
    await connection.execute("vacuum analyze ops.request_log")
    await connection.execute("vacuum analyze ops.event_log")
    day, hour = {"since": until - timedelta(days=1)}, {"since": until - timedelta(hours=1)}
    kinds: dict[str, Callable[[AnyLine], dict[str, Any]]] = {
        "request id": lambda line: {"request_id": line.request_id},
        "account": lambda line: {"account_id": line.account_id},
        "child": lambda _: {"child_id": _CHOICE.choice(_ACCOUNTS)[1]},
        "all, the newest": lambda _: {},
        "status 5xx, the newest": lambda _: {"statuses": Statuses(500, 599)},
        "status 5xx of a route, all the month": lambda _: {
            "statuses": Statuses(500, 599),
            "route": _CHOICE.choice(_ROUTES),
        },
        "route, of a day": lambda _: {"route": _CHOICE.choice(_ROUTES), **day},
        "route, rare, all the month": lambda _: {"route": "nowhere"},
        "level warning, the newest": lambda _: {"level": Importance.WARNING},
        f"text {_RARE}, of an hour": lambda _: {"text": _RARE, **hour},
        f"text {_RARE}, of a day": lambda _: {"text": _RARE, **day},
        f"text {_RARE}, of an account": lambda line: {"text": _RARE, "account_id": line.account_id},
        f"text {_RARE}, all the month": lambda _: {"text": _RARE},
    }
    search = LogSearch(connection)
    for kind, wanted in kinds.items():
        times = [await _first(search, Wanted(**wanted(line))) for line in asked[-10:]]
        table.add_row(f"search: {kind}", f"{median(times):.1f} ms", f"at most {max(times):.1f} ms")
    size = await connection.fetchval(
        "select sum(pg_total_relation_size(inhrelid))::bigint from pg_inherits"
        " where inhparent in ('ops.request_log'::regclass, 'ops.event_log'::regclass)"
    )
    table.add_row(f"{lines:,} lines with indexes", f"{size / lines:.0f} bytes a line", "")
    await connection.close()


async def _first(search: LogSearch, wanted: Wanted) -> float:
    began, found = perf_counter(), 0
    async with aclosing(search.newest(wanted)) as lines:
        async for _ in lines:
            found += 1
            if found == _SHOWN:
                break
    return (perf_counter() - began) * 1000


async def _measure(lines: int) -> Table:
    table = Table("what", "measured", "", box=box.SIMPLE_HEAD)
    with tempfile.TemporaryDirectory() as folder, embedded_postgres(Path(folder)) as url:
        await migrate(url)
        await _shipping(url, table)
        await _indexes(url, table)
        await _stalled(url, table)
        connection = await asyncpg.connect(url)
        await connection.execute("truncate ops.request_log, ops.event_log")
        await connection.close()
        await _searches(url, table, lines)
    return table


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--lines", type=int, default=200_000)
    table = asyncio.run(_measure(parser.parse_args().lines))
    Console(width=140).print(table)


if __name__ == "__main__":
    main()
