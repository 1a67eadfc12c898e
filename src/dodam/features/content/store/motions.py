"""Statements on the motion catalogue."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from dodam.features.content.models.motions import Motion, MotionVersion
from dodam.features.content.tables import MOTION, MOTION_VERSION
from dodam.platform.statements import Query, Statement

_MOTION = MOTION.c
_VERSION = MOTION_VERSION.c


class StoredMotion(Motion, frozen=True):
    """`by_staff` says whether staff ever changed it."""

    by_staff: bool = False


_COLUMNS = tuple(_MOTION[name] for name in Motion.__struct_fields__)
_THIS = _MOTION.id == sa.bindparam("motion", type_=sa.Text)
_insert = insert(MOTION).values(
    {column.name: sa.bindparam(column.name) for column in MOTION.columns}
)

ALL = Query(sa.select(*_COLUMNS).order_by(_MOTION.position, _MOTION.id), Motion)
STORED = Query(sa.select(*MOTION.columns), StoredMotion)
ONE = Query(sa.select(*_COLUMNS).where(_THIS), Motion)
PUT = Statement(
    _insert.on_conflict_do_update(
        index_elements=[_MOTION.id],
        set_={
            column.name: _insert.excluded[column.name]
            for column in MOTION.columns
            if not column.primary_key
        },
    )
)
INSERT_VERSION = Statement(
    sa.insert(MOTION_VERSION).values(
        {column.name: sa.bindparam(column.name) for column in MOTION_VERSION.columns}
    )
)
VERSIONS = Query(
    sa.select(*(_VERSION[name] for name in MotionVersion.__struct_fields__))
    .where(
        _VERSION.motion == sa.bindparam("motion", type_=sa.Text),
        _VERSION.version < sa.bindparam("before", type_=sa.Integer),
    )
    .order_by(_VERSION.version.desc())
    .limit(sa.bindparam("most", type_=sa.Integer)),
    MotionVersion,
)
