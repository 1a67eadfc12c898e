"""What changes seldom and is read all the time, kept in memory by every process.

Each such thing has a name and a mark, which the transaction that changes it sets anew. A process
looks at the mark once a second at most, and reads the thing again when it is another: so a change
is seen by the process that made it at once, and by every other within a second.
"""

from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Generic, TypeVar
from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects.postgresql import insert

from dodam.platform.database import Reading, Transaction
from dodam.platform.ids import new_id
from dodam.platform.statements import Query, Statement
from dodam.platform.tables import METADATA

Kept = TypeVar("Kept")

_LOOK_AGAIN_SECONDS = 1.0

REVISION = sa.Table(
    "revision",
    METADATA,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("mark", sa.Uuid, nullable=False),
    schema="revisions",
)


class _Mark(Struct):
    mark: UUID


_insert = insert(REVISION).values(name=sa.bindparam("name"), mark=sa.bindparam("mark"))
_SET = Statement(
    _insert.on_conflict_do_update(
        index_elements=[REVISION.c.name], set_={"mark": _insert.excluded.mark}
    )
)
_MARK = Query(sa.select(REVISION.c.mark).where(REVISION.c.name == sa.bindparam("name")), _Mark)


class Revised(Generic[Kept]):
    """One thing, as `read` reads it from the database; what it gives is shared, not to be changed.

    `name` is the same in every process.
    """

    def __init__(self, name: str, read: Callable[[Reading], Awaitable[Kept]]) -> None:
        self._name = name
        self._read = read
        self._kept: tuple[UUID | None, Kept] | None = None
        self._looked_at = 0.0
        self._changes = 0

    async def current(self, db: Reading) -> Kept:
        """The thing as it is, or as it was less than a second ago."""
        now = monotonic()
        if self._kept is not None and now - self._looked_at < _LOOK_AGAIN_SECONDS:
            return self._kept[1]
        changes = self._changes
        # The mark first: a change between the two is read again, and never missed.
        found = await _MARK.first(db, name=self._name)
        mark = found.mark if found else None
        if self._kept is None or self._kept[0] != mark:
            self._kept = mark, await self._read(db)
        # What was changed here meanwhile may have been read as it was before.
        self._looked_at = now if changes == self._changes else 0.0
        return self._kept[1]

    async def changed(self, tx: Transaction) -> None:
        """Let every process read it again, if and only if this transaction commits.

        Transactions that change the same thing wait for each other from here on.
        """
        await _SET.execute(tx, name=self._name, mark=new_id())
        tx.after_commit.append(self._look_again)

    async def _look_again(self) -> None:
        self._changes += 1
        self._looked_at = 0.0
