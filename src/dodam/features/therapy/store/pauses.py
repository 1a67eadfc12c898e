"""Statements on days that are excused: single ones, and pauses."""

from datetime import date

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects.postgresql import insert

from dodam.features.therapy.models.pauses import ExceptionReason, NewPause, Pause
from dodam.features.therapy.store.plans import THIS_CHILD
from dodam.features.therapy.tables import EXCEPTIONAL_DAY, PAUSE
from dodam.platform.statements import Query, Statement


class ExceptionRow(Struct, frozen=True):
    day: date
    reason: ExceptionReason


class PauseCount(Struct, frozen=True):
    count: int


_put_exception = insert(EXCEPTIONAL_DAY).values(
    {column.name: sa.bindparam(column.name) for column in EXCEPTIONAL_DAY.columns}
)
PUT_EXCEPTION = Statement(
    _put_exception.on_conflict_do_update(
        index_elements=[EXCEPTIONAL_DAY.c.child_id, EXCEPTIONAL_DAY.c.day],
        set_={"reason": _put_exception.excluded.reason, "note": _put_exception.excluded.note},
    )
)
DROP_EXCEPTION = Statement(
    sa.delete(EXCEPTIONAL_DAY).where(
        EXCEPTIONAL_DAY.c.child_id == THIS_CHILD, EXCEPTIONAL_DAY.c.day == sa.bindparam("on_day")
    )
)
EXCEPTIONS = Query(
    sa.select(EXCEPTIONAL_DAY.c.day, EXCEPTIONAL_DAY.c.reason).where(
        EXCEPTIONAL_DAY.c.child_id == THIS_CHILD,
        EXCEPTIONAL_DAY.c.day.between(sa.bindparam("from_day"), sa.bindparam("to_day")),
    ),
    ExceptionRow,
)

_COLUMNS = tuple(PAUSE.c[name] for name in Pause.__struct_fields__)
_MOST = sa.bindparam("most", type_=sa.Integer)

INSERT_PAUSE = Statement(
    sa.insert(PAUSE).values({column.name: sa.bindparam(column.name) for column in PAUSE.columns})
)
# Those with a day in a range, the one made last at the end.
PAUSES = Query(
    sa.select(*_COLUMNS)
    .where(
        PAUSE.c.child_id == THIS_CHILD,
        PAUSE.c.from_day <= sa.bindparam("to_day"),
        sa.or_(PAUSE.c.to_day.is_(None), PAUSE.c.to_day >= sa.bindparam("from_day")),
    )
    .order_by(PAUSE.c.created_at, PAUSE.c.id),
    Pause,
)
NEWEST_PAUSES = Query(
    sa.select(*_COLUMNS)
    .where(PAUSE.c.child_id == THIS_CHILD)
    .order_by(PAUSE.c.from_day.desc(), PAUSE.c.id.desc())
    .limit(_MOST),
    Pause,
)
COUNT_PAUSES = Query(
    sa.select(sa.func.count().label("count")).where(
        PAUSE.c.child_id == THIS_CHILD,
        PAUSE.c.made_by.is_not(None) == sa.bindparam("by_staff", type_=sa.Boolean),
    ),
    PauseCount,
)
FIND_PAUSE = Query(
    sa.select(*_COLUMNS).where(PAUSE.c.child_id == THIS_CHILD, PAUSE.c.id == sa.bindparam("pause")),
    Pause,
)
SAME_PAUSE = Query(
    sa.select(*_COLUMNS).where(
        PAUSE.c.child_id == THIS_CHILD,
        *(
            PAUSE.c[name].is_not_distinct_from(sa.bindparam(name, type_=PAUSE.c[name].type))
            for name in NewPause.__struct_fields__
        ),
    ),
    Pause,
)
END_PAUSE = Statement(
    sa.update(PAUSE)
    .where(PAUSE.c.child_id == THIS_CHILD, PAUSE.c.id == sa.bindparam("pause"))
    .values(to_day=sa.bindparam("last_day"))
)
