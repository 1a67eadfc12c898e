"""`python -m bench.scale.partitions [--short]`: the product on tables that are partitioned.

Two databases are filled alike, one with the product's tables and one with the same tables in hash
partitions by child; then each is asked, stored into, erased from and vacuumed.
"""

import asyncio
import tempfile
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import asyncpg
import typer
from rich.console import Console

from bench.scale import ageing, latency, sizes
from bench.scale.checking import check_totals
from bench.scale.clusters import SERVING, api, cluster
from bench.scale.filling import filled
from bench.scale.latency import Pace, Pair, Side
from bench.scale.requests import asking

_CONSOLE = Console()


@dataclass(frozen=True)
class _Order:
    records: int
    asking: int
    pace: Pace


_FULL = _Order(2_000_000, 1000, Pace(rounds=5, seconds=2))
_SHORT = _Order(50_000, 30, Pace(rounds=1, seconds=0.1))


def main(
    *,
    records: Annotated[int | None, typer.Option(help="Play records in each; 2 million.")] = None,
    partitions: Annotated[int, typer.Option(help="Partitions of each table.")] = 16,
    data_dir: Annotated[
        Path | None, typer.Option(help="Where databases are kept, and found again.")
    ] = None,
    short: Annotated[bool, typer.Option(help="50,000 records, for seconds.")] = False,
) -> None:
    order = _SHORT if short else _FULL
    with nullcontext(data_dir) if data_dir else tempfile.TemporaryDirectory() as parent:
        whole, parted = Path(parent) / "whole", Path(parent) / f"hash{partitions}"
        for folder, parts in ((whole, 0), (parted, partitions)):
            filling = filled(folder, records or order.records, parts)
            _CONSOLE.print(
                f"{folder.name}: {filling.records:,} plays in {filling.seconds:,.0f} s, vacuumed "
                f"in {filling.vacuum_seconds:,.1f} s."
            )
        with cluster(whole, SERVING) as url, cluster(parted, SERVING) as parted_url:
            _race(whole, url, parted, parted_url, order)
            for folder, each in ((whole, url), (parted, parted_url)):
                asyncio.run(_erase(folder.name, each))


def _race(whole: Path, url: str, parted: Path, parted_url: str, order: _Order) -> None:
    asked = asyncio.run(asking(url, whole, order.asking))
    asked_parted = asyncio.run(asking(parted_url, parted, order.asking))
    with api(whole, url) as base, api(parted, parted_url) as server:
        pairs = [
            Pair(
                "ordinary",
                Side(base.port, asked.ordinary),
                Side(server.port, asked_parted.ordinary),
            ),
            Pair(
                "ten years",
                Side(base.port, asked.longest),
                Side(server.port, asked_parted.longest),
            ),
        ]
        shown = latency.looking(pairs, order.pace)
        stored = latency.storing(pairs, asked.motions, order.pace)
    names = (whole.name, parted.name)
    latency.show(_CONSOLE, "Again and again", names, [*shown, *stored])


async def _erase(name: str, url: str) -> None:
    connection = await asyncpg.connect(url)
    erasing, _ = await ageing.erase(connection)
    _CONSOLE.print(f"{name}: {erasing}")
    sizes.show(_CONSOLE, await sizes.sizes(connection), await check_totals(connection))
    await connection.close()


if __name__ == "__main__":
    typer.run(main)
