"""Statements on the motion catalogue."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from dodam.features.content.models.motions import Motion
from dodam.features.content.tables import MOTION
from dodam.platform.statements import Query, Statement

_insert = insert(MOTION).values(
    {column.name: sa.bindparam(column.name) for column in MOTION.columns}
)

ALL = Query(sa.select(*MOTION.columns).order_by(MOTION.c.position, MOTION.c.id), Motion)
PUT = Statement(
    _insert.on_conflict_do_update(
        index_elements=[MOTION.c.id],
        set_={
            column.name: _insert.excluded[column.name]
            for column in MOTION.columns
            if not column.primary_key
        },
    )
)
