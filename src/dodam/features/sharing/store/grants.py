"""Statements on grants, and on what was shared by them."""

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects.postgresql import ARRAY, insert

from dodam.features.sharing.models.grants import EndedGrant, Grant
from dodam.features.sharing.tables import DELIVERY, FEED, GRANT, SHARED_RESULT
from dodam.platform.statements import Query, Statement


class GrantRow(Struct, frozen=True):
    id: UUID
    child_id: UUID
    system_id: UUID


class GrantKey(Struct, frozen=True):
    id: UUID


class SharedRow(Struct, frozen=True):
    position: int
    grant_id: UUID
    child_id: UUID
    therapy_day: date


_CHILDS = GRANT.c.child_id == sa.bindparam("child")
_SYSTEMS = GRANT.c.system_id == sa.bindparam("system")
_GOES_ON = GRANT.c.ended_at.is_(None)
_GRANT = tuple(GRANT.c[name] for name in Grant.__struct_fields__)
_ROW = tuple(GRANT.c[name] for name in GrantRow.__struct_fields__)
_end = (
    sa.update(GRANT)
    .where(_GOES_ON)
    .values(ended_at=sa.bindparam("now"), ended_by=sa.bindparam("by"))
    .returning(*_ROW)
)

INSERT = Statement(
    sa.insert(GRANT).values(
        {name: sa.bindparam(name) for name in (*Grant.__struct_fields__, "child_id", "granted_by")}
    )
)
OF_CHILD = Query(
    sa.select(*_GRANT).where(_CHILDS, _GOES_ON).order_by(GRANT.c.granted_at.desc(), GRANT.c.id),
    Grant,
)
FIND = Query(sa.select(*_GRANT).where(_CHILDS, _SYSTEMS, _GOES_ON), Grant)
ENDED = Query(
    sa.select(*(GRANT.c[name] for name in EndedGrant.__struct_fields__))
    .where(_CHILDS, GRANT.c.ended_at.is_not(None))
    .order_by(GRANT.c.ended_at.desc(), GRANT.c.id),
    EndedGrant,
)
RENEW = Query(
    sa.update(GRANT)
    .where(_CHILDS, _SYSTEMS, _GOES_ON)
    .values(consent_version=sa.bindparam("version"))
    .returning(*_GRANT),
    Grant,
)
# By system, so that two transactions that share with the same ones do not block each other.
TO_SHARE_WITH = Query(
    sa.select(*_ROW).where(_CHILDS, _GOES_ON).order_by(GRANT.c.system_id), GrantRow
)
THESE = Query(
    sa.select(*_ROW).where(
        GRANT.c.id == sa.any_(sa.bindparam("grants", type_=ARRAY(sa.Uuid))), _GOES_ON
    ),
    GrantRow,
)
END = Query(_end.where(_CHILDS, _SYSTEMS), GrantRow)
END_CHILDS = Query(_end.where(_CHILDS), GrantRow)
END_SYSTEMS = Query(_end.where(_SYSTEMS), GrantRow)

# The counting row stays locked until what is counted is committed.
_counted = (
    insert(FEED)
    .values(system_id=sa.bindparam("system", type_=sa.Uuid), last=1)
    .on_conflict_do_update(index_elements=[FEED.c.system_id], set_={"last": FEED.c.last + 1})
    .returning(FEED.c.system_id, FEED.c.last)
    .cte("counted")
)
SHARE = Statement(
    sa.insert(SHARED_RESULT).from_select(
        [column.name for column in SHARED_RESULT.columns],
        sa.select(
            _counted.c.system_id,
            _counted.c.last,
            sa.bindparam("grant", type_=sa.Uuid),
            sa.bindparam("day", type_=sa.Date),
            sa.bindparam("now", type_=sa.DateTime(timezone=True)),
        ),
    )
)
# Of grants that go on.
SHARED = Query(
    sa.select(
        SHARED_RESULT.c.position,
        SHARED_RESULT.c.grant_id,
        GRANT.c.child_id,
        SHARED_RESULT.c.therapy_day,
    )
    .join_from(SHARED_RESULT, GRANT)
    .where(
        SHARED_RESULT.c.system_id == sa.bindparam("system"),
        SHARED_RESULT.c.position > sa.bindparam("after"),
        _GOES_ON,
    )
    .order_by(SHARED_RESULT.c.position)
    .limit(sa.bindparam("most", type_=sa.Integer)),
    SharedRow,
)

_of_child = sa.select(GRANT.c.id).where(_CHILDS)
ERASE_CHILD = (
    Statement(sa.delete(DELIVERY).where(DELIVERY.c.grant_id.in_(_of_child))),
    Statement(sa.delete(SHARED_RESULT).where(SHARED_RESULT.c.grant_id.in_(_of_child))),
    Statement(sa.delete(GRANT).where(_CHILDS)),
)
