"""L01: lines are stored by months, which are made ahead and dropped as a whole."""

import asyncio
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from dodam.bootstrap import build
from dodam.migrations import drift
from dodam.platform.database import Database
from dodam.platform.logging.database.partitions import add_months, drop_old, make_ahead
from dodam.platform.settings import Settings
from dodam.platform.work import TryLater
from tests.clock import NOON, StoppedClock
from tests.house import House
from tests.logging.stored import MONTHS, on


async def _months(url: str) -> list[str]:
    rows = await on(
        url,
        "select tablename from pg_tables where schemaname = 'ops' and tablename like '%\\_log\\_%'"
        " order by 1",
    )
    return [row["tablename"] for row in rows]


async def _make(url: str, *months: datetime) -> None:
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            await add_months(connection, months)
    finally:
        await connection.close()


def _month(year: int, month: int) -> datetime:
    return datetime(year, month, 1, tzinfo=UTC)


async def test_L01_this_month_and_the_next_two_are_made_again_and_again(log_url: str) -> None:
    connection = await asyncpg.connect(log_url)
    for _ in range(2):
        async with connection.transaction():
            await make_ahead(connection, datetime(2026, 11, 30, 23, tzinfo=UTC))
    await connection.close()
    assert await _months(log_url) == [
        f"{log}_{month}"
        for log in ("event_log", "request_log")
        for month in ("2026_11", "2026_12", "2027_01")
    ]


async def test_L01_several_that_find_a_month_missing_make_it_once(log_url: str) -> None:
    await asyncio.gather(*(_make(log_url, _month(2026, 3), _month(2026, 4)) for _ in range(8)))
    assert len(await _months(log_url)) == 4


async def test_L01_a_month_is_made_while_lines_are_copied_and_read(log_url: str) -> None:
    await _make(log_url, _month(2026, 3))
    writer = await asyncpg.connect(log_url)
    async with writer.transaction():
        await writer.execute("select count(*) from ops.event_log")
        await writer.execute(
            "insert into ops.event_log (at, instance, importance, level, logger, event, fields)"
            " values ('2026-03-18', 'a', 20, 'info', 'b', 'c', '{}')"
        )
        await _make(log_url, _month(2026, 4))
    await writer.close()
    assert len(await _months(log_url)) == 4


async def test_L01_migrations_and_tables_agree_whatever_months_there_are(log_url: str) -> None:
    await _make(log_url, _month(2026, 3), _month(2026, 4))
    assert await drift(log_url) == []


async def _drop(url: str, now: datetime, months: int = MONTHS) -> None:
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            await drop_old(connection, now, months)
    finally:
        await connection.close()


@pytest.mark.parametrize(
    ("now", "left"),
    [
        (datetime(2026, 3, 1, tzinfo=UTC), ["2025_03", "2025_04"]),
        (datetime(2026, 2, 28, 23, 59, tzinfo=UTC), ["2025_02", "2025_03", "2025_04"]),
        (datetime(2026, 4, 1, tzinfo=UTC), ["2025_04"]),
        (datetime(2027, 1, 1, tzinfo=UTC), []),
    ],
)
async def test_L01_a_month_is_dropped_once_all_its_lines_are_older_than_is_kept(
    log_url: str, now: datetime, left: list[str]
) -> None:
    await _make(log_url, *(_month(2025, month) for month in (2, 3, 4)))
    await _drop(log_url, now)
    assert [name for name in await _months(log_url) if name.startswith("event")] == [
        f"event_log_{month}" for month in left
    ]


async def test_L01_what_is_being_read_is_dropped_later_and_nobody_waits_for_it(
    log_url: str,
) -> None:
    await _make(log_url, _month(2020, 1), _month(2026, 3))
    reader = await asyncpg.connect(log_url)
    async with reader.transaction():
        await reader.execute("select * from ops.event_log")
        with pytest.raises(TryLater):
            await _drop(log_url, NOON)
        assert len(await _months(log_url)) == 4
    await reader.close()
    await _drop(log_url, NOON)
    assert len(await _months(log_url)) == 2


async def test_L01_a_table_that_somebody_else_attached_stays(log_url: str) -> None:
    await on(
        log_url,
        "create table ops.kept_for_the_court partition of ops.event_log"
        " for values from ('2019-01-01') to ('2020-01-01')",
    )
    await _drop(log_url, NOON)
    assert await on(log_url, "select * from ops.kept_for_the_court") == []


async def test_L01_each_night_months_are_made_and_old_ones_dropped(
    house: House, clock: StoppedClock
) -> None:
    async def night(chore: str) -> None:
        async with house.dodam.database.transaction() as tx:
            await house.dodam.chores[chore](tx)

    async def months(database: Database) -> int:
        async with database.reading() as db:
            return len(
                await db.fetch(
                    "select from pg_inherits join pg_class p on p.oid = inhparent"
                    " where relkind = 'p'"
                )
            )

    await night("make-log-months")
    assert await months(house.dodam.database) == 6
    clock.set(NOON + timedelta(days=500))
    await night("make-log-months")
    await night("drop-old-log-months")
    assert await months(house.dodam.database) == 6


def test_L01_where_lines_do_not_go_to_the_database_nothing_is_done_about_months(
    settings: Settings, database_url: str
) -> None:
    without = build(settings.model_copy(update={"log_database": False}), database_url)
    assert not [name for name in without.chores if "log" in name]
