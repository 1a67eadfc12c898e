"""Statements on grants and what they cover."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, aggregate_order_by, insert

from dodam.features.sharing.models.grants import EndedGrant, Grant
from dodam.features.sharing.tables import (
    DELIVERY,
    GRANT,
    GRANT_SCOPE,
    SHARED_LOG,
    SHARED_RESULT,
    SHARED_SESSION,
)
from dodam.platform.statements import Query, Statement


class GrantRow(Struct, frozen=True):
    id: UUID
    child_id: UUID
    system_id: UUID


class Covering(GrantRow, frozen=True):
    """A grant, as far as it covers one scope."""

    consent_version: int
    from_day: date
    behind_since: datetime | None


_THIS = GRANT.c.id == sa.bindparam("grant")
_GRANTS: sa.BindParameter[Sequence[UUID]] = sa.bindparam("grants", type_=ARRAY(sa.Uuid))
_CHILDS = GRANT.c.child_id == sa.bindparam("child")
_SYSTEMS = GRANT.c.system_id == sa.bindparam("system")
_GOES_ON = GRANT.c.ended_at.is_(None)
_covered = sa.func.jsonb_build_object(
    sa.literal_column("'scope'"),
    GRANT_SCOPE.c.scope,
    sa.literal_column("'from_day'"),
    GRANT_SCOPE.c.from_day,
    type_=JSONB,
)
_scopes = (
    sa.select(
        sa.func.coalesce(
            sa.func.jsonb_agg(aggregate_order_by(_covered, GRANT_SCOPE.c.scope)),
            sa.literal_column("'[]'::jsonb", JSONB),
        )
    )
    .where(GRANT_SCOPE.c.grant_id == GRANT.c.id)
    .scalar_subquery()
)


def _of(struct: type[Grant]) -> list[sa.ColumnElement[object]]:
    return [
        _scopes.label(name) if name == "scopes" else GRANT.c[name]
        for name in struct.__struct_fields__
    ]


_ROW = tuple(GRANT.c[name] for name in GrantRow.__struct_fields__)
_end = (
    sa.update(GRANT)
    .where(_GOES_ON)
    .values(ended_at=sa.bindparam("now"), ended_by=sa.bindparam("by"))
    .returning(*_ROW)
)

INSERT = Statement(
    sa.insert(GRANT).values(
        {c.name: sa.bindparam(c.name) for c in GRANT.columns if not c.name.startswith("ended_")}
    )
)
OF_CHILD = Query(
    sa.select(*_of(Grant)).where(_CHILDS, _GOES_ON).order_by(GRANT.c.granted_at.desc(), GRANT.c.id),
    Grant,
)
FIND = Query(sa.select(*_of(Grant)).where(_CHILDS, _SYSTEMS, _GOES_ON), Grant)
ENDED = Query(
    sa.select(*_of(EndedGrant))
    .where(_CHILDS, GRANT.c.ended_at.is_not(None))
    .order_by(GRANT.c.ended_at.desc(), GRANT.c.id),
    EndedGrant,
)
RENEW = Statement(sa.update(GRANT).where(_THIS).values(consent_version=sa.bindparam("version")))
# What is covered already stays as it is.
COVER = Statement(
    insert(GRANT_SCOPE)
    .values({column.name: sa.bindparam(column.name) for column in GRANT_SCOPE.columns})
    .on_conflict_do_nothing()
)
UNCOVER = Statement(
    sa.delete(GRANT_SCOPE).where(
        GRANT_SCOPE.c.grant_id == sa.bindparam("grant"),
        GRANT_SCOPE.c.scope != sa.all_(sa.bindparam("scopes", type_=ARRAY(sa.Text))),
    )
)
_covering = (
    sa.select(*_ROW, GRANT.c.consent_version, GRANT_SCOPE.c.from_day, GRANT_SCOPE.c.behind_since)
    .join_from(GRANT, GRANT_SCOPE)
    .where(GRANT_SCOPE.c.scope == sa.bindparam("scope"), _GOES_ON)
    # By system, so that two transactions that share with the same ones do not block each other.
    .order_by(GRANT.c.system_id, GRANT.c.id)
)
ALL = Query(_covering, Covering)
BEHIND = Query(_covering.where(GRANT_SCOPE.c.behind_since.is_not(None)), Covering)
OF_CHILD_ON = Query(
    _covering.where(_CHILDS, GRANT_SCOPE.c.from_day <= sa.bindparam("day")), Covering
)
THESE = Query(_covering.where(GRANT.c.id == sa.any_(_GRANTS)), Covering)
END = Query(_end.where(_CHILDS, _SYSTEMS), GrantRow)
END_CHILDS = Query(_end.where(_CHILDS), GrantRow)
END_SYSTEMS = Query(_end.where(_SYSTEMS), GrantRow)

_OF_SCOPE = (
    GRANT_SCOPE.c.scope == sa.bindparam("scope"),
    GRANT_SCOPE.c.grant_id == sa.any_(_GRANTS),
)
_since = sa.bindparam("since", type_=sa.DateTime(timezone=True))
_to_note = (
    sa.select(GRANT_SCOPE.c.grant_id)
    .where(
        *_OF_SCOPE,
        sa.or_(GRANT_SCOPE.c.behind_since.is_(None), GRANT_SCOPE.c.behind_since > _since),
    )
    .with_for_update(skip_locked=True)
    .cte("to_note")
)
# Changes from an instant on are yet to be shared, and all that was is to be shared again. Whoever
# holds one at that moment notes the same, or is sharing all of it again.
FALL_BEHIND = Statement(
    sa.update(GRANT_SCOPE)
    .where(
        GRANT_SCOPE.c.scope == sa.bindparam("scope"),
        GRANT_SCOPE.c.grant_id == _to_note.c.grant_id,
    )
    .values(behind_since=_since)
)
CATCH_UP = Statement(sa.update(GRANT_SCOPE).where(*_OF_SCOPE).values(behind_since=sa.null()))

_of_child = sa.select(GRANT.c.id).where(_CHILDS)
ERASE_CHILD = (
    Statement(sa.delete(DELIVERY).where(DELIVERY.c.grant_id.in_(_of_child))),
    *(
        Statement(sa.delete(table).where(table.c.grant_id.in_(_of_child)))
        for table in (SHARED_RESULT, SHARED_LOG, SHARED_SESSION, GRANT_SCOPE)
    ),
    Statement(sa.delete(GRANT).where(_CHILDS)),
)
