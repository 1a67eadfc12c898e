"""Statements on streams: what was shared with a system, by position."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects.postgresql import ARRAY, Insert, insert

from dodam.features.sharing.tables import (
    FEED,
    GRANT,
    GRANT_SCOPE,
    SHARED_LOG,
    SHARED_RESULT,
    SHARED_SESSION,
    SWEEP,
)
from dodam.platform.statements import Query, Statement


class DayRow(Struct, frozen=True):
    position: int
    grant_id: UUID
    child_id: UUID
    therapy_day: date
    shared_at: datetime


class SessionRow(DayRow, frozen=True):
    session_id: UUID


class Changed(Struct, frozen=True):
    grant_id: UUID
    therapy_day: date


class Swept(Struct, frozen=True):
    until: datetime


_SYSTEM = sa.bindparam("system", type_=sa.Uuid)
_NOW = sa.bindparam("now", type_=sa.DateTime(timezone=True))
_GRANTS = sa.bindparam("grants", type_=ARRAY(sa.Uuid))


def _counted(how_many: sa.Select[UUID, int]) -> sa.CTE:
    """So many positions more, up to `last`; none if there is no row that says how many.

    The row that counts stays locked until what is shared at them is committed: whoever counts on
    from there commits later.
    """
    new = insert(FEED).from_select(["system_id", "last"], how_many)
    return (
        new.on_conflict_do_update(
            index_elements=[FEED.c.system_id], set_={"last": FEED.c.last + new.excluded.last}
        )
        .returning(FEED.c.last)
        .cte("counted")
    )


def _one_for_each(of: sa.CTE) -> sa.CTE:
    many = sa.func.count()
    return _counted(sa.select(_SYSTEM, many).select_from(of).having(many > sa.literal_column("0")))


def _page(table: sa.Table, names: tuple[str, ...]) -> sa.Select[object]:
    """What is in a stream after a position, of grants that go on and cover it."""
    return (
        sa.select(*(GRANT.c[name] if name == "child_id" else table.c[name] for name in names))
        .join_from(table, GRANT)
        .join(GRANT_SCOPE, GRANT_SCOPE.c.grant_id == GRANT.c.id)
        .where(
            table.c.system_id == _SYSTEM,
            table.c.position > sa.bindparam("after"),
            GRANT.c.ended_at.is_(None),
            GRANT_SCOPE.c.scope == sa.bindparam("scope"),
            GRANT_SCOPE.c.from_day <= table.c.therapy_day,
        )
        .order_by(table.c.position)
        .limit(sa.bindparam("most", type_=sa.Integer))
    )


RESULTS = Query(_page(SHARED_RESULT, DayRow.__struct_fields__), DayRow)
LOGS = Query(_page(SHARED_LOG, DayRow.__struct_fields__), DayRow)
SESSIONS = Query(_page(SHARED_SESSION, SessionRow.__struct_fields__), SessionRow)

_one = _counted(sa.select(_SYSTEM, sa.literal_column("1", sa.BigInteger)))
SHARE_RESULT = Statement(
    sa.insert(SHARED_RESULT).from_select(
        [column.name for column in SHARED_RESULT.columns],
        sa.select(
            _SYSTEM,
            _one.c.last,
            sa.bindparam("grant", type_=sa.Uuid),
            sa.bindparam("day", type_=sa.Date),
            _NOW,
        ),
    )
)


def _share_changes(table: sa.Table, key: str) -> Insert:
    """Share what is not as it was shared. Of what never was, nothing is to be left."""
    names = list(dict.fromkeys(("grant_id", key, "therapy_day", "digest")))
    given = (
        sa.func.unnest(*(sa.bindparam(name, type_=ARRAY(table.c[name].type)) for name in names))
        .table_valued(*(sa.column(name, table.c[name].type) for name in names))
        .render_derived(name="given")
    )
    changed = (
        sa.select(
            given.c.grant_id,
            given.c[key],
            # Of a session that is gone, as it was.
            *(
                sa.func.coalesce(given.c[name], table.c[name]).label(name)
                for name in names
                if name not in {"grant_id", key, "digest"}
            ),
            given.c.digest,
            sa.func.row_number().over().label("number"),
        )
        .join_from(
            given,
            table,
            sa.and_(table.c.grant_id == given.c.grant_id, table.c[key] == given.c[key]),
            isouter=True,
        )
        .where(table.c.digest.is_distinct_from(given.c.digest))
        .cte("changed")
    )
    counted = _one_for_each(changed)
    new = insert(table).from_select(
        ["system_id", "position", "shared_at", *names],
        sa.select(
            _SYSTEM,
            counted.c.last + sa.literal_column("1") - changed.c.number,
            _NOW,
            *(changed.c[name] for name in names),
        ).join_from(changed, counted, sa.true()),
    )
    return new.on_conflict_do_update(
        index_elements=[table.c.grant_id, table.c[key]],
        set_={
            name: new.excluded[name] for name in ("position", "shared_at", "therapy_day", "digest")
        },
    )


SHARE_LOGS = Query(
    _share_changes(SHARED_LOG, "therapy_day").returning(
        SHARED_LOG.c.grant_id, SHARED_LOG.c.therapy_day
    ),
    Changed,
)
SHARE_SESSIONS = Statement(_share_changes(SHARED_SESSION, "session_id"))


def _share_again(table: sa.Table) -> Statement:
    """Move all that was shared by these grants of a system to new positions, in its order."""
    backwards = sa.func.row_number().over(order_by=table.c.position.desc())
    moved = (
        sa.select(table.c.position, backwards.label("number"))
        .where(table.c.system_id == _SYSTEM, table.c.grant_id == sa.any_(_GRANTS))
        .cte("moved")
    )
    counted = _one_for_each(moved)
    return Statement(
        sa.update(table)
        .where(table.c.system_id == _SYSTEM, table.c.position == moved.c.position)
        .values(position=counted.c.last + sa.literal_column("1") - moved.c.number)
    )


SHARE_RESULTS_AGAIN = _share_again(SHARED_RESULT)
SHARE_LOGS_AGAIN = _share_again(SHARED_LOG)
SHARE_SESSIONS_AGAIN = _share_again(SHARED_SESSION)

START_SWEEPS = Statement(insert(SWEEP).values(one=sa.true(), until=_NOW).on_conflict_do_nothing())
# Whoever sweeps at the same time waits, and then finds it done.
LAST_SWEEP = Query(sa.select(SWEEP.c.until).with_for_update(), Swept)
SWEEP_DONE = Statement(sa.update(SWEEP).values(until=_NOW))
