"""Statements on pauses."""

import sqlalchemy as sa

from dodam.features.therapy.models.pauses import Pause
from dodam.features.therapy.store.plans import THIS_CHILD
from dodam.features.therapy.tables import PAUSE
from dodam.platform.statements import Query, Statement

_COLUMNS = tuple(PAUSE.c[name] for name in Pause.__struct_fields__)
_MOST = sa.bindparam("most", type_=sa.Integer)

INSERT = Statement(
    sa.insert(PAUSE).values({column.name: sa.bindparam(column.name) for column in PAUSE.columns})
)
# Those with a day in a range.
BETWEEN = Query(
    sa.select(*_COLUMNS).where(
        PAUSE.c.child_id == THIS_CHILD,
        PAUSE.c.from_day <= sa.bindparam("to_day"),
        sa.or_(PAUSE.c.to_day.is_(None), PAUSE.c.to_day >= sa.bindparam("from_day")),
    ),
    Pause,
)
NEWEST = Query(
    sa.select(*_COLUMNS)
    .where(PAUSE.c.child_id == THIS_CHILD)
    .order_by(PAUSE.c.from_day.desc(), PAUSE.c.id.desc())
    .limit(_MOST),
    Pause,
)
FIND = Query(
    sa.select(*_COLUMNS).where(PAUSE.c.child_id == THIS_CHILD, PAUSE.c.id == sa.bindparam("pause")),
    Pause,
)
END = Statement(
    sa.update(PAUSE)
    .where(PAUSE.c.child_id == THIS_CHILD, PAUSE.c.id == sa.bindparam("pause"))
    .values(to_day=sa.bindparam("last_day"))
)
