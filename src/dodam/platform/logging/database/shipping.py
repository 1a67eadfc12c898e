"""From the segments of this machine into the database, each line once."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import asyncpg
import msgspec
import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects.postgresql import insert

from dodam.platform.clock import Clock
from dodam.platform.logging.database.partitions import (
    add_months,
    kept_months,
    later,
    month_of,
)
from dodam.platform.logging.database.rows import EVENTS, REQUESTS, connect
from dodam.platform.logging.database.tables import LOG_PLACE
from dodam.platform.logging.lines import AnyLine, EventLine
from dodam.platform.logging.segments import Destination, Segment
from dodam.platform.logging.spool import Spool
from dodam.platform.logging.undelivered import Undelivered
from dodam.platform.statements import Query, Statement, Writable

if TYPE_CHECKING:
    from asyncpg import Connection

# About 500 lines: few enough that requests of the same process do not wait while they are encoded.
_BATCH_BYTES = 256 * 1024
# What PostgreSQL says of a value that it does not hold, such as a text with a NUL.
_REFUSED = (
    asyncpg.DataError,
    asyncpg.ProgramLimitExceededError,
    asyncpg.StatementTooComplexError,
    OverflowError,
    ValueError,
)


class _Place(Struct):
    offset: int


_PLACE = Query(
    sa.select(LOG_PLACE.c.offset).where(
        LOG_PLACE.c.run == sa.bindparam("run"), LOG_PLACE.c.segment == sa.bindparam("segment")
    ),
    _Place,
)
_INSERT = insert(LOG_PLACE).values(
    run=sa.bindparam("run"),
    segment=sa.bindparam("segment"),
    offset=sa.bindparam("offset"),
    at=sa.bindparam("at"),
)
# No row where another process was there meanwhile.
_ADVANCE = Statement(
    _INSERT.on_conflict_do_update(
        index_elements=[LOG_PLACE.c.run, LOG_PLACE.c.segment],
        set_={"offset": _INSERT.excluded.offset, "at": _INSERT.excluded.at},
        where=LOG_PLACE.c.offset == sa.bindparam("known"),
    )
)
_FORGET_PLACES = Statement(sa.delete(LOG_PLACE).where(LOG_PLACE.c.at < sa.bindparam("before")))


class _Overtaken(Exception):
    """Another process stores these lines."""


class DatabaseShipping:
    """Copies lines and the place reached in one transaction, so that none is there twice.

    Lines of the last `months` months; what claims to be older, or to come, is an event of today.
    """

    destination = Destination.DATABASE

    def __init__(self, url: str, clock: Clock, *, months: int) -> None:
        self._url = url
        self._clock = clock
        self._months = months
        self._connection: Connection[asyncpg.Record] | None = None
        self._made: set[datetime] = set()
        self._undelivered = Undelivered(self.destination)

    async def deliver(self, spool: Spool) -> None:
        """Copy what is not there yet. Raises what the driver and the disk raise."""
        if self._connection is None:
            self._connection = await connect(self._url)
            self._made.clear()
        for segment in await asyncio.to_thread(self._undelivered.segments, spool):
            await self._copy_segment(self._connection, segment)

    def close(self) -> None:
        """Drop the connection, whatever it is doing; the next delivery makes a new one."""
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None

    async def _copy_segment(
        self, connection: "Connection[asyncpg.Record]", segment: Segment
    ) -> None:
        # Asked first: what is read to its end afterwards is whole.
        is_closed = segment.is_closed
        place = await _PLACE.first(connection, run=segment.run, segment=segment.name)
        offset = 0 if place is None else place.offset
        try:
            with segment.reading(offset) as reader:
                while lines := await asyncio.to_thread(reader.read, _BATCH_BYTES):
                    await self._store(connection, segment, lines, (offset, reader.offset))
                    offset = reader.offset
        except (FileNotFoundError, _Overtaken):
            return
        if is_closed:
            await asyncio.to_thread(segment.acknowledge, self.destination)

    async def _store(
        self,
        connection: "Connection[asyncpg.Record]",
        segment: Segment,
        lines: Sequence[AnyLine],
        places: tuple[int, int],
    ) -> None:
        now = self._clock.now()
        first, last = kept_months(now, self._months)
        end = later(last, 1)
        fitting = [
            line
            if first <= line.at < end
            else _retold(line, now, "a line of the log is not of these months")
            for line in lines
        ]
        missing = {month_of(line.at) for line in fitting} - self._made
        if missing:
            async with connection.transaction():
                await add_months(connection, missing)
            self._made |= missing
        async with connection.transaction():
            before, after = places
            advanced = await _ADVANCE.execute(
                connection,
                run=segment.run,
                segment=segment.name,
                offset=after,
                at=now,
                known=before,
            )
            if not advanced:
                raise _Overtaken
            await _copy(connection, fitting)


async def _copy(connection: "Connection[asyncpg.Record]", lines: Sequence[AnyLine]) -> None:
    """What the database does not take is found by halves, and stored as words about it."""
    try:
        async with connection.transaction():
            await REQUESTS.copy(connection, lines)
            await EVENTS.copy(connection, lines)
    except _REFUSED:
        half = len(lines) // 2
        if half:
            await _copy(connection, lines[:half])
            await _copy(connection, lines[half:])
        else:
            [line] = lines
            told = _retold(line, line.at, "the database does not take a line of the log")
            await EVENTS.copy(connection, [told])


def _retold(line: AnyLine, at: datetime, event: str) -> EventLine:
    """An event that holds a line as text, in which whatever was wrong with it is escaped."""
    return EventLine(
        at=at,
        instance=__name__,
        importance=line.importance,
        request_id=line.request_id,
        account_id=line.account_id,
        child_id=line.child_id,
        level="warning",
        logger=__name__,
        event=event,
        fields={"line": msgspec.json.encode(line).decode()},
    )


async def forget_places(tx: Writable, now: datetime, months: int) -> None:
    """Drop how far segments came whose lines are no longer kept."""
    oldest, _ = kept_months(now, months)
    await _FORGET_PLACES.execute(tx, before=oldest)
