"""Statements on what is to be asked, and on what asking found."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects.postgresql import insert

from dodam.features.billing.models.notifications import CameBy
from dodam.features.billing.models.reconciliation import Because, Drift, Mark
from dodam.features.billing.models.states import State
from dodam.features.billing.models.stores import Environment, Store
from dodam.features.billing.tables.notifications import NOTIFICATION
from dodam.features.billing.tables.reconciliation import ASKED, DRIFT, MARK
from dodam.features.billing.tables.subscriptions import PAYMENT, SUBSCRIPTION
from dodam.platform.statements import Query, Statement

_ENDED = (State.EXPIRED, State.REFUNDED, State.REVOKED, State.REPLACED)

# While a renewal is due: several times within the hour for which the old time goes on, and once
# after it.
_AGAIN = timedelta(minutes=4)
_DUE_FOR = timedelta(minutes=70)
# Otherwise between the first and the sum of both, by the subscription, so that what was asked
# about together drifts apart over the hours.
_AFTER = timedelta(hours=18)
_SPREAD_MINUTES = 6 * 60
_ENDED_AFTER = timedelta(days=7)
# Google knows a purchase for 60 days after its end.
_ENDED_FOR = timedelta(days=60)


class Question(Struct, frozen=True):
    id: UUID
    environment: Environment
    key: str
    because: Because


class Count(Struct, frozen=True):
    count: int


class Unjudged(Struct, frozen=True):
    subscription_id: UUID
    store: Store
    before: State | None
    after: State
    heard: bool


_TIME = sa.DateTime(timezone=True)
_NOW = sa.bindparam("now", type_=_TIME)
_SINCE = sa.bindparam("since", type_=_TIME)
_MOST = sa.bindparam("most", type_=sa.Integer)
_OF_STORE = sa.bindparam("of_store", type_=sa.Text)


def _span(span: timedelta) -> sa.ColumnElement[timedelta]:
    return sa.literal_column(f"interval '{int(span.total_seconds())} seconds'", sa.Interval)


def _before_now(span: timedelta) -> sa.ColumnElement[datetime]:
    return _NOW - _span(span)


_last = sa.func.coalesce(ASKED.c.asked_at, SUBSCRIPTION.c.created_at)
# Its store has not said that it is over; dates alone did.
_is_silent = sa.and_(
    SUBSCRIPTION.c.state == sa.literal_column(f"'{State.EXPIRED}'"),
    sa.func.coalesce(SUBSCRIPTION.c.renewal["renews"].astext, "false") == "true",
)
_ended = sa.and_(
    SUBSCRIPTION.c.state.in_([sa.literal_column(f"'{state}'") for state in _ENDED]),
    sa.not_(_is_silent),
)
_ended_lately = SUBSCRIPTION.c.paid_until > _before_now(_ENDED_FOR)
_spread = sa.func.abs(
    sa.func.hashtext(sa.cast(SUBSCRIPTION.c.id, sa.Text)) % _SPREAD_MINUTES
) * _span(timedelta(minutes=1))
_is_due = sa.and_(
    _last <= _before_now(_AGAIN),
    sa.or_(
        SUBSCRIPTION.c.due_at.between(_before_now(_DUE_FOR), _NOW),
        sa.and_(SUBSCRIPTION.c.paid_until.between(_before_now(_DUE_FOR), _NOW), sa.not_(_ended)),
    ),
)
_is_swept = sa.or_(
    sa.and_(
        sa.not_(_ended),
        sa.or_(sa.not_(_is_silent), _ended_lately),
        _last + _span(_AFTER) + _spread <= _NOW,
    ),
    sa.and_(_ended, _ended_lately, _last <= _before_now(_ENDED_AFTER)),
)
_due_first = sa.case(
    (_is_due, sa.literal_column(f"'{Because.DUE}'", sa.Text)),
    else_=sa.literal_column(f"'{Because.SWEEP}'", sa.Text),
)
DUE = Query(
    sa.select(
        SUBSCRIPTION.c.id,
        SUBSCRIPTION.c.environment,
        SUBSCRIPTION.c.key,
        _due_first.label("because"),
    )
    .join(ASKED, ASKED.c.subscription_id == SUBSCRIPTION.c.id, isouter=True)
    .where(SUBSCRIPTION.c.store == _OF_STORE, sa.or_(_is_due, _is_swept))
    .order_by(_due_first, _last)
    .limit(_MOST),
    Question,
)
_asked = insert(ASKED).values(subscription_id=sa.bindparam("subscription"), asked_at=_NOW)
NOTE_ASKED = Statement(
    _asked.on_conflict_do_update(
        index_elements=[ASKED.c.subscription_id],
        set_={"asked_at": sa.func.greatest(ASKED.c.asked_at, _asked.excluded.asked_at)},
    )
)
LEDGER_LINES = Query(
    sa.select(sa.func.count().label("count")).where(
        PAYMENT.c.subscription_id == sa.bindparam("subscription")
    ),
    Count,
)

FIND_MARK = Query(
    sa.select(MARK.c.list, MARK.c.until, MARK.c.read_at).where(
        MARK.c.list == sa.bindparam("of_list")
    ),
    Mark,
)
_mark = insert(MARK).values(list=sa.bindparam("list"), until=sa.bindparam("until"), read_at=_NOW)
SET_MARK = Statement(
    _mark.on_conflict_do_update(
        index_elements=[MARK.c.list],
        set_={
            "until": sa.func.greatest(MARK.c.until, _mark.excluded.until),
            "read_at": _mark.excluded.read_at,
        },
    )
)
MARKS = Query(
    sa.select(MARK.c.list, MARK.c.until, MARK.c.read_at)
    .where(sa.func.starts_with(MARK.c.list, _OF_STORE))
    .order_by(MARK.c.list),
    Mark,
)

ADD_DRIFT = Statement(
    sa.insert(DRIFT).values(
        id=sa.bindparam("id"),
        subscription_id=sa.bindparam("subscription"),
        found_at=_NOW,
        because=sa.bindparam("because"),
        differs=sa.bindparam("differs"),
        before=sa.bindparam("before"),
        after=sa.bindparam("after"),
        ledger_lines=sa.bindparam("ledger_lines"),
    )
)
# A message that the store brought, and that took effect only after it was found, or not yet.
_heard = (
    sa.exists()
    .where(
        NOTIFICATION.c.store == SUBSCRIPTION.c.store,
        NOTIFICATION.c.key == SUBSCRIPTION.c.key,
        NOTIFICATION.c.came_by != sa.literal_column(f"'{CameBy.HISTORY}'"),
        sa.or_(NOTIFICATION.c.settled_at.is_(None), NOTIFICATION.c.settled_at >= DRIFT.c.found_at),
    )
    .correlate(SUBSCRIPTION, DRIFT)
)
UNJUDGED = Query(
    sa.select(
        DRIFT.c.subscription_id,
        SUBSCRIPTION.c.store,
        DRIFT.c.before,
        DRIFT.c.after,
        _heard.label("heard"),
    )
    .join(SUBSCRIPTION, SUBSCRIPTION.c.id == DRIFT.c.subscription_id)
    .where(DRIFT.c.id == sa.bindparam("drift"), DRIFT.c.verdict.is_(None))
    .with_for_update(of=DRIFT),
    Unjudged,
)
JUDGE = Statement(
    sa.update(DRIFT)
    .where(DRIFT.c.id == sa.bindparam("drift"))
    .values(verdict=sa.bindparam("new_verdict"))
)


def _optional(column: sa.Column[Any], name: str) -> sa.ColumnElement[bool]:
    value = sa.bindparam(name, type_=sa.Text)
    return sa.or_(sa.cast(value, sa.Text).is_(None), column == value)


DRIFT_PAGE = Query(
    sa.select(
        *(
            SUBSCRIPTION.c.store if name == "store" else DRIFT.c[name]
            for name in Drift.__struct_fields__
        )
    )
    .join(SUBSCRIPTION, SUBSCRIPTION.c.id == DRIFT.c.subscription_id)
    .where(
        _optional(SUBSCRIPTION.c.store, "of_store"),
        _optional(DRIFT.c.verdict, "of_verdict"),
        sa.tuple_(DRIFT.c.found_at, DRIFT.c.id)
        < sa.tuple_(
            sa.bindparam("before_at", type_=_TIME), sa.bindparam("before_id", type_=sa.Uuid)
        ),
    )
    .order_by(DRIFT.c.found_at.desc(), DRIFT.c.id.desc())
    .limit(_MOST),
    Drift,
)
