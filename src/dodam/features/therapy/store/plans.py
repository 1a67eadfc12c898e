"""Statements on plans and exceptional days."""

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects.postgresql import insert

from dodam.features.therapy.models.plans import Plan
from dodam.features.therapy.models.results import ExceptionReason
from dodam.features.therapy.tables import (
    EXCEPTIONAL_DAY,
    PLAN,
)
from dodam.platform.statements import Query, Statement

THIS_CHILD: sa.BindParameter[UUID] = sa.bindparam("child", type_=sa.Uuid)


class ExceptionRow(Struct, frozen=True):
    day: date
    reason: ExceptionReason


# Plans of one child are made one after the other, so that versions have no gap and no twin.
LOCK_PLANS = Statement(
    sa.select(
        sa.func.pg_advisory_xact_lock(
            sa.func.hashtextextended(sa.cast(THIS_CHILD, sa.Text), 1),
        )
    )
)
PLANS = Query(
    sa.select(*(PLAN.c[name] for name in Plan.__struct_fields__))
    .where(PLAN.c.child_id == THIS_CHILD)
    .order_by(PLAN.c.version.desc()),
    Plan,
)
INSERT_PLAN = Statement(
    sa.insert(PLAN).values(
        {name: sa.bindparam(name) for name in ("child_id", *Plan.__struct_fields__)}
    )
)

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
