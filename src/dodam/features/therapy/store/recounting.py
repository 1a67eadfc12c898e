"""Counting the sums of days and sessions anew, while uploads go on.

An upload takes the rows of its days first, then those of its sessions, each until it is committed.
A correction takes them in the same order, adding empty ones where there are none: what came before
is then committed, and what comes after waits, and adds to what was counted. Each statement sees
what is committed when it begins, so no play is missed and none counts twice.
"""

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects.postgresql import ARRAY, insert

from dodam.features.therapy.store.goals import GIVEN_DAYS, is_given
from dodam.features.therapy.store.summing import keys, summed
from dodam.features.therapy.tables import (
    DAILY_ACTIVITY_LOG,
    DAILY_MOTION_LOG,
    PLAY_RECORD,
    THERAPY_RESULT,
)
from dodam.platform.database import Transaction
from dodam.platform.statements import Statement

_GIVEN_SESSIONS = (
    sa.func.unnest(
        sa.bindparam("children", type_=ARRAY(sa.Uuid)),
        sa.bindparam("sessions", type_=ARRAY(sa.Uuid)),
    )
    .table_valued(sa.column("child_id", sa.Uuid), sa.column("session_id", sa.Uuid))
    .render_derived(name="given")
)
_GIVEN = {
    DAILY_ACTIVITY_LOG: GIVEN_DAYS,
    DAILY_MOTION_LOG: GIVEN_DAYS,
    THERAPY_RESULT: _GIVEN_SESSIONS,
}


def _is_given(table: sa.Table, row: sa.Table) -> sa.ColumnElement[bool]:
    if _GIVEN[table] is GIVEN_DAYS:
        return is_given(row)
    return sa.and_(
        row.c.child_id == _GIVEN_SESSIONS.c.child_id,
        row.c.session_id == _GIVEN_SESSIONS.c.session_id,
    )


def _hold(table: sa.Table) -> Statement:
    given = _GIVEN[table].c
    # Whatever stands in an empty row is counted over, or the row is gone, before anybody sees it.
    empty = {
        column.name: sa.cast(
            sa.func.now() if isinstance(column.type, sa.DateTime | sa.Date) else 0, column.type
        )
        for column in table.columns
        if column.name not in keys(table)
    }
    by = [given[name] for name in keys(table)]
    return Statement(
        insert(table)
        .from_select([*keys(table), *empty], sa.select(*by, *empty.values()).order_by(*by))
        .on_conflict_do_update(index_elements=keys(table), set_={"plays": table.c.plays})
    )


def _drop_empty(table: sa.Table) -> Statement:
    counted = sa.exists().where(
        *(PLAY_RECORD.c[name] == table.c[name] for name in keys(table)),
        PLAY_RECORD.c.voided_at.is_(None),
    )
    return Statement(sa.delete(table).where(_is_given(table, table), ~counted))


def _count(table: sa.Table) -> Statement:
    by = [PLAY_RECORD.c[name] for name in keys(table)]
    sums = summed(table, PLAY_RECORD.c)
    new = insert(table).from_select(
        [*keys(table), *sums],
        sa.select(*by, *sums.values())
        .join_from(_GIVEN[table], PLAY_RECORD, _is_given(table, PLAY_RECORD))
        .where(PLAY_RECORD.c.voided_at.is_(None))
        .group_by(*by)
        .order_by(*by),
    )
    return Statement(
        new.on_conflict_do_update(
            index_elements=keys(table), set_={name: new.excluded[name] for name in sums}
        )
    )


_HOLD = [(table, _hold(table)) for table in (DAILY_ACTIVITY_LOG, THERAPY_RESULT)]
_RECOUNT = [(table, make(table)) for table in _GIVEN for make in (_drop_empty, _count)]


class Touched(Struct, frozen=True):
    """Days and sessions of children, some plays of which are corrected."""

    days: set[tuple[UUID, date]]
    sessions: set[tuple[UUID, UUID]]

    async def hold(self, tx: Transaction) -> None:
        """Let nobody else add to them before `tx` ends."""
        for table, statement in _HOLD:
            await statement.execute(tx, **self._parameters(table))

    async def recount(self, tx: Transaction) -> None:
        """Once held, have their sums be those of their plays; of no plays there are none."""
        for table, statement in _RECOUNT:
            await statement.execute(tx, **self._parameters(table))

    def _parameters(self, table: sa.Table) -> dict[str, object]:
        if _GIVEN[table] is GIVEN_DAYS:
            return {
                "children": [child for child, _ in self.days],
                "days": [day for _, day in self.days],
            }
        return {
            "children": [child for child, _ in self.sessions],
            "sessions": [session for _, session in self.sessions],
        }
