"""Filling a database once, and finding it again."""

import asyncio
import shutil
import time
from pathlib import Path
from typing import Any

import asyncpg
import msgspec
from rich.console import Console
from rich.progress import Progress

from bench.scale import families, plays
from bench.scale.clusters import LOADING, api, cluster
from bench.scale.spreading import spread
from dodam.bootstrap import build
from dodam.migrations import migrate
from dodam.platform.settings import Settings

RECORDS_A_CHILD = 250
_PROGRESS = Console(stderr=True)


class Filling(msgspec.Struct, frozen=True):
    """What a folder was filled with: how much was asked for and stored, and seconds it took."""

    asked: int
    partitions: int
    records: int
    children: int
    seconds: float
    vacuum_seconds: float


def filled(folder: Path, records: int, hash_partitions: int = 0) -> Filling:
    """Fill `folder` with about `records` plays, unless it holds as many already.

    What is found is brought to this release's schema. Whatever else lies there is deleted.
    """
    note = folder / "filling.json"
    if note.exists():
        found = msgspec.json.decode(note.read_bytes(), type=Filling)
        if (found.asked, found.partitions) == (records, hash_partitions):
            with cluster(folder, LOADING) as url:
                asyncio.run(prepare(url, folder))
            return found
    shutil.rmtree(folder, ignore_errors=True)
    with cluster(folder, LOADING) as url:
        asyncio.run(prepare(url, folder))
        if hash_partitions:
            asyncio.run(spread(url, hash_partitions))
        with api(folder, url) as server:
            models = families.register(server.port)
        filling = asyncio.run(_fill(url, models, records, hash_partitions))
    note.write_bytes(msgspec.json.encode(filling))
    return filling


async def prepare(url: str, folder: Path) -> None:
    """This release's schema, with its motions and documents."""
    await migrate(url)
    system = build(Settings(data_dir=folder), url)
    async with system.running():
        await system.load_catalogue()


async def unchecked(url: str) -> "asyncpg.Connection[Any]":
    """A connection on which foreign keys are not looked at: what is written keeps them."""
    return await asyncpg.connect(url, server_settings={"session_replication_role": "replica"})


async def _fill(url: str, models: families.Models, records: int, hash_partitions: int) -> Filling:
    connection = await unchecked(url)
    children = records // RECORDS_A_CHILD
    began = time.monotonic()
    await families.settle(connection, models, children)
    with Progress(console=_PROGRESS, transient=True) as progress:
        made = await plays.fill(connection, records, progress)
    loaded = time.monotonic()
    await connection.execute("vacuum (analyze)")
    vacuumed = time.monotonic()
    await connection.execute("checkpoint")
    await connection.close()
    return Filling(records, hash_partitions, made, children, loaded - began, vacuumed - loaded)
