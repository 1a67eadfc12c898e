"""Finding lines in the database, the newest first."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import asyncpg
import sqlalchemy as sa

from dodam.platform.logging.database.rows import EVENTS, REQUESTS, LogTable, connect
from dodam.platform.logging.lines import AnyLine
from dodam.platform.logging.wanted import LEVELS, Wanted
from dodam.platform.statements import Statement

if TYPE_CHECKING:
    from asyncpg import Connection

_PAGE = 200
# Rows are never changed, so where one lies tells apart those of the same microsecond.
_PLACE: sa.ColumnClause[Any] = sa.literal_column("ctid")
_BEHIND = sa.bindparam("place", type_=sa.types.NullType())
_TEXTS = ("route", "error_code", "logger", "event", "task", "fields", "error")


class LogDatabaseUnavailable(Exception):
    """The message is one sentence for the person who searches."""


class LogSearch:
    def __init__(self, connection: "Connection[asyncpg.Record]") -> None:
        self._connection = connection

    async def newest(self, wanted: Wanted) -> AsyncGenerator[AnyLine]:
        """All that fit, the newest first; read page by page, as they are asked for."""
        tables = (REQUESTS,) if wanted.requests_only else (REQUESTS, EVENTS)
        heads: dict[AsyncGenerator[AnyLine], AnyLine] = {}

        async def advance(lines: AsyncGenerator[AnyLine]) -> None:
            head = await anext(lines, None)
            if head is not None:
                heads[lines] = head

        for table in tables:
            await advance(self._of_table(table, wanted))
        while heads:
            lines = max(heads, key=lambda each: heads[each].at)
            yield heads.pop(lines)
            await advance(lines)

    async def _of_table(self, table: LogTable, wanted: Wanted) -> AsyncGenerator[AnyLine]:
        columns = table.table.c
        clause = (
            sa.select(*columns, _PLACE)
            .where(*_conditions(columns, wanted))
            .order_by(columns.at.desc(), _PLACE.desc())
            .limit(_PAGE)
        )
        page = Statement(clause)
        following = Statement(
            clause.where(sa.tuple_(columns.at, _PLACE) < sa.tuple_(sa.bindparam("at"), _BEHIND))
        )
        rows = await self._connection.fetch(page.sql, *page.arguments({}))
        while rows:
            for row in rows:
                yield table.line(dict(row))
            if len(rows) < _PAGE:
                return
            last = rows[-1]
            arguments = following.arguments({"at": last["at"], "place": last["ctid"]})
            rows = await self._connection.fetch(following.sql, *arguments)


@asynccontextmanager
async def searching(url: str) -> AsyncGenerator[LogSearch]:
    """A connection to search on. Raises LogDatabaseUnavailable."""
    try:
        connection = await connect(url)
        try:
            yield LogSearch(connection)
        finally:
            connection.terminate()
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        message = f"The database cannot be searched: {type(error).__name__}."
        raise LogDatabaseUnavailable(message) from error


def _conditions(columns: Any, wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = [
        columns[name] == value
        for name in ("request_id", "account_id", "child_id")
        if (value := getattr(wanted, name)) is not None
    ]
    if wanted.since is not None:
        found.append(columns.at >= wanted.since)
    if wanted.until is not None:
        found.append(columns.at < wanted.until)
    if wanted.route is not None:
        found.append(columns.route.contains(wanted.route, autoescape=True))
    if wanted.statuses is not None:
        found.append(columns.status.between(wanted.statuses.lowest, wanted.statuses.highest))
    if wanted.level is not None:
        found.append(columns.importance >= wanted.level)
        if "level" in columns:
            # What is kept is important whatever its level.
            found += [
                columns.level != name for name, level in LEVELS.items() if level < wanted.level
            ]
    if wanted.text is not None:
        texts = (columns[name] for name in _TEXTS if name in columns)
        found.append(
            sa.or_(
                *(sa.cast(each, sa.Text).icontains(wanted.text, autoescape=True) for each in texts)
            )
        )
    return found
