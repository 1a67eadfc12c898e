"""Statements on messages that are on their way."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct, structs
from sqlalchemy.dialects.postgresql import ARRAY, insert

from dodam.features.sharing.models.deliveries import Delivery, DeliveryState
from dodam.features.sharing.models.endpoints import MessageType
from dodam.features.sharing.tables import DELIVERY, ENDPOINT
from dodam.platform.statements import Query, Statement


class Due(Struct, frozen=True):
    endpoint_id: UUID


class DeliveryRow(Struct, frozen=True):
    id: UUID
    therapy_day: date | None
    days: list[date] | None
    state: DeliveryState
    tries: int
    last_status: int | None
    last_reason: str | None
    next_try_at: datetime
    created_at: datetime
    delivered_at: datetime | None

    def shown(self) -> Delivery:
        told = structs.asdict(self)
        day = told.pop("therapy_day")
        days = told.pop("days") or [day]
        return Delivery(
            type=MessageType.DAILY_RESULT if day else MessageType.DAILY_LOG, days=days, **told
        )


class Taken(Struct, frozen=True):
    id: UUID
    endpoint_id: UUID
    grant_id: UUID
    therapy_day: date | None
    days: list[date] | None
    state: DeliveryState
    tries: int
    created_at: datetime


_TAKEN = tuple(DELIVERY.c[name] for name in Taken.__struct_fields__)
_THIS = DELIVERY.c.id == sa.bindparam("delivery")
_ENDPOINTS = DELIVERY.c.endpoint_id == sa.bindparam("endpoint")
_WAITS = DELIVERY.c.state == DeliveryState.WAITING.value
_NOW = sa.bindparam("now", type_=sa.DateTime(timezone=True))
_DUE = sa.and_(_WAITS, DELIVERY.c.next_try_at <= _NOW)
_MOST = sa.bindparam("most", type_=sa.Integer)

ADD = Statement(
    insert(DELIVERY)
    .values(
        id=sa.bindparam("id"),
        endpoint_id=sa.bindparam("endpoint"),
        grant_id=sa.bindparam("grant"),
        therapy_day=sa.bindparam("day"),
        days=sa.bindparam("days"),
        state=DeliveryState.WAITING.value,
        tries=0,
        next_try_at=_NOW,
        created_at=_NOW,
    )
    .on_conflict_do_nothing()
)
# Endpoints that something is to be sent to now.
DUE = Query(
    sa.select(ENDPOINT.c.id.label("endpoint_id")).where(
        ENDPOINT.c.disabled_by.is_(None),
        sa.or_(ENDPOINT.c.rests_until.is_(None), ENDPOINT.c.rests_until <= _NOW),
        sa.exists().where(DELIVERY.c.endpoint_id == ENDPOINT.c.id, _DUE),
    ),
    Due,
)
# Whoever takes one has it until `until`; then it is anybody's again, for the worker has died.
TAKE = Query(
    sa.update(DELIVERY)
    .where(
        DELIVERY.c.id
        == sa.select(DELIVERY.c.id)
        .where(_ENDPOINTS, _DUE)
        .order_by(DELIVERY.c.next_try_at, DELIVERY.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    .values(next_try_at=sa.bindparam("until"), tries=DELIVERY.c.tries + 1)
    .returning(*_TAKEN),
    Taken,
)
TAKE_HELD = Query(
    sa.update(DELIVERY)
    .where(_THIS, DELIVERY.c.state == DeliveryState.HELD.value)
    .values(tries=DELIVERY.c.tries + 1)
    .returning(*_TAKEN),
    Taken,
)
_answered = (
    sa.update(DELIVERY)
    .where(_THIS)
    .values(last_status=sa.bindparam("status"), last_reason=sa.bindparam("reason"))
)
DELIVERED = Statement(_answered.values(state=DeliveryState.DELIVERED.value, delivered_at=_NOW))
# What was dropped meanwhile stays so.
_STILL = DELIVERY.c.state == sa.bindparam("was")
REFUSED = Statement(_answered.where(_STILL).values(next_try_at=sa.bindparam("next_try")))
DROP = Statement(sa.update(DELIVERY).where(_THIS, _STILL).values(state=DeliveryState.DROPPED.value))
GIVE_UP = Query(
    sa.update(DELIVERY)
    .where(
        DELIVERY.c.id.in_(
            sa.select(DELIVERY.c.id)
            .where(_WAITS, DELIVERY.c.created_at <= sa.bindparam("before"))
            .limit(_MOST)
            .with_for_update(skip_locked=True)
        )
    )
    .values(state=DeliveryState.GIVEN_UP.value)
    .returning(*_TAKEN),
    Taken,
)
HOLD = Statement(
    sa.update(DELIVERY)
    .where(_THIS, DELIVERY.c.state == DeliveryState.GIVEN_UP.value)
    .values(state=DeliveryState.HELD.value)
)
_drop = sa.update(DELIVERY).values(state=DeliveryState.DROPPED.value)
DROP_ENDPOINTS = Statement(_drop.where(_ENDPOINTS, _WAITS))
DROP_GRANTS = Statement(
    _drop.where(
        DELIVERY.c.grant_id == sa.any_(sa.bindparam("grants", type_=ARRAY(sa.Uuid))), _WAITS
    )
)
NEWEST = Query(
    sa.select(*(DELIVERY.c[name] for name in DeliveryRow.__struct_fields__))
    .where(_ENDPOINTS)
    .order_by(DELIVERY.c.created_at.desc(), DELIVERY.c.id)
    .limit(_MOST),
    DeliveryRow,
)
FORGET = Statement(
    sa.delete(DELIVERY).where(
        sa.or_(
            DELIVERY.c.state == DeliveryState.DELIVERED.value,
            DELIVERY.c.state == DeliveryState.DROPPED.value,
        ),
        DELIVERY.c.created_at < sa.bindparam("before"),
    )
)
