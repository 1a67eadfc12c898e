"""Statements on the ledger of payments: lines are added, and never touched."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects import postgresql

from dodam.features.billing.models.payments import Booked, Line, Payment, PaymentKind
from dodam.features.billing.models.told import Money, Period
from dodam.features.billing.tables.subscriptions import PAYMENT, SUBSCRIPTION
from dodam.platform.database import Reading, Transaction
from dodam.platform.ids import new_id
from dodam.platform.statements import Query, Statement


class _Sum(Struct, frozen=True):
    transaction_id: str
    currency: str
    paid: int
    given_back: int


class _Row(Struct, frozen=True):
    id: UUID
    subscription_id: UUID
    kind: PaymentKind
    transaction_id: str
    product_id: str
    micros: int
    currency: str
    at: datetime
    period_begins_at: datetime
    period_ends_at: datetime


_IS_PAID = PAYMENT.c.kind.in_(
    [sa.literal_column(f"'{kind}'") for kind in (PaymentKind.CHARGE, PaymentKind.CORRECTION)]
)
_ZERO = sa.cast(0, sa.BigInteger)


def _sum_where(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    # PostgreSQL's sum of big integers is numeric.
    total = sa.func.coalesce(sa.func.sum(PAYMENT.c.micros).filter(condition), _ZERO)
    return sa.cast(total, sa.BigInteger)


_BOOKED = Query(
    sa.select(
        PAYMENT.c.transaction_id,
        PAYMENT.c.currency,
        _sum_where(_IS_PAID).label("paid"),
        _sum_where(sa.not_(_IS_PAID)).label("given_back"),
    )
    .where(
        PAYMENT.c.subscription_id == sa.bindparam("subscription"),
        PAYMENT.c.transaction_id
        == sa.any_(sa.bindparam("transactions", type_=postgresql.ARRAY(sa.Text))),
    )
    .group_by(PAYMENT.c.transaction_id, PAYMENT.c.currency),
    _Sum,
)
_ADD = Statement(
    sa.insert(PAYMENT).values(
        {column.name: sa.bindparam(column.name) for column in PAYMENT.columns}
    )
)
_OF_ACCOUNT = Query(
    sa.select(*(PAYMENT.c[name] for name in _Row.__struct_fields__))
    .join(SUBSCRIPTION, SUBSCRIPTION.c.id == PAYMENT.c.subscription_id)
    .where(SUBSCRIPTION.c.account_id == sa.bindparam("account"))
    .order_by(PAYMENT.c.at.desc(), PAYMENT.c.id.desc())
    .limit(sa.bindparam("most")),
    _Row,
)


async def booked(
    tx: Transaction, subscription_id: UUID, transactions: Collection[str]
) -> dict[str, Booked]:
    """What the ledger has of transactions; nothing of one that has no line."""
    found: defaultdict[str, Booked] = defaultdict(Booked)
    sums = await _BOOKED.all(tx, subscription=subscription_id, transactions=list(transactions))
    for each in sums:
        known = found[each.transaction_id]
        found[each.transaction_id] = Booked(
            {**known.paid, each.currency: each.paid},
            {**known.given_back, each.currency: each.given_back},
        )
    return found


async def add(
    tx: Transaction, subscription_id: UUID, period: Period, line: Line, now: datetime
) -> UUID:
    """Add a line; its id."""
    id_, offer = new_id(), period.offer
    await _ADD.execute(
        tx,
        id=id_,
        subscription_id=subscription_id,
        kind=line.kind,
        transaction_id=period.transaction_id,
        product_id=period.product_id,
        offer_kind=offer.kind if offer else None,
        offer_mode=offer.mode if offer else None,
        offer_id=offer.id if offer else None,
        micros=line.amount.micros,
        currency=line.amount.currency,
        at=line.at,
        period_begins_at=period.begins_at,
        period_ends_at=period.ends_at,
        told_at=period.told_at,
        booked_at=now,
    )
    return id_


async def of_account(db: Reading, account_id: UUID, most: int) -> list[Payment]:
    """The newest first."""
    return [
        Payment(
            id=row.id,
            subscription_id=row.subscription_id,
            kind=row.kind,
            transaction_id=row.transaction_id,
            product_id=row.product_id,
            amount=Money(row.micros, row.currency),
            at=row.at,
            period_begins_at=row.period_begins_at,
            period_ends_at=row.period_ends_at,
        )
        for row in await _OF_ACCOUNT.all(db, account=account_id, most=most)
    ]
