"""The months that lines are stored by.

A partition is made beside its table and then attached, which waits for no reader and no writer
(PostgreSQL's manual, ALTER TABLE: ATTACH PARTITION takes SHARE UPDATE EXCLUSIVE). There is none for
"all other times": attaching beside one looks through it under a lock, and what came there would
never be dropped. A line of no month that is kept is stored as one that says so, by `shipping`.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Protocol

import asyncpg
import sqlalchemy as sa
import structlog
from msgspec import Struct

from dodam.platform.logging.database.tables import EVENT_LOG, REQUEST_LOG, SCHEMA
from dodam.platform.statements import Query, Readable, Writable
from dodam.platform.work import TryLater

_LOG = structlog.get_logger(__name__)
_TABLES = (REQUEST_LOG.name, EVENT_LOG.name)
_NAME = re.compile(rf"(?:{'|'.join(_TABLES)})_(\d{{4}})_(\d{{2}})")
_AHEAD = 2


class Scope(Readable, Writable, Protocol):
    """A transaction."""


class _Partition(Struct):
    name: str


_PARTITIONS = Query(
    sa.text("""
        select partition.relname as name
        from pg_catalog.pg_inherits
        join pg_catalog.pg_class partition on partition.oid = inhrelid
        join pg_catalog.pg_class log on log.oid = inhparent
        join pg_catalog.pg_namespace schema on schema.oid = log.relnamespace
        where schema.nspname = :schema and log.relname = any(cast(:tables as text[]))
        order by name
    """).columns(name=sa.Text),
    _Partition,
)
# Two processes that find a month missing make it one after the other.
_ALONE = "select pg_advisory_xact_lock(5160914213)"
_PATIENCE = "set local lock_timeout = '2s'"


def is_partition(name: str | None) -> bool:
    """Whether a table of this name is a month, which migrations do not know."""
    return name is not None and _NAME.fullmatch(name) is not None


def month_of(instant: datetime) -> datetime:
    """Its first instant, in UTC."""
    return datetime(instant.year, instant.month, 1, tzinfo=UTC)


def later(month: datetime, months: int) -> datetime:
    """The month so many after, or before."""
    years, place = divmod(month.month - 1 + months, 12)
    return month.replace(year=month.year + years, month=place + 1)


def kept_months(now: datetime, months: int) -> tuple[datetime, datetime]:
    """The first month whose lines are kept, of so many before this one, and the last."""
    this = month_of(now)
    return later(this, -months), later(this, _AHEAD)


async def add_months(tx: Scope, months: Iterable[datetime]) -> None:
    """Have a partition for each of them."""
    await tx.execute(_PATIENCE)
    await tx.execute(_ALONE)
    there = {each.name for each in await _PARTITIONS.all(tx, schema=SCHEMA, tables=_TABLES)}
    for month in sorted(months):
        for table in _TABLES:
            name = f"{table}_{month:%Y_%m}"
            if name in there:
                continue
            await tx.execute(f"create table {SCHEMA}.{name} (like {SCHEMA}.{table})")
            await tx.execute(
                f"alter table {SCHEMA}.{table} attach partition {SCHEMA}.{name}"
                f" for values from ('{month.isoformat()}') to ('{later(month, 1).isoformat()}')"
            )


async def make_ahead(tx: Scope, now: datetime) -> None:
    """Have a partition for this month and the next two."""
    await add_months(tx, [later(month_of(now), ahead) for ahead in range(_AHEAD + 1)])


async def drop_old(tx: Scope, now: datetime, months: int) -> None:
    """Drop whole months, once every line of them is older than so many.

    Raises TryLater where somebody reads them for longer than two seconds: nobody who wants to write
    is to wait behind us.
    """
    oldest, _ = kept_months(now, months)
    await tx.execute(_PATIENCE)
    there = await _PARTITIONS.all(tx, schema=SCHEMA, tables=_TABLES)
    old = [each.name for each in there if _month_named(each.name) < oldest]
    try:
        for name in old:
            await tx.execute(f"drop table {SCHEMA}.{name}")
    except asyncpg.LockNotAvailableError:
        raise TryLater("old lines of the log are being read") from None
    if old:
        _LOG.info("old lines of the log were dropped", partitions=old)


def _month_named(partition: str) -> datetime:
    found = _NAME.fullmatch(partition)
    # Whatever else an operator attached is theirs to drop.
    return datetime.max.replace(tzinfo=UTC) if found is None else _first(*found.groups())


def _first(year: str, month: str) -> datetime:
    return datetime(int(year), int(month), 1, tzinfo=UTC)
