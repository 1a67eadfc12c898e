"""How PostgreSQL carries out what the routes ask of it, told by itself (auto_explain).

Nothing is copied from the product: each route is called, and what its statements did is read in
PostgreSQL's log, as it was planned for the server's own prepared statements.
"""

import asyncio
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import asyncpg
import msgspec
from rich import box
from rich.console import Console
from rich.table import Table

from bench.load import drive
from bench.scale.clusters import api

_SETTINGS = {
    "session_preload_libraries": "auto_explain",
    "auto_explain.log_min_duration": "0",
    "auto_explain.log_analyze": "on",
    "auto_explain.log_buffers": "on",
    "auto_explain.log_format": "json",
}
_LOGGED = re.compile(r"LOG:  duration: ([\d.]+) ms  plan:\n((?:\t.*\n)+)")
# A statement is planned for its parameters five times, and then perhaps once for all.
_CALLS = 7


class Explained(msgspec.Struct, frozen=True):
    """A statement of a route, and how it got at its tables.

    `hit` pages were in PostgreSQL's memory, `read` ones had to be asked of the operating system.
    """

    ways: Sequence[str]
    hit: int
    read: int
    ms: float


def explain(
    folder: Path, url: str, asked: Mapping[str, Iterator[bytes]]
) -> Mapping[str, list[Explained]]:
    """The statements behind each of the named requests, on a server of its own."""
    log = folder / "postgres" / "log"
    found: dict[str, list[Explained]] = {}
    asyncio.run(_set(url, [f"set {name} = '{value}'" for name, value in _SETTINGS.items()]))
    try:
        with api(folder, url) as server:
            for name, requests in asked.items():
                start = 0
                for _ in range(_CALLS):
                    start = log.stat().st_size
                    drive(server.port, 1, requests, seconds=0)
                with log.open(encoding="utf-8") as lines:
                    lines.seek(start)
                    logged = _LOGGED.findall(lines.read())
                found[name] = [_explained(float(ms), plan) for ms, plan in logged]
    finally:
        asyncio.run(_set(url, ["reset all"]))
    return found


def show(console: Console, explained: Mapping[str, list[Explained]]) -> None:
    table = Table(box=box.SIMPLE_HEAD, title="What PostgreSQL does", title_justify="left")
    for column in ("route", "statements' ways (rows)"):
        table.add_column(column, overflow="fold")
    for column in ("pages hit", "read", "ms"):
        table.add_column(column, justify="right")
    for route, statements in explained.items():
        for number, each in enumerate(statements):
            table.add_row(
                "" if number else route,
                ", ".join(each.ways) or "no table",
                str(each.hit),
                str(each.read),
                f"{each.ms:.2f}",
            )
    console.print(table)


async def _set(url: str, changes: Sequence[str]) -> None:
    connection = await asyncpg.connect(url)
    for change in changes:
        await connection.execute(f"alter database postgres {change}")
    await connection.close()


def _explained(ms: float, logged: str) -> Explained:
    plan = msgspec.json.decode(logged.replace("\n\t", "\n"))["Plan"]
    ways = [
        f"{node['Node Type']} {node.get('Index Name', node.get('Relation Name'))}"
        f" ({node['Actual Rows'] * node['Actual Loops']:.0f})"
        for node in _nodes(plan)
        if "Index Name" in node or "Relation Name" in node
    ]
    return Explained(ways, plan["Shared Hit Blocks"], plan["Shared Read Blocks"], ms)


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from _nodes(part)
