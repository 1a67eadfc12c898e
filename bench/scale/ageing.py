"""What years do to tables: uploads that come late, children that are erased, and VACUUM."""

import time
from collections.abc import Sequence
from statistics import median, quantiles
from typing import Any

import asyncpg
import msgspec
from rich import box
from rich.console import Console
from rich.table import Table

from dodam.features.therapy.store.removal import ERASE_CHILD

# A partition is looked at, and vacuumed, by itself: here they are added up.
_ACTIVITY = """
    select coalesce(pg_partition_root(relid), relid)::regclass::text as table,
           sum(n_live_tup)::bigint as live, sum(n_dead_tup)::bigint as dead,
           sum(n_tup_upd)::bigint as updated, sum(n_tup_hot_upd)::bigint as hot
      from pg_stat_user_tables
     where schemaname = 'therapy' group by 1 having sum(n_live_tup) > 0 order by 2 desc
"""


# Of those whom nobody asks for.
_TO_ERASE = """
    select id from children.child
     where therapy_starts_on > current_date - 120
       and exists (select from therapy.plan where plan.child_id = child.id)
     order by hashtextextended(id::text, 0) desc limit (select count(*) / 100 from children.child)
"""


class Activity(msgspec.Struct, frozen=True):
    """Rows of a table since statistics were reset; an update is hot if no index was touched."""

    table: str
    live: int
    dead: int
    updated: int
    hot: int


class Erasing(msgspec.Struct, frozen=True):
    """Erasing children one after the other, and VACUUM of the whole schema afterwards."""

    children: int
    p50_ms: float
    p99_ms: float
    vacuum_seconds: float

    def __str__(self) -> str:
        return (
            f"{self.children:,} children were erased: p50 {self.p50_ms:.1f} ms, p99 "
            f"{self.p99_ms:.1f} ms each; VACUUM took {self.vacuum_seconds:,.1f} s."
        )


async def activity(connection: "asyncpg.Connection[Any]") -> Sequence[Activity]:
    await connection.execute("select pg_stat_force_next_flush()")
    return [msgspec.convert(dict(row), Activity) for row in await connection.fetch(_ACTIVITY)]


async def erase(connection: "asyncpg.Connection[Any]") -> tuple[Erasing, Sequence[Activity]]:
    """Erase what therapy keeps of one child in a hundred, as the product does.

    What activity that leaves before VACUUM is told too.
    """
    took: list[float] = []
    for row in await connection.fetch(_TO_ERASE):
        began = time.perf_counter()
        async with connection.transaction():
            for statement in ERASE_CHILD:
                await statement.execute(connection, child=row["id"])
        took.append((time.perf_counter() - began) * 1000)
    left = await activity(connection)
    began = time.perf_counter()
    for one in left:
        await connection.execute(f"vacuum {one.table}")
    vacuum = time.perf_counter() - began
    return Erasing(
        len(took), median(took), quantiles(took, n=100, method="inclusive")[98], vacuum
    ), left


def show(console: Console, title: str, rows: Sequence[Activity]) -> None:
    table = Table(box=box.SIMPLE_HEAD, title=title, title_justify="left")
    table.add_column("table")
    for column in ("rows", "dead", "updated", "of these hot"):
        table.add_column(column, justify="right")
    for each in rows:
        hot = f"{each.hot / each.updated:.0%}" if each.updated else ""
        table.add_row(
            each.table.removeprefix("therapy."),
            f"{each.live:,}",
            f"{each.dead:,}",
            f"{each.updated:,}",
            hot,
        )
    console.print(table)
