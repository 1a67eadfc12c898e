"""Statements on plans."""

from datetime import date
from uuid import UUID

import sqlalchemy as sa

from dodam.features.therapy.models.plans import Plan
from dodam.features.therapy.tables import PLAN
from dodam.platform.statements import Query, Statement

THIS_CHILD: sa.BindParameter[UUID] = sa.bindparam("child", type_=sa.Uuid)


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
_later = PLAN.alias("later")


def is_not_replaced(first: sa.BindParameter[date]) -> sa.ColumnElement[bool]:
    """Whether a version may count on some day from `first` on.

    It does not where a newer one of its source has begun by then, or by its own first day.
    """
    return ~sa.exists().where(
        _later.c.child_id == PLAN.c.child_id,
        _later.c.source == PLAN.c.source,
        _later.c.version > PLAN.c.version,
        _later.c.starts_on <= sa.func.greatest(PLAN.c.starts_on, first),
        sa.or_(_later.c.ended_on.is_(None), _later.c.ended_on >= _later.c.starts_on),
    )


# Those that count on a day of a range, or may: few, however many versions there are.
COUNTING = Query(
    sa.select(*(PLAN.c[name] for name in Plan.__struct_fields__)).where(
        PLAN.c.child_id == THIS_CHILD,
        PLAN.c.starts_on <= sa.bindparam("to_day"),
        is_not_replaced(sa.bindparam("from_day", type_=sa.Date)),
    ),
    Plan,
)
INSERT_PLAN = Statement(
    sa.insert(PLAN).values(
        {name: sa.bindparam(name) for name in ("child_id", *Plan.__struct_fields__)}
    )
)
END_PLAN = Statement(
    sa.update(PLAN)
    .where(PLAN.c.child_id == THIS_CHILD, PLAN.c.version == sa.bindparam("plan"))
    .values(
        ended_on=sa.bindparam("last_day"),
        ended_at=sa.bindparam("now"),
        ended_by=sa.bindparam("member"),
    )
)
