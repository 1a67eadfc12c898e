"""`python -m bench.scale [--short]`: fill a database with plays, measure it beside a small one."""

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import cycle
from os import cpu_count
from pathlib import Path
from typing import Annotated
from uuid import UUID

import asyncpg
import typer
from rich.console import Console

from bench.load import drive
from bench.requests import BATCH
from bench.scale import ageing, explaining, latency, sizes
from bench.scale.checking import check, check_totals
from bench.scale.clusters import SERVING, api, cluster, forget_pages
from bench.scale.filling import filled
from bench.scale.latency import Pace, Pair, Side
from bench.scale.requests import READ, Asking, asking, figures, reading, uploading
from bench.scale.small import copy_lately

_CONSOLE = Console()
_NAMES = ("small", "filled")
_LATE_CLIENTS = 4
_LATE_DAYS = 60


@dataclass(frozen=True)
class _Order:
    """How much is done: `asking` ordinary children, of whom `once` ask each route at first."""

    records: int
    asking: int
    once: int
    pace: Pace
    late_seconds: float


_FULL = _Order(50_000_000, 2000, 300, Pace(rounds=5, seconds=2), 30)
_SHORT = _Order(200_000, 60, 5, Pace(rounds=1, seconds=0.2), 0.5)


def main(
    *,
    records: Annotated[int | None, typer.Option(help="Play records; 50 million.")] = None,
    data_dir: Annotated[
        Path | None, typer.Option(help="Where databases are kept, and found again.")
    ] = None,
    short: Annotated[bool, typer.Option(help="200,000 records, for a minute.")] = False,
) -> None:
    """Exits with an error if a sum is not what its plays add up to, before or after."""
    order = _SHORT if short else _FULL
    with nullcontext(data_dir) if data_dir else tempfile.TemporaryDirectory() as folder:
        _measure(Path(folder) / "full", Path(folder) / "small", records or order.records, order)


def _measure(full: Path, small: Path, records: int, order: _Order) -> None:
    filling = filled(full, records)
    _CONSOLE.print(
        f"{filling.records:,} plays of {filling.children:,} children were made and summed up in "
        f"{filling.seconds:,.0f} s, and vacuumed in {filling.vacuum_seconds:,.0f} s. "
        f"{cpu_count()} cores."
    )
    with cluster(full, SERVING) as url:
        asked = asyncio.run(asking(url, full, 2 * order.asking))
        asyncio.run(_look(url, asked))
        copy_lately(url, small, [*asked.ordinary[: order.asking], *asked.longest])
    forget_pages(full)
    forget_pages(small)
    with cluster(full, SERVING) as url, cluster(small, SERVING) as small_url:
        asked_small = asyncio.run(asking(small_url, small, 2 * order.asking))
        databases = _Database(small, small_url, asked_small), _Database(full, url, asked)
        _look_at(*databases, order)
        explaining.show(_CONSOLE, explaining.explain(full, url, _each(databases[1])))
        _store_in(*databases, order)
        asyncio.run(_check(url, asked))
        _age(databases[1], order.late_seconds)


@dataclass(frozen=True)
class _Database:
    folder: Path
    url: str
    asked: Asking


def _look_at(small: _Database, full: _Database, order: _Order) -> None:
    with api(small.folder, small.url) as base, api(full.folder, full.url) as server:
        ordinary = _ordinary(small, base.port, full, server.port, order)
        others = Side(base.port, small.asked.ordinary[order.asking :])
        without = Pair("beside no plays", others, ordinary.side)
        longest = _longest(small, base.port, full, server.port)
        first = latency.looking_once(ordinary, order.once)
        latency.show(_CONSOLE, "Asked for the first time, from the disk", _NAMES, first)
        again = latency.looking([ordinary, without, longest], order.pace)
    latency.show(_CONSOLE, "Again and again", _NAMES, again)


def _store_in(small: _Database, full: _Database, order: _Order) -> None:
    with api(small.folder, small.url) as base, api(full.folder, full.url) as server:
        ordinary = _ordinary(small, base.port, full, server.port, order)
        longest = _longest(small, base.port, full, server.port)
        stored = latency.storing([ordinary, longest], full.asked.motions, order.pace)
    latency.show(_CONSOLE, "Stored", _NAMES, stored)


def _ordinary(small: _Database, base_port: int, full: _Database, port: int, order: _Order) -> Pair:
    """Those whose plays both databases have."""
    playing = slice(order.asking)
    return Pair(
        "ordinary",
        Side(base_port, small.asked.ordinary[playing]),
        Side(port, full.asked.ordinary[playing]),
    )


def _longest(small: _Database, base_port: int, full: _Database, port: int) -> Pair:
    return Pair("ten years", Side(base_port, small.asked.longest), Side(port, full.asked.longest))


async def _look(url: str, asked: Asking) -> None:
    connection = await asyncpg.connect(url)
    stored = await check_totals(connection)
    await check(connection, _ids(asked))
    sizes.show(_CONSOLE, await sizes.sizes(connection), stored)
    await connection.close()


async def _check(url: str, asked: Asking) -> None:
    connection = await asyncpg.connect(url)
    await check(connection, _ids(asked))
    await connection.close()


def _ids(asked: Asking) -> list[UUID]:
    return [UUID(child.id) for child in (*asked.ordinary, *asked.longest)]


def _each(database: _Database) -> dict[str, Iterator[bytes]]:
    """Every route, by the child who has played for ten years."""
    longest, motions = database.asked.longest, database.asked.motions
    return {what: cycle(reading(what, longest)) for what in READ} | {
        "one record": uploading(longest, motions, 1, 1),
        f"{BATCH} records": uploading(longest, motions, BATCH, 5),
        "figures of all": figures(database.folder),
    }


def _age(database: _Database, seconds: float) -> None:
    """Upload late, and erase one child in a hundred."""
    asked = database.asked
    late = uploading(asked.ordinary, asked.motions, BATCH, _LATE_DAYS)
    asyncio.run(_reset_statistics(database.url))
    with api(database.folder, database.url) as server:
        measured = drive(server.port, _LATE_CLIENTS, late, seconds)
    _CONSOLE.print(
        f"Uploads of {BATCH} plays over {_LATE_DAYS} days: {measured.per_second * BATCH:,.0f} "
        f"rows/s."
    )
    asyncio.run(_erase(database.url))


async def _reset_statistics(url: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute("select pg_stat_reset()")
    await connection.close()


async def _erase(url: str) -> None:
    connection = await asyncpg.connect(url)
    ageing.show(_CONSOLE, "After late uploads", await ageing.activity(connection))
    erasing, activity = await ageing.erase(connection)
    _CONSOLE.print(str(erasing))
    ageing.show(_CONSOLE, "After erasing one child in a hundred", activity)
    sizes.show(_CONSOLE, await sizes.sizes(connection), await check_totals(connection))
    await connection.close()


if __name__ == "__main__":
    typer.run(main)
