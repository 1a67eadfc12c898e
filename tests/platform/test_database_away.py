"""L06: a database that goes away is a failure with one name, and is used again when it is back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import asyncpg
import pytest

from dodam.platform import database as module
from dodam.platform.clock import SystemClock
from dodam.platform.database import Database, DatabaseUnavailable, tells_of_absence
from dodam.platform.jobs.kinds import Kinds
from dodam.platform.outbox import Outbox

_MANY = 3
_NOWHERE = "postgresql://nobody@127.0.0.1:1/none"
_END_OTHERS = """
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()
"""


def _database(url: str) -> Database:
    return Database(url, pool_size=_MANY, publisher=Outbox(SystemClock(), Kinds()))


@pytest.fixture
async def database(queue_database: str) -> AsyncIterator[Database]:
    """With as many connections as it may have, all idle."""
    database = _database(queue_database)
    await database.open()
    await asyncio.gather(*(_ask(database) for _ in range(_MANY)))
    yield database
    await database.close()


async def _ask(database: Database) -> str:
    try:
        async with database.transaction() as tx:
            await tx.fetch("select pg_sleep(0.01)")
    except DatabaseUnavailable:
        return "unavailable"
    return "answered"


async def test_L06_connections_that_were_ended_are_told_of_and_replaced(
    database: Database, queue_database: str
) -> None:
    operator = await asyncpg.connect(queue_database)
    try:
        await operator.execute(_END_OTHERS)
    finally:
        await operator.close()
    found = await asyncio.gather(*(_ask(database) for _ in range(10 * _MANY)))
    assert set(found) <= {"answered", "unavailable"}
    assert await asyncio.gather(*(_ask(database) for _ in range(_MANY))) == ["answered"] * _MANY


async def test_L06_a_connection_that_ends_within_a_scope_is_told_of(database: Database) -> None:
    with pytest.raises(DatabaseUnavailable):
        async with database.transaction() as tx:
            await tx.fetch("select pg_terminate_backend(pg_backend_pid())")
    with pytest.raises(DatabaseUnavailable):
        await _go_on_regardless(database)
    assert await _ask(database) == "answered"


async def _go_on_regardless(database: Database) -> None:
    async with database.transaction() as tx:
        with suppress(asyncpg.PostgresError):
            await tx.fetch("select pg_terminate_backend(pg_backend_pid())")
        await tx.fetch("select 1")


async def test_L06_what_is_wrong_with_a_statement_is_not_taken_for_absence(
    database: Database,
) -> None:
    with pytest.raises(asyncpg.DataError):
        async with database.reading() as db:
            await db.fetch("select $1::int", "a word")
    with pytest.raises(asyncpg.DivisionByZeroError) as failure:
        async with database.reading() as db:
            await db.fetch("select 1 / 0")
    assert not tells_of_absence(failure.value)


async def test_L06_nobody_waits_for_a_connection_for_ever(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_WAIT_SECONDS", 0.01)
    async with database.reading(), database.reading(), database.reading():
        assert await _ask(database) == "unavailable"
    assert await _ask(database) == "answered"


async def test_L06_a_process_starts_without_its_database() -> None:
    database = _database(_NOWHERE)
    await database.open()
    assert await _ask(database) == "unavailable"
    await database.close()


async def test_L04_who_does_not_give_a_connection_back_does_not_hold_up_the_end(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_CLOSE_SECONDS", 0.01)

    async def hold() -> None:
        async with database.reading() as db:
            await database.close()
            await db.fetch("select 1")

    with pytest.raises(DatabaseUnavailable):
        await hold()


def test_L06_a_group_of_errors_tells_of_absence_if_each_does() -> None:
    away = [ConnectionRefusedError(), asyncpg.CannotConnectNowError(), DatabaseUnavailable()]
    assert tells_of_absence(ExceptionGroup("", away))
    assert not tells_of_absence(ExceptionGroup("", [*away, ZeroDivisionError()]))
