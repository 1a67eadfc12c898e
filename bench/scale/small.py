"""The same families with next to no plays: what a large database is held against."""

import asyncio
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import asyncpg
import sqlalchemy as sa

from bench.requests import Child
from bench.scale.clusters import LOADING, cluster
from bench.scale.families import FAMILY_TABLES
from bench.scale.filling import prepare, unchecked
from bench.scale.spreading import PLAYED


def copy_lately(source_url: str, folder: Path, children: Sequence[Child]) -> None:
    """A database in `folder`, made anew, with every family and what some children played lately.

    That is four months, all that ordinary children have played: their guardians are shown the same
    as in the source.
    """
    shutil.rmtree(folder, ignore_errors=True)
    listed = ", ".join(f"'{child.id}'" for child in children)
    lately = f"child_id in ({listed}) and therapy_day > current_date - 120"
    with cluster(folder, LOADING) as url:
        asyncio.run(prepare(url, folder))
        asyncio.run(_copy_all(source_url, url, lately))


async def _copy_all(source_url: str, url: str, lately: str) -> None:
    source, target = await asyncpg.connect(source_url), await unchecked(url)
    for table in FAMILY_TABLES:
        await _copy(source, target, table, "true")
    for table in PLAYED:
        await _copy(source, target, table, lately)
    await target.execute("vacuum (analyze)")
    await target.execute("checkpoint")
    await source.close()
    await target.close()


async def _copy(
    source: "asyncpg.Connection[Any]",
    target: "asyncpg.Connection[Any]",
    table: sa.Table,
    which: str,
) -> None:
    columns = [column.name for column in table.columns]
    query = f"select {', '.join(columns)} from {table.fullname} where {which}"  # noqa: S608 - constants
    with tempfile.TemporaryFile() as file:
        await source.copy_from_query(query, output=file, format="binary")
        file.seek(0)
        await target.copy_to_table(
            table.name, schema_name=table.schema, columns=columns, source=file, format="binary"
        )
