"""Statements on webhook endpoints and their secrets."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct

from dodam.features.sharing.models.endpoints import DisabledBy, Endpoint
from dodam.features.sharing.tables import DELIVERY, ENDPOINT, ENDPOINT_SECRET
from dodam.platform.statements import Query, Statement


class EndpointKey(Struct, frozen=True):
    id: UUID


class Target(Struct, frozen=True):
    """An endpoint as the one who sends to it sees it."""

    id: UUID
    system_id: UUID
    url: str
    disabled_by: DisabledBy | None
    failures: int
    rests_until: datetime | None


class Secret(Struct, frozen=True):
    sealed: bytes


_ENDPOINT = tuple(ENDPOINT.c[name] for name in Endpoint.__struct_fields__)
_THIS = ENDPOINT.c.id == sa.bindparam("endpoint")
_SYSTEMS = ENDPOINT.c.system_id == sa.bindparam("system")
_ENABLED = ENDPOINT.c.disabled_by.is_(None)
_NOW = sa.bindparam("now", type_=sa.DateTime(timezone=True))
_AFRESH = {"failures": 0, "rests_until": sa.null(), "failing_since": sa.null()}

INSERT = Statement(
    sa.insert(ENDPOINT).values(
        system_id=sa.bindparam("system"),
        failures=0,
        **{column.name: sa.bindparam(column.name) for column in _ENDPOINT},
    )
)
LIST = Query(
    sa.select(*_ENDPOINT).where(_SYSTEMS).order_by(ENDPOINT.c.created_at, ENDPOINT.c.id), Endpoint
)
FIND = Query(sa.select(*_ENDPOINT).where(_THIS, _SYSTEMS), Endpoint)
FIND_FOR_UPDATE = Query(sa.select(*_ENDPOINT).where(_THIS, _SYSTEMS).with_for_update(), Endpoint)
# Of a system, those that take messages of a type.
TAKES = Query(
    sa.select(ENDPOINT.c.id).where(
        _SYSTEMS, _ENABLED, sa.bindparam("type", type_=sa.Text) == sa.any_(ENDPOINT.c.types)
    ),
    EndpointKey,
)
CHANGE = Query(
    sa.update(ENDPOINT)
    .where(_THIS)
    .values(
        url=sa.bindparam("url"),
        types=sa.bindparam("types"),
        disabled_by=sa.bindparam("disabled_by"),
        **_AFRESH,
    )
    .returning(*_ENDPOINT),
    Endpoint,
)
TARGET = Query(
    sa.select(*(ENDPOINT.c[name] for name in Target.__struct_fields__)).where(_THIS), Target
)
DISABLE = Query(
    sa.update(ENDPOINT)
    .where(_THIS, _ENABLED)
    .values(disabled_by=sa.bindparam("by"))
    .returning(ENDPOINT.c.id),
    EndpointKey,
)
DISABLE_SYSTEMS = Query(
    sa.update(ENDPOINT)
    .where(_SYSTEMS, _ENABLED)
    .values(disabled_by=sa.bindparam("by"))
    .returning(ENDPOINT.c.id),
    EndpointKey,
)
TAKES_AGAIN = Statement(sa.update(ENDPOINT).where(_THIS).values(**_AFRESH))
REST = Statement(
    sa.update(ENDPOINT)
    .where(_THIS)
    .values(failures=sa.bindparam("failures"), rests_until=sa.bindparam("until"))
)
MARK_FAILING = Statement(
    sa.update(ENDPOINT)
    .where(_THIS)
    .values(failing_since=sa.func.coalesce(ENDPOINT.c.failing_since, _NOW))
)
REMOVE = (
    Statement(sa.delete(DELIVERY).where(DELIVERY.c.endpoint_id == sa.bindparam("endpoint"))),
    Statement(
        sa.delete(ENDPOINT_SECRET).where(ENDPOINT_SECRET.c.endpoint_id == sa.bindparam("endpoint"))
    ),
    Statement(sa.delete(ENDPOINT).where(_THIS)),
)

INSERT_SECRET = Statement(
    sa.insert(ENDPOINT_SECRET).values(
        id=sa.bindparam("id"),
        endpoint_id=sa.bindparam("endpoint"),
        sealed=sa.bindparam("sealed"),
    )
)
# One that is to expire already does not live longer for another rotation.
EXPIRE_SECRETS = Statement(
    sa.update(ENDPOINT_SECRET)
    .where(
        ENDPOINT_SECRET.c.endpoint_id == sa.bindparam("endpoint"),
        ENDPOINT_SECRET.c.expires_at.is_(None),
    )
    .values(expires_at=sa.bindparam("until"))
)
# The newest first.
SECRETS = Query(
    sa.select(ENDPOINT_SECRET.c.sealed)
    .where(
        ENDPOINT_SECRET.c.endpoint_id == sa.bindparam("endpoint"),
        sa.or_(ENDPOINT_SECRET.c.expires_at.is_(None), ENDPOINT_SECRET.c.expires_at > _NOW),
    )
    .order_by(ENDPOINT_SECRET.c.expires_at.desc().nulls_first()),
    Secret,
)
FORGET_SECRETS = Statement(sa.delete(ENDPOINT_SECRET).where(ENDPOINT_SECRET.c.expires_at <= _NOW))
