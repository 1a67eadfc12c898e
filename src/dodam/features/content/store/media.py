"""Statements on images, videos and sounds."""

from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects.postgresql import ARRAY, insert

from dodam.features.content.models.media import Medium
from dodam.features.content.tables import MEDIUM, MEDIUM_USE
from dodam.platform.statements import Query, Statement

_MEDIUM = MEDIUM.c
_USE = MEDIUM_USE.c
_COLUMNS = tuple(_MEDIUM[name] for name in Medium.__struct_fields__)
_THIS = _MEDIUM.id == sa.bindparam("medium", type_=sa.Uuid)
_IDS = sa.bindparam("ids", type_=ARRAY(sa.Uuid))


class Use(Struct, frozen=True):
    medium_id: UUID
    used_by: str


class Name(Struct, frozen=True):
    name: str


ALL = Query(sa.select(*_COLUMNS), Medium)
PAGE = Query(
    sa.select(*_COLUMNS)
    .where(_MEDIUM.id < sa.bindparam("before", type_=sa.Uuid))
    .order_by(_MEDIUM.id.desc())
    .limit(sa.bindparam("most", type_=sa.Integer)),
    Medium,
)
ONE = Query(sa.select(*_COLUMNS).where(_THIS), Medium)
NAMED = Query(sa.select(*_COLUMNS).where(_MEDIUM.name == sa.bindparam("name")), Medium)
NAMES = Query(
    sa.select(_MEDIUM.name).where(
        _MEDIUM.name == sa.any_(sa.bindparam("names", type_=ARRAY(sa.Text)))
    ),
    Name,
)
INSERT = Statement(
    sa.insert(MEDIUM).values({column.name: sa.bindparam(column.name) for column in _COLUMNS})
)
DESCRIBE = Statement(
    sa.update(MEDIUM)
    .where(_THIS)
    .values(title=sa.bindparam("title"), alt=sa.bindparam("alt", type_=MEDIUM.c.alt.type))
)
# Waits for those who are about to show it, as they wait for it.
HOLD_TO_DELETE = Query(sa.select(*_COLUMNS).where(_THIS).with_for_update(), Medium)
DELETE = Statement(sa.delete(MEDIUM).where(_THIS))
HOLD_TO_USE = Query(
    sa.select(*_COLUMNS)
    .where(_MEDIUM.id == sa.any_(_IDS))
    .order_by(_MEDIUM.id)
    .with_for_update(read=True, key_share=True),
    Medium,
)
USES = Query(
    sa.select(*MEDIUM_USE.columns)
    .where(_USE.medium_id == sa.any_(_IDS))
    .order_by(_USE.medium_id, _USE.used_by),
    Use,
)
FORGET_USES = Statement(sa.delete(MEDIUM_USE).where(_USE.used_by == sa.bindparam("used_by")))
USE = Statement(
    insert(MEDIUM_USE).from_select(
        ["used_by", "medium_id"],
        sa.select(sa.bindparam("used_by", type_=sa.Text), sa.func.unnest(_IDS)),
    )
)
