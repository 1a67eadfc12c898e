"""Statements on prices that are about to rise."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects.postgresql import insert

from dodam.features.billing.models.states import State
from dodam.features.billing.models.stores import Environment, Store
from dodam.features.billing.models.told import PriceChangeState, Renewal
from dodam.features.billing.tables.deeds import PRICE_REMINDER
from dodam.features.billing.tables.subscriptions import SUBSCRIPTION
from dodam.platform.statements import Query


class Increase(Struct, frozen=True):
    """`due_at` is when it takes effect, or the last day to answer where that is not known."""

    id: UUID
    account_id: UUID | None
    store: Store
    environment: Environment
    product_id: str
    state: State
    renewal: Renewal
    due_at: datetime
    reminded_at: datetime | None


class Reminded(Struct, frozen=True):
    subscription_id: UUID


_TIME = sa.DateTime(timezone=True)
_OVER = [
    sa.literal_column(f"'{state}'", sa.Text)
    for state in (State.EXPIRED, State.REFUNDED, State.REVOKED, State.REPLACED)
]
_CHANGE = SUBSCRIPTION.c.renewal["price_change"]
_TAKES_EFFECT = sa.cast(_CHANGE["takes_effect_at"].astext, _TIME)
_ANSWER_BY = sa.cast(_CHANGE["answer_by"].astext, _TIME)
_DUE = sa.func.coalesce(_TAKES_EFFECT, _ANSWER_BY, type_=_TIME)
_NEXT = sa.func.least(_TAKES_EFFECT, _ANSWER_BY, type_=_TIME)
_NOW = sa.bindparam("now", type_=_TIME)
_WITH_REMINDER = SUBSCRIPTION.outerjoin(
    PRICE_REMINDER,
    sa.and_(
        PRICE_REMINDER.c.subscription_id == SUBSCRIPTION.c.id,
        PRICE_REMINDER.c.due_at == _DUE,
    ),
)
_PENDING = (
    sa.select(
        SUBSCRIPTION.c.id,
        SUBSCRIPTION.c.account_id,
        SUBSCRIPTION.c.store,
        SUBSCRIPTION.c.environment,
        SUBSCRIPTION.c.product_id,
        SUBSCRIPTION.c.state,
        SUBSCRIPTION.c.renewal,
        _DUE.label("due_at"),
        PRICE_REMINDER.c.reminded_at,
    )
    .select_from(_WITH_REMINDER)
    .where(
        _CHANGE["state"].astext.in_(
            [
                sa.literal_column(f"'{state}'")
                for state in (PriceChangeState.NOTIFIED, PriceChangeState.PENDING)
            ]
        ),
        _DUE > _NOW,
    )
    .order_by(_DUE, SUBSCRIPTION.c.id)
    .limit(sa.bindparam("most"))
)
PENDING = Query(_PENDING, Increase)
TO_REMIND = Query(
    _PENDING.where(
        SUBSCRIPTION.c.account_id.is_not(None),
        sa.not_(SUBSCRIPTION.c.family_shared),
        # Who has cancelled, and whose subscription is over or was replaced, pays no higher price.
        SUBSCRIPTION.c.renewal["renews"].astext == sa.literal_column("'true'"),
        SUBSCRIPTION.c.state.not_in(_OVER),
        sa.bindparam("before", type_=_TIME) >= _NEXT,
        PRICE_REMINDER.c.reminded_at.is_(None),
    ),
    Increase,
)
# Of two that remind at once the one that adds the row does.
ADD_REMINDER = Query(
    insert(PRICE_REMINDER)
    .values(
        subscription_id=sa.bindparam("subscription_id"),
        due_at=sa.bindparam("due_at"),
        reminded_at=sa.bindparam("reminded_at"),
    )
    .on_conflict_do_nothing()
    .returning(PRICE_REMINDER.c.subscription_id),
    Reminded,
)
