"""Statements on what was paid, by whom and for how long; test accounts and sandboxes left out."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on

from dodam.features.billing.models.figures import CONVERTS_WITHIN, MONTH_SECONDS, NO_GAP
from dodam.features.billing.models.payments import PaymentKind
from dodam.features.billing.models.stores import Environment, Store
from dodam.features.billing.models.told import OfferMode
from dodam.features.billing.tables.subscriptions import PAYMENT, PERIOD, SUBSCRIPTION
from dodam.platform.statements import Query


class Moment(StrEnum):
    """What a subscriber is counted for."""

    AT_START = "at_start"
    AT_END = "at_end"
    NEW = "new"
    RETURNED = "returned"
    CHURNED = "churned"


class Counted(Struct, frozen=True):
    """How many subscribers, and the MRR of the period each of them is counted with."""

    moment: Moment
    store: Store
    product_id: str
    currency: str
    subscribers: int
    mrr: int


class Running(Struct, frozen=True):
    """The MRR of what runs just before the start, and just before the end."""

    store: Store
    product_id: str
    currency: str
    at_start: int
    at_end: int


class Moved(Struct, frozen=True):
    store: Store
    product_id: str
    currency: str
    charged: int
    refunded: int


class Tried(Struct, frozen=True):
    store: Store
    product_id: str
    running_at_end: int
    started: int
    ended: int
    converted: int


_TIME = sa.DateTime(timezone=True)
_SINCE: sa.BindParameter[datetime] = sa.bindparam("since", type_=_TIME)
_UNTIL: sa.BindParameter[datetime] = sa.bindparam("until", type_=_TIME)
_GAP = sa.literal_column(f"interval '{NO_GAP.days} day'", sa.Interval)
_CONVERTS = sa.literal_column(f"interval '{CONVERTS_WITHIN.days} day'", sa.Interval)

_SUBSCRIBER = sa.func.coalesce(SUBSCRIPTION.c.account_id, SUBSCRIPTION.c.id)
_ENDS = sa.func.least(PERIOD.c.ends_at, PERIOD.c.revoked_at, PERIOD.c.replaced_at, type_=_TIME)
_COUNTS = (
    SUBSCRIPTION.c.environment == sa.literal_column(f"'{Environment.PRODUCTION}'"),
    sa.not_(SUBSCRIPTION.c.family_shared),
    sa.or_(
        SUBSCRIPTION.c.account_id.is_(None),
        SUBSCRIPTION.c.account_id != sa.all_(sa.bindparam("without", type_=ARRAY(sa.Uuid))),
    ),
)
_IS_PAID = (PERIOD.c.paid_micros > 0, PERIOD.c.begins_at < _ENDS)
# What is left of a time that was paid for, turned into time of another product, costs nothing and
# is no offer.
_RUNS_ON_WHAT_WAS_PAID = (
    sa.or_(
        PERIOD.c.paid_micros > 0,
        sa.and_(
            PERIOD.c.paid_micros == sa.literal_column("0", sa.BigInteger),
            PERIOD.c.offer_kind.is_(None),
        ),
    ),
    PERIOD.c.begins_at < _ENDS,
)
_IS_TRIAL = PERIOD.c.offer_mode == sa.literal_column(f"'{OfferMode.FREE_TRIAL}'")
# Exact and rounded down: big integers would overflow, floats be wrong.
_MRR = sa.cast(
    sa.func.div(
        sa.cast(PERIOD.c.paid_micros, sa.Numeric) * MONTH_SECONDS,
        sa.func.extract("epoch", PERIOD.c.ends_at - PERIOD.c.begins_at),
    ),
    sa.BigInteger,
)
_OF_SUBSCRIPTIONS = PERIOD.join(SUBSCRIPTION, SUBSCRIPTION.c.id == PERIOD.c.subscription_id)


def _whole(total: sa.ColumnElement[Any]) -> sa.ColumnElement[int]:
    # PostgreSQL's sum of big integers is numeric.
    return sa.cast(sa.func.coalesce(total, 0), sa.BigInteger)


def _before(
    begins: sa.ColumnElement[datetime],
    ends: sa.ColumnElement[datetime],
    at: sa.ColumnElement[datetime],
) -> sa.ColumnElement[bool]:
    """Whether it runs just before an instant."""
    return sa.and_(begins < at, ends >= at)


# What touches the month, and what touches that: all that a beginning or an end in it depends on.
_paid = (
    sa.select(
        _SUBSCRIBER.label("subscriber"),
        SUBSCRIPTION.c.store,
        PERIOD.c.product_id,
        PERIOD.c.paid_currency.label("currency"),
        PERIOD.c.begins_at,
        _ENDS.label("ends_at"),
        _MRR.label("mrr"),
    )
    .select_from(_OF_SUBSCRIPTIONS)
    .where(
        *_COUNTS,
        *_RUNS_ON_WHAT_WAS_PAID,
        PERIOD.c.begins_at < _UNTIL + _GAP,
        _ENDS >= _SINCE - _GAP,
    )
    .cte("paid")
)
_merged = (
    sa.select(
        _paid.c.subscriber,
        sa.func.unnest(
            sa.func.range_agg(sa.func.tstzrange(_paid.c.begins_at, _paid.c.ends_at + _GAP))
        ).label("span"),
    )
    .group_by(_paid.c.subscriber)
    .cte("merged")
)
_spans = sa.select(
    _merged.c.subscriber,
    sa.func.lower(_merged.c.span, type_=_TIME).label("begins_at"),
    (sa.func.upper(_merged.c.span, type_=_TIME) - _GAP).label("ends_at"),
).cte("spans")


def _is_paid_before(at: sa.ColumnElement[datetime]) -> sa.ColumnElement[bool]:
    """Whether the subscriber of a span paid for a time that began before.

    Asked for accounts and for what nobody claimed apart, so that an index answers each.
    """
    subscription, period = SUBSCRIPTION.alias("earlier"), PERIOD.alias("earlier_period")
    ends = sa.func.least(period.c.ends_at, period.c.revoked_at, period.c.replaced_at)
    paid = (
        sa.select(sa.literal_column("1", sa.Integer))
        .select_from(period.join(subscription, subscription.c.id == period.c.subscription_id))
        .where(
            subscription.c.environment == sa.literal_column(f"'{Environment.PRODUCTION}'"),
            sa.not_(subscription.c.family_shared),
            period.c.paid_micros > 0,
            period.c.begins_at < ends,
            period.c.begins_at < at,
        )
    )
    unclaimed = subscription.c.account_id.is_(None)
    return sa.or_(
        paid.where(subscription.c.account_id == _spans.c.subscriber).exists(),
        paid.where(subscription.c.id == _spans.c.subscriber, unclaimed).exists(),
    )


def _moment(
    moment: sa.ColumnElement[str],
    at: sa.ColumnElement[datetime],
    *conditions: sa.ColumnElement[bool],
) -> sa.Select[str, Any, Any, Any, Any]:
    """Each span with the period that began last of those that run at the instant."""
    return (
        sa.select(
            moment.label("moment"),
            _paid.c.store,
            _paid.c.product_id,
            _paid.c.currency,
            _paid.c.mrr,
        )
        .ext(distinct_on(_spans.c.subscriber, _spans.c.begins_at))
        .select_from(_spans.join(_paid, _paid.c.subscriber == _spans.c.subscriber))
        .where(_paid.c.begins_at <= at, _paid.c.ends_at + _GAP >= at, *conditions)
        .order_by(
            _spans.c.subscriber,
            _spans.c.begins_at,
            _paid.c.begins_at.desc(),
            _paid.c.ends_at.desc(),
            _paid.c.store,
            _paid.c.product_id,
            _paid.c.currency,
            _paid.c.mrr,
        )
    )


def _word(moment: Moment) -> sa.ColumnElement[str]:
    return sa.literal_column(f"'{moment}'", sa.Text)


_moments = sa.union_all(
    *(
        sa.select(chosen.subquery())
        for chosen in (
            _moment(
                _word(Moment.AT_START),
                _SINCE,
                _paid.c.begins_at < _SINCE,
                _before(_spans.c.begins_at, _spans.c.ends_at, _SINCE),
            ),
            _moment(
                _word(Moment.AT_END),
                _UNTIL,
                _paid.c.begins_at < _UNTIL,
                _before(_spans.c.begins_at, _spans.c.ends_at, _UNTIL),
            ),
            _moment(
                sa.case(
                    (_is_paid_before(_spans.c.begins_at), _word(Moment.RETURNED)),
                    else_=_word(Moment.NEW),
                ),
                _spans.c.begins_at,
                _spans.c.begins_at >= _SINCE,
                _spans.c.begins_at < _UNTIL,
            ),
            _moment(
                _word(Moment.CHURNED),
                _spans.c.ends_at,
                _spans.c.ends_at >= _SINCE,
                _spans.c.ends_at < _UNTIL,
            ),
        )
    )
).cte("moments")
SUBSCRIBERS = Query(
    sa.select(
        _moments.c.moment,
        _moments.c.store,
        _moments.c.product_id,
        _moments.c.currency,
        sa.func.count().label("subscribers"),
        _whole(sa.func.sum(_moments.c.mrr)).label("mrr"),
    ).group_by(_moments.c.moment, _moments.c.store, _moments.c.product_id, _moments.c.currency),
    Counted,
)
RUNNING = Query(
    sa.select(
        SUBSCRIPTION.c.store,
        PERIOD.c.product_id,
        PERIOD.c.paid_currency.label("currency"),
        *(
            _whole(sa.func.sum(_MRR).filter(_before(PERIOD.c.begins_at, _ENDS, at))).label(name)
            for name, at in (("at_start", _SINCE), ("at_end", _UNTIL))
        ),
    )
    .select_from(_OF_SUBSCRIPTIONS)
    .where(*_COUNTS, *_IS_PAID, PERIOD.c.begins_at < _UNTIL, _ENDS >= _SINCE)
    .group_by(SUBSCRIPTION.c.store, PERIOD.c.product_id, PERIOD.c.paid_currency),
    Running,
)
_IS_CHARGE = PAYMENT.c.kind.in_(
    [sa.literal_column(f"'{kind}'") for kind in (PaymentKind.CHARGE, PaymentKind.CORRECTION)]
)
MONEY = Query(
    sa.select(
        SUBSCRIPTION.c.store,
        PAYMENT.c.product_id,
        PAYMENT.c.currency,
        _whole(sa.func.sum(PAYMENT.c.micros).filter(_IS_CHARGE)).label("charged"),
        _whole(-sa.func.sum(PAYMENT.c.micros).filter(sa.not_(_IS_CHARGE))).label("refunded"),
    )
    .select_from(PAYMENT.join(SUBSCRIPTION, SUBSCRIPTION.c.id == PAYMENT.c.subscription_id))
    .where(*_COUNTS, PAYMENT.c.at >= _SINCE, PAYMENT.c.at < _UNTIL)
    .group_by(SUBSCRIPTION.c.store, PAYMENT.c.product_id, PAYMENT.c.currency),
    Moved,
)

_payer, _bought = SUBSCRIPTION.alias("payer"), PERIOD.alias("bought")
_IS_CONVERTED = (
    sa.select(sa.literal_column("1", sa.Integer))
    .select_from(_bought.join(_payer, _payer.c.id == _bought.c.subscription_id))
    .where(
        sa.or_(
            _payer.c.id == SUBSCRIPTION.c.id,
            _payer.c.account_id == SUBSCRIPTION.c.account_id,
        ),
        _payer.c.environment == SUBSCRIPTION.c.environment,
        sa.not_(_payer.c.family_shared),
        _bought.c.paid_micros > 0,
        _bought.c.begins_at
        < sa.func.least(_bought.c.ends_at, _bought.c.revoked_at, _bought.c.replaced_at),
        _bought.c.begins_at >= PERIOD.c.begins_at,
        _bought.c.begins_at <= _ENDS + _CONVERTS,
    )
    .exists()
)
_HAS_ENDED = sa.and_(_ENDS >= _SINCE, _ENDS < _UNTIL)
TRIALS = Query(
    sa.select(
        SUBSCRIPTION.c.store,
        PERIOD.c.product_id,
        sa.func.count().filter(_before(PERIOD.c.begins_at, _ENDS, _UNTIL)).label("running_at_end"),
        sa.func.count().filter(PERIOD.c.begins_at >= _SINCE).label("started"),
        sa.func.count().filter(_HAS_ENDED).label("ended"),
        sa.func.count().filter(_HAS_ENDED, _IS_CONVERTED).label("converted"),
    )
    .select_from(_OF_SUBSCRIPTIONS)
    .where(
        *_COUNTS,
        _IS_TRIAL,
        PERIOD.c.begins_at < _ENDS,
        PERIOD.c.begins_at < _UNTIL,
        _ENDS >= _SINCE,
    )
    .group_by(SUBSCRIPTION.c.store, PERIOD.c.product_id),
    Tried,
)
