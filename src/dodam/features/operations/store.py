"""Statements on notices, on what was noticed so far, and on errors that nobody expected."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects.postgresql import ARRAY, insert

from dodam.features.operations.models.failures import Failure, FailureOrder, Seen, Tally
from dodam.features.operations.models.notices import Notice
from dodam.features.operations.tables import DEAD_LETTERS_TOLD, FAILURE, LATE_LANE, NOTICE
from dodam.platform.database import Transaction
from dodam.platform.statements import Query, Statement

# A job is held by a statement that takes less.
_SETTLED = sa.text("interval '5 seconds'")


class Until(Struct):
    until: datetime


class KnownLate(Struct):
    lane: str
    lasted: timedelta


ADD = Statement(
    sa.insert(NOTICE).values(
        **{name: sa.bindparam(name) for name in Notice.__struct_fields__},
    )
)
UNSENT = Query(
    sa.select(*(NOTICE.c[name] for name in Notice.__struct_fields__))
    .where(
        NOTICE.c.id == sa.any_(sa.bindparam("ids", type_=ARRAY(sa.Uuid))),
        NOTICE.c.sent_at.is_(None),
    )
    .order_by(NOTICE.c.id),
    Notice,
)
SENT = Statement(
    sa.update(NOTICE)
    .where(NOTICE.c.id == sa.any_(sa.bindparam("ids", type_=ARRAY(sa.Uuid))))
    .values(sent_at=sa.bindparam("sent_at"))
)
FORGET = Statement(sa.delete(NOTICE).where(NOTICE.c.at < sa.bindparam("before")))

LATE_LANES = Query(
    sa.select(LATE_LANE.c.lane, (sa.func.now() - LATE_LANE.c.since).label("lasted")), KnownLate
)
IS_LATE = Statement(
    insert(LATE_LANE)
    .values(lane=sa.bindparam("lane"), since=sa.bindparam("since"))
    .on_conflict_do_nothing()
)
IS_NOT_LATE = Statement(sa.delete(LATE_LANE).where(LATE_LANE.c.lane == sa.bindparam("lane")))

TOLD_UNTIL = Query(sa.select(DEAD_LETTERS_TOLD.c.until).with_for_update(), Until)
TELL_UNTIL_NOW = Query(
    insert(DEAD_LETTERS_TOLD)
    .values(one=sa.true(), until=sa.func.now() - _SETTLED)
    .on_conflict_do_update(index_elements=["one"], set_={"until": sa.func.now() - _SETTLED})
    .returning(DEAD_LETTERS_TOLD.c.until),
    Until,
)


def _rows(**columns: sa.ColumnElement[Any]) -> Any:
    """A table of given rows, an array a column."""
    return (
        sa.func.unnest(
            *(sa.bindparam(name, type_=ARRAY(each.type)) for name, each in columns.items())
        )
        .table_valued(*(sa.column(name, each.type) for name, each in columns.items()))
        .render_derived(name="given")
    )


def _arrays(rows: Sequence[Struct]) -> dict[str, list[Any]]:
    names = rows[0].__struct_fields__
    return {name: [getattr(row, name) for row in rows] for name in names}


_FAILURE = FAILURE.c
_TALLY = {name: _FAILURE[name] for name in Tally.__struct_fields__}
_seen = _rows(
    **{name: _FAILURE[name] for name in ("fingerprint", "place", "kind", "line", "count")},
    version=_FAILURE.last_version,
    instance=_FAILURE.last_instance,
    request_id=_FAILURE.last_request_id,
    first_at=_FAILURE.first_at,
    last_at=_FAILURE.last_at,
)
_new = {
    "fingerprint": _seen.c.fingerprint,
    "place": _seen.c.place,
    "kind": _seen.c.kind,
    "line": _seen.c.line,
    "count": sa.literal(0),
    "first_at": _seen.c.first_at,
    "first_version": _seen.c.version,
    "last_at": _seen.c.last_at,
    "last_version": _seen.c.version,
    "last_instance": _seen.c.instance,
    "last_request_id": _seen.c.request_id,
    "hour_from": _seen.c.first_at,
    "hour_count": sa.literal(0),
    "told_level": sa.literal(0),
}
# Whoever counts holds the rows until the transaction ends: of all instances one sees what is news.
# All take them in the same order, so that none waits for another that waits for it.
_hold = insert(FAILURE).from_select(
    list(_new), sa.select(*_new.values()).order_by(_seen.c.fingerprint)
)
_HOLD = Query(
    _hold.on_conflict_do_update(
        index_elements=[_FAILURE.fingerprint],
        set_={"fingerprint": _hold.excluded.fingerprint},
    ).returning(*_TALLY.values()),
    Tally,
)
_counted = _rows(**_TALLY)
_COUNT = Statement(
    sa.update(FAILURE)
    .values({name: _counted.c[name] for name in _TALLY})
    .where(_FAILURE.fingerprint == _counted.c.fingerprint)
)


async def hold_failures(tx: Transaction, seen: Sequence[Seen]) -> list[Tally]:
    """What is counted so far of the same fingerprints, for this transaction alone to change."""
    return await _HOLD.all(tx, **_arrays(seen))


async def count_failures(tx: Transaction, tallies: Sequence[Tally]) -> None:
    await _COUNT.execute(tx, **_arrays(tallies))


_FIELDS = tuple(_FAILURE[name] for name in Failure.__struct_fields__)
_ORDERS = {FailureOrder.NEWEST: _FAILURE.last_at, FailureOrder.MOST_FREQUENT: _FAILURE.count}
_RESOLVED = sa.bindparam("resolved", type_=sa.Boolean)


def _page(column: sa.ColumnElement[Any]) -> Query[Failure]:
    return Query(
        sa.select(*_FIELDS)
        .where(
            sa.or_(_RESOLVED.is_(None), _FAILURE.resolved_at.is_not(None) == _RESOLVED),
            sa.or_(
                sa.bindparam("before", type_=column.type).is_(None),
                sa.tuple_(column, _FAILURE.fingerprint)
                < sa.tuple_(
                    sa.bindparam("before", type_=column.type),
                    sa.bindparam("before_id", type_=sa.Text),
                ),
            ),
        )
        .order_by(column.desc(), _FAILURE.fingerprint.desc())
        .limit(sa.bindparam("most")),
        Failure,
    )


FAILURES = {order: _page(column) for order, column in _ORDERS.items()}
FAILURE_OF = Query(
    sa.select(*_FIELDS).where(_FAILURE.fingerprint == sa.bindparam("fingerprint")), Failure
)
RESOLVE = Query(
    sa.update(FAILURE)
    .values(resolved_at=sa.bindparam("resolved_at"))
    .where(
        _FAILURE.fingerprint == sa.bindparam("this"),
        _FAILURE.resolved_at.is_(None),
    )
    .returning(*_FIELDS),
    Failure,
)
FORGET_FAILURES = Statement(sa.delete(FAILURE).where(_FAILURE.last_at < sa.bindparam("before")))
