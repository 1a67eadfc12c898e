"""Statements on care teams' decisions, whose rows are versions."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on

from dodam.features.difficulty.models.levels import Decision
from dodam.features.difficulty.tables import DECISION
from dodam.platform.statements import Query, Statement

_COLUMNS = tuple(DECISION.c[name] for name in Decision.__struct_fields__)
_OF_CHILD = DECISION.c.child_id == sa.bindparam("child")
_OF_ONE = (
    _OF_CHILD,
    DECISION.c.motion == sa.bindparam("motion"),
    DECISION.c.hand == sa.bindparam("hand"),
)

NEWEST_OF_ALL = Query(
    sa.select(*_COLUMNS)
    .ext(distinct_on(DECISION.c.motion, DECISION.c.hand))
    .where(_OF_CHILD)
    .order_by(DECISION.c.motion, DECISION.c.hand, DECISION.c.version.desc()),
    Decision,
)
_history = sa.select(*_COLUMNS).where(*_OF_ONE).order_by(DECISION.c.version.desc())
HISTORY = Query(_history, Decision)
NEWEST = Query(_history.limit(1), Decision)
ADD = Statement(
    sa.insert(DECISION).values(
        {column.name: sa.bindparam(column.name) for column in DECISION.columns}
    )
)

ERASE = Statement(sa.delete(DECISION).where(_OF_CHILD))
FORGET_WHO = Statement(
    sa.update(DECISION).where(_OF_CHILD).values(reason=sa.null(), made_by=sa.null())
)
