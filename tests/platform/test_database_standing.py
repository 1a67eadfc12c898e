"""L06: nobody who gives up waits for a database that stands still."""

import asyncio
from pathlib import Path

import pytest

from dodam.platform import database as module
from dodam.platform.clock import SystemClock
from dodam.platform.database import Database
from dodam.platform.jobs.kinds import Kinds
from dodam.platform.outbox import Outbox
from tests.standing import StandingLine

# Less than the driver waits for what it cancels, and more than a slow machine needs.
_PATIENCE_SECONDS = 10
_STATEMENT = "select 'the last'"


@pytest.mark.parametrize("scope", ["transaction", "reading", "statement"])
async def test_L06_a_scope_that_is_broken_off_does_not_wait_for_a_server_that_stands_still(
    queue_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scope: str
) -> None:
    monkeypatch.setattr(module, "_BREAK_OFF_SECONDS", 0.1)
    monkeypatch.setattr(module, "_CONNECT_SECONDS", 4 * _PATIENCE_SECONDS)
    line = StandingLine(queue_database, tmp_path, _STATEMENT.encode())
    async with line.open() as url:
        database = Database(url, pool_size=1, publisher=Outbox(SystemClock(), Kinds()))
        await database.open()

        async def use() -> None:
            async with getattr(database, scope)() as db:
                await db.fetch(_STATEMENT)

        using = asyncio.create_task(use())
        await line.stood_still.wait()
        using.cancel()
        ended, _ = await asyncio.wait({using}, timeout=_PATIENCE_SECONDS)
        await database.close()
    assert ended == {using}
    assert using.cancelled()


async def test_L06_what_was_broken_off_is_rolled_back(queue_database: str) -> None:
    database = Database(queue_database, pool_size=1, publisher=Outbox(SystemClock(), Kinds()))
    await database.open()
    begun = asyncio.Event()

    async def write() -> None:
        async with database.transaction() as tx:
            await tx.execute("create table broken_off ()")
            begun.set()
            await tx.fetch("select pg_sleep(60)")

    writing = asyncio.create_task(write())
    await begun.wait()
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    async with database.reading() as db:
        [found] = await db.fetch("select to_regclass('broken_off') as found")
    assert found["found"] is None
    await database.close()
