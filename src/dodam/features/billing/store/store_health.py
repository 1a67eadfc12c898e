"""Statements on how it goes with a store."""

from datetime import datetime

import sqlalchemy as sa
from msgspec import Struct

from dodam.features.billing.models.notifications import CameBy, Handling
from dodam.features.billing.models.reconciliation import Verdict
from dodam.features.billing.tables.notifications import NOTIFICATION
from dodam.features.billing.tables.reconciliation import DRIFT
from dodam.features.billing.tables.subscriptions import SUBSCRIPTION
from dodam.platform.statements import Query

_OF_STORE = sa.bindparam("of_store", type_=sa.Text)
_SINCE = sa.bindparam("since", type_=sa.DateTime(timezone=True))


class Health(Struct, frozen=True):
    last_received_at: datetime | None
    waiting: int
    failed: int
    waits_since: datetime | None
    fetched: int
    late: int
    missed: int


_unsettled = (
    sa.select(
        sa.func.count()
        .filter(NOTIFICATION.c.state == sa.literal_column(f"'{Handling.WAITING}'"))
        .label("waiting"),
        sa.func.count()
        .filter(NOTIFICATION.c.state == sa.literal_column(f"'{Handling.FAILED}'"))
        .label("failed"),
        sa.func.min(NOTIFICATION.c.received_at).label("waits_since"),
    )
    .where(
        NOTIFICATION.c.store == _OF_STORE,
        NOTIFICATION.c.state.in_(
            [sa.literal_column(f"'{state}'") for state in (Handling.WAITING, Handling.FAILED)]
        ),
    )
    .subquery("unsettled")
)
_lately = (
    sa.select(
        sa.func.count()
        .filter(NOTIFICATION.c.came_by == sa.literal_column(f"'{CameBy.HISTORY}'"))
        .label("fetched")
    )
    .where(NOTIFICATION.c.store == _OF_STORE, NOTIFICATION.c.received_at > _SINCE)
    .subquery("lately")
)
_last_received = (
    sa.select(NOTIFICATION.c.received_at)
    .where(NOTIFICATION.c.store == _OF_STORE)
    .order_by(NOTIFICATION.c.received_at.desc())
    .limit(1)
    .scalar_subquery()
)
_drifted = (
    sa.select(
        sa.func.count()
        .filter(DRIFT.c.verdict == sa.literal_column(f"'{Verdict.LATE}'"))
        .label("late"),
        sa.func.count()
        .filter(DRIFT.c.verdict == sa.literal_column(f"'{Verdict.MISSED}'"))
        .label("missed"),
    )
    .join(SUBSCRIPTION, SUBSCRIPTION.c.id == DRIFT.c.subscription_id)
    .where(SUBSCRIPTION.c.store == _OF_STORE, DRIFT.c.found_at > _SINCE)
    .subquery("drifted")
)
HEALTH = Query(
    sa.select(
        _last_received.label("last_received_at"),
        *_unsettled.c,
        *_lately.c,
        *_drifted.c,
    ).select_from(sa.join(_unsettled, sa.join(_lately, _drifted, sa.true()), sa.true())),
    Health,
)
