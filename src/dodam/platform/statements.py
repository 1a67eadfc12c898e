"""SQLAlchemy Core statements, compiled once at import and run on asyncpg as they are.

A statement names its columns in Python, so renames and typos are found by tools, yet costs no
more at run time than hand-written SQL: text and parameter order are fixed when it is built.
"""

from collections.abc import Mapping, Sequence
from typing import Generic, Protocol, TypeVar

import asyncpg
import msgspec
from sqlalchemy.dialects.postgresql import asyncpg as dialect
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import CompilerElement


class Readable(Protocol):
    """What a query needs of a scope."""

    async def fetch(self, query: str, *args: object) -> Sequence[asyncpg.Record]: ...


class Writable(Protocol):
    """What a statement without rows needs of a scope."""

    async def execute(self, query: str, *args: object) -> str: ...


_DIALECT = dialect.dialect()


class Statement:
    """A statement that returns no rows."""

    def __init__(self, clause: CompilerElement) -> None:
        compiled = clause.compile(dialect=_DIALECT)
        if not isinstance(compiled, SQLCompiler):
            message = f"{clause!r} is not a statement"
            raise TypeError(message)
        self.sql = str(compiled)
        self._names = tuple(compiled.positiontup or ())
        self._literals = {
            name: compiled.params[name]
            for parameter, name in compiled.bind_names.items()
            if not parameter.required
        }

    def arguments(self, values: Mapping[str, object]) -> list[object]:
        """The values in the order of the statement's `$1`, `$2`, …; literals filled in."""
        literals = self._literals
        return [values[name] if name in values else literals[name] for name in self._names]

    async def execute(self, on: Writable, **values: object) -> int:
        """Run it; the number of rows it touched."""
        status = await on.execute(self.sql, *self.arguments(values))
        return int(status.rpartition(" ")[2])


Row = TypeVar("Row", bound=msgspec.Struct)


class Query(Statement, Generic[Row]):
    """A statement whose rows are structs: a column for every field, by name."""

    def __init__(self, clause: CompilerElement, row: type[Row]) -> None:
        super().__init__(clause)
        self._row = row

    async def all(self, on: Readable, **values: object) -> list[Row]:
        rows = await on.fetch(self.sql, *self.arguments(values))
        return msgspec.convert([dict(row) for row in rows], list[self._row])

    async def first(self, on: Readable, **values: object) -> Row | None:
        rows = await self.all(on, **values)
        return rows[0] if rows else None
