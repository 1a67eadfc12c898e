"""Lines as rows, and back: a table has a column for each field of its line."""

from collections.abc import Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import asyncpg
import msgspec
import sqlalchemy as sa

from dodam.platform.logging.database.tables import EVENT_LOG, REQUEST_LOG, SCHEMA
from dodam.platform.logging.lines import AnyLine, EventLine, RequestLine

if TYPE_CHECKING:
    from asyncpg import Connection

_JSONB_VERSION = b"\x01"
_SESSION_SETTINGS = {"application_name": "dodam, logs", "timezone": "UTC", "lock_timeout": "5s"}
_CONNECT_SECONDS = 10
_COMMAND_SECONDS = 30


class LogTable:
    """Where lines of a kind are."""

    def __init__(self, table: sa.Table, line: type[AnyLine]) -> None:
        self.table = table
        self._line = line
        self._columns = line.__struct_fields__
        self._row = attrgetter(*self._columns)

    async def copy(
        self, connection: "Connection[asyncpg.Record]", lines: Sequence[AnyLine]
    ) -> None:
        mine = [self._row(line) for line in lines if isinstance(line, self._line)]
        if mine:
            await connection.copy_records_to_table(
                self.table.name, schema_name=SCHEMA, columns=self._columns, records=mine
            )

    def line(self, row: dict[str, Any]) -> AnyLine:
        return msgspec.convert({name: row[name] for name in self._columns}, self._line)


REQUESTS = LogTable(REQUEST_LOG, RequestLine)
EVENTS = LogTable(EVENT_LOG, EventLine)


async def connect(url: str) -> "Connection[asyncpg.Record]":
    """A connection of the log's own, so that it takes none from requests."""
    connection: Connection[asyncpg.Record] = await asyncpg.connect(
        url,
        timeout=_CONNECT_SECONDS,
        command_timeout=_COMMAND_SECONDS,
        server_settings=_SESSION_SETTINGS,
    )
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        encoder=lambda value: _JSONB_VERSION + msgspec.json.encode(value),
        decoder=lambda data: msgspec.json.decode(data[1:]),
        format="binary",
    )
    return connection
