"""L07: a statement that takes long is told of by name, time and rows, without its parameters."""

import gc
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest
import sqlalchemy as sa
from msgspec import Struct
from structlog.testing import capture_logs

from dodam.bootstrap import Dodam
from dodam.features.audit.store import PAGE
from dodam.platform.clock import SystemClock
from dodam.platform.database import Database
from dodam.platform.jobs.kinds import Kinds
from dodam.platform.outbox import Outbox
from dodam.platform.statement_names import UNNAMED, name_of
from dodam.platform.statements import Query, Statement


class Row(Struct):
    number: int


_NUMBERS = Query(
    sa.text("select number from generate_series(1, cast(:most as int)) number where :word <> ''"),
    Row,
)
_SLEEP = Statement(sa.text("select pg_sleep(60)"))


@asynccontextmanager
async def opened(database_url: str, slow_query_ms: float) -> AsyncGenerator[Database]:
    publisher = Outbox(SystemClock(), Kinds())
    database = Database(database_url, pool_size=2, publisher=publisher, slow_query_ms=slow_query_ms)
    await database.open()
    try:
        yield database
    finally:
        await database.close()


async def said(database: Database, word: str) -> list[Any]:
    with capture_logs() as lines:
        async with database.transaction() as tx:
            assert len(await _NUMBERS.all(tx, most=3, word=word)) == 3
            await tx.execute("create temporary table noted (word text) on commit drop")
            await tx.execute("insert into noted values ($1), ($1)", word)
    return lines


async def sleep_beyond_a_limit(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.execute("set local statement_timeout = 1")
        await _SLEEP.execute(tx)


async def test_L07_what_takes_long_is_told_by_name_and_rows(database_url: str) -> None:
    async with opened(database_url, slow_query_ms=0) as database:
        lines = await said(database, "김민준")
    assert {each["event"] for each in lines} == {"slow statement"}
    assert {each["log_level"] for each in lines} == {"warning"}
    assert [each["rows"] for each in lines] == [3, None, 2]
    assert all(each["ms"] >= 0 for each in lines)
    assert "김민준" not in str(lines)


async def test_L07_what_is_done_soon_is_not_told_of(database_url: str) -> None:
    async with opened(database_url, slow_query_ms=3_600_000) as database:
        assert await said(database, "김민준") == []


async def test_L07_what_a_limit_breaks_off_took_long_whatever_counts_as_long(
    database_url: str,
) -> None:
    async with opened(database_url, slow_query_ms=3_600_000) as database:
        with capture_logs() as lines, pytest.raises(asyncpg.QueryCanceledError):
            await sleep_beyond_a_limit(database)
    [line] = lines
    assert line["reason"] == "QueryCanceledError"


def test_L07_every_statement_has_a_name(system: Dodam) -> None:
    del system
    gc.unfreeze()  # what is frozen is not listed
    all_there_are = gc.get_objects()
    gc.freeze()
    ours = [
        each
        for each in all_there_are
        if isinstance(each, Statement) and each not in (_NUMBERS, _SLEEP)
    ]
    assert len(ours) > 500
    assert [each.sql for each in ours if name_of(each.sql) == UNNAMED] == []
    assert name_of(_NUMBERS.sql) == UNNAMED


def test_L07_a_name_is_the_place_in_the_code(system: Dodam) -> None:
    del system
    assert name_of(PAGE.sql) == "audit.store.PAGE"
