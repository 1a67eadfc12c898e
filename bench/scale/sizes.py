"""How much room tables and indexes take."""

from collections.abc import Sequence
from typing import Any

import asyncpg
import msgspec
from rich import box
from rich.console import Console
from rich.table import Table

_MB = 1_000_000
# Partitions are counted together. `leaf_percent` is how full the leaves of a B-tree are.
_SIZES = """
    with part as (
        select class.oid, relkind, relpages, amname,
               coalesce(pg_partition_root(class.oid), class.oid) as whole
          from pg_class as class join pg_am on pg_am.oid = relam
         where relnamespace = 'therapy'::regnamespace and relkind in ('r', 'i')
    )
    select whole::regclass::text as name, min(relkind::text) = 'i' as is_index,
           min(coalesce(indrelid, whole))::regclass::text as table,
           sum(pg_table_size(part.oid))::bigint as bytes,
           avg(case when amname = 'btree' and relpages > 1
                    then (pgstatindex(part.oid)).avg_leaf_density end) as leaf_percent
      from part left join pg_index on indexrelid = whole
     group by whole
"""


class Size(msgspec.Struct, frozen=True):
    """A table, with its out-of-line values, or an index."""

    name: str
    is_index: bool
    table: str
    bytes: int
    leaf_percent: float | None


async def sizes(connection: "asyncpg.Connection[Any]") -> Sequence[Size]:
    """Of all that has something in it, the largest tables first, each with its indexes."""
    await connection.execute("create extension if not exists pgstattuple")
    rows = await connection.fetch(_SIZES)
    await connection.execute("drop extension pgstattuple")
    found = [msgspec.convert(dict(row), Size) for row in rows]
    whole = {one.name: one.bytes for one in found if not one.is_index}
    return sorted(found, key=lambda one: (-whole[one.table], one.table, one.is_index, -one.bytes))


def show(console: Console, found: Sequence[Size], records: int) -> None:
    table = Table(box=box.SIMPLE_HEAD, title="Room in the schema therapy", title_justify="left")
    table.add_column("table, or index of it")
    for column in ("MB", "bytes a play record", "leaves full"):
        table.add_column(column, justify="right")
    for one in found:
        if one.bytes * 1000 < records:
            continue
        table.add_row(
            f"{'  ' * one.is_index}{one.name.removeprefix('therapy.')}",
            f"{one.bytes / _MB:,.0f}",
            f"{one.bytes / records:.1f}",
            "" if one.leaf_percent is None else f"{one.leaf_percent:.0f} %",
        )
    total = sum(one.bytes for one in found)
    table.add_row("all", f"{total / _MB:,.0f}", f"{total / records:.1f}", "")
    console.print(table)
