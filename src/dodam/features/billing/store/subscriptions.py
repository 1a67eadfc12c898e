"""Statements on what accounts hold at the stores."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from uuid import UUID

import asyncpg
import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import insert

from dodam.features.billing.models.facts import Standing, usable_until
from dodam.features.billing.models.records import Naming, Record
from dodam.features.billing.models.states import State
from dodam.features.billing.models.stores import Environment, Store
from dodam.features.billing.models.subscriptions import Kept
from dodam.features.billing.models.told import (
    Money,
    Offer,
    OfferKind,
    OfferMode,
    Period,
    Renewal,
)
from dodam.features.billing.tables.subscriptions import PERIOD, SUBSCRIPTION
from dodam.platform.database import Reading, Transaction
from dodam.platform.statements import Query, Statement


class _Row(Struct, frozen=True):
    id: UUID
    store: Store
    environment: Environment
    key: str
    account_id: UUID | None
    created_at: datetime
    state: State
    transaction_id: str | None
    renewal: Renewal | None
    naming: Naming | None
    replaces: str | None
    replaced_at: datetime | None
    acknowledged: bool


class _PeriodRow(Struct, frozen=True):
    subscription_id: UUID
    transaction_id: str
    told_at: datetime
    product_id: str
    begins_at: datetime
    ends_at: datetime
    paid_micros: int | None
    paid_currency: str | None
    offer_kind: OfferKind | None
    offer_mode: OfferMode | None
    offer_id: str | None
    refunded_micros: int | None
    refunded_currency: str | None
    refunded_at: datetime | None
    revoked_at: datetime | None
    replaced_at: datetime | None

    def period(self) -> Period:
        return Period(
            told_at=self.told_at,
            transaction_id=self.transaction_id,
            product_id=self.product_id,
            begins_at=self.begins_at,
            ends_at=self.ends_at,
            paid=_money(self.paid_micros, self.paid_currency),
            offer=(
                Offer(self.offer_kind, self.offer_mode, self.offer_id) if self.offer_kind else None
            ),
            refunded=_money(self.refunded_micros, self.refunded_currency),
            refunded_at=self.refunded_at,
            revoked_at=self.revoked_at,
            replaced_at=self.replaced_at,
        )


class Place(Struct, frozen=True):
    """Where a subscription is found at its store."""

    store: Store
    environment: Environment
    key: str
    replaces: str | None


class Found(Struct, frozen=True):
    id: UUID


_KEPT = sa.select(*(SUBSCRIPTION.c[name] for name in _Row.__struct_fields__))
_THIS = SUBSCRIPTION.c.id == sa.bindparam("subscription")
_AT_STORE = (
    SUBSCRIPTION.c.store == sa.bindparam("store"),
    SUBSCRIPTION.c.environment == sa.bindparam("environment"),
)

# The names of purchases are held, so that of one that is not known yet there is one row too, and
# one and what replaces it are seen together or not at all.
_HOLD_NAMES = Statement(
    sa.select(
        sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(sa.column("name"), 0))
    ).select_from(
        sa.select(
            sa.func.unnest(sa.bindparam("names", type_=postgresql.ARRAY(sa.Text))).label("name")
        ).subquery("named")
    )
)
_HOLD = Query(
    _KEPT.where(
        *_AT_STORE,
        SUBSCRIPTION.c.key == sa.any_(sa.bindparam("keys", type_=postgresql.ARRAY(sa.Text))),
    )
    .order_by(SUBSCRIPTION.c.id)
    .with_for_update(),
    _Row,
)
_PERIODS = Query(
    sa.select(*(PERIOD.c[name] for name in _PeriodRow.__struct_fields__)).where(
        PERIOD.c.subscription_id
        == sa.any_(sa.bindparam("subscriptions", type_=postgresql.ARRAY(sa.Uuid)))
    ),
    _PeriodRow,
)
PLACE = Query(
    sa.select(*(SUBSCRIPTION.c[name] for name in Place.__struct_fields__)).where(_THIS), Place
)
_FIND = Query(_KEPT.where(_THIS), _Row)
_OF_ACCOUNT = Query(
    _KEPT.where(SUBSCRIPTION.c.account_id == sa.bindparam("account")).order_by(
        SUBSCRIPTION.c.created_at.desc(), SUBSCRIPTION.c.id.desc()
    ),
    _Row,
)
_REPLACING = Query(_KEPT.where(*_AT_STORE, SUBSCRIPTION.c.replaces == sa.bindparam("key")), _Row)
CHANGED = Query(
    sa.select(SUBSCRIPTION.c.id)
    .where(SUBSCRIPTION.c.changes_at <= sa.bindparam("now", type_=sa.DateTime(timezone=True)))
    .order_by(SUBSCRIPTION.c.changes_at)
    .limit(sa.bindparam("most")),
    Found,
)
ACKNOWLEDGED = Statement(sa.update(SUBSCRIPTION).where(_THIS).values(acknowledged=True))
FORGET = Statement(
    sa.delete(SUBSCRIPTION).where(
        SUBSCRIPTION.c.paid_until < sa.bindparam("before", type_=sa.DateTime(timezone=True))
    )
)

_NEW = insert(SUBSCRIPTION).values(
    {column.name: sa.bindparam(column.name) for column in SUBSCRIPTION.columns}
)
_FIXED = {"id", "store", "environment", "key", "created_at"}
_KEEP = Statement(
    _NEW.on_conflict_do_update(
        index_elements=[SUBSCRIPTION.c.id],
        set_={
            column.name: _NEW.excluded[column.name]
            for column in SUBSCRIPTION.columns
            if column.name not in _FIXED
        },
    )
)
_PERIOD_NAMES = tuple(column.name for column in PERIOD.columns)
_written = (
    sa.func.unnest(
        *(sa.bindparam(name, type_=postgresql.ARRAY(PERIOD.c[name].type)) for name in _PERIOD_NAMES)
    )
    .table_valued(*(sa.column(name, PERIOD.c[name].type) for name in _PERIOD_NAMES))
    .render_derived(name="written")
)
_NEW_PERIODS = insert(PERIOD).from_select(_PERIOD_NAMES, sa.select(*_written.c))
# One statement, however long the history that a store told anew.
_KEEP_PERIODS = Statement(
    _NEW_PERIODS.on_conflict_do_update(
        index_elements=[PERIOD.c.subscription_id, PERIOD.c.transaction_id],
        set_={
            column.name: _NEW_PERIODS.excluded[column.name]
            for column in PERIOD.columns
            if not column.primary_key
        },
    )
)


async def hold(
    tx: Transaction, store: Store, environment: Environment, keys: Iterable[str | None]
) -> dict[str, Kept]:
    """What is known of purchases, which nobody else changes, or adds, before `tx` ends."""
    named = sorted({key for key in keys if key is not None})
    await tx.fetch(
        _HOLD_NAMES.sql,
        *_HOLD_NAMES.arguments({"names": [f"{store}:{environment}:{key}" for key in named]}),
    )
    rows = await _HOLD.all(tx, store=store, environment=environment, keys=named)
    return {each.key: each for each in await _kept(tx, rows)}


async def find(db: Reading, subscription_id: UUID) -> Kept | None:
    found = await _kept(db, await _FIND.all(db, subscription=subscription_id))
    return found[0] if found else None


async def of_account(db: Reading, account_id: UUID) -> list[Kept]:
    """The newest first."""
    return await _kept(db, await _OF_ACCOUNT.all(db, account=account_id))


async def replacing(
    db: Reading, at_store: Store, environment: Environment, key: str
) -> Kept | None:
    """What took the place of a purchase; of several the one whose time began first."""
    rows = await _REPLACING.all(db, store=at_store, environment=environment, key=key)
    return min(
        (each for each in await _kept(db, rows) if each.record.begins_at is not None),
        key=lambda each: (each.record.begins_at, each.id),
        default=None,
    )


async def write(tx: Transaction, kept: Kept, standing: Standing) -> None:
    """Keep all of it but its periods."""
    record = kept.record
    spans = () if record.family_shared else standing.entitled
    await _KEEP.execute(
        tx,
        id=kept.id,
        store=kept.store,
        environment=kept.environment,
        key=kept.key,
        account_id=kept.account_id,
        created_at=kept.created_at,
        state=kept.state,
        transaction_id=kept.transaction_id,
        renewal=record.renewal,
        naming=record.naming,
        replaces=record.replaces,
        replaced_at=record.replaced_at,
        acknowledged=record.acknowledged,
        told_at=record.told_at,
        product_id=standing.product_id,
        changes_at=standing.changes_at,
        due_at=standing.due_at,
        paid_until=max(
            map(usable_until, record.as_it_ran().periods.values()), default=kept.created_at
        ),
        family_shared=record.family_shared,
        entitled=[asyncpg.Range(each.begins_at, each.ends_at) for each in spans],
    )


async def write_periods(
    tx: Transaction, subscription_id: UUID, periods: Collection[Period]
) -> None:
    rows = [_row(subscription_id, each) for each in periods]
    await _KEEP_PERIODS.execute(
        tx, **{name: [getattr(row, name) for row in rows] for name in _PERIOD_NAMES}
    )


def _row(subscription_id: UUID, period: Period) -> _PeriodRow:
    offer, paid, refunded = period.offer, period.paid, period.refunded
    return _PeriodRow(
        subscription_id=subscription_id,
        transaction_id=period.transaction_id,
        told_at=period.told_at,
        product_id=period.product_id,
        begins_at=period.begins_at,
        ends_at=period.ends_at,
        paid_micros=paid.micros if paid else None,
        paid_currency=paid.currency if paid else None,
        offer_kind=offer.kind if offer else None,
        offer_mode=offer.mode if offer else None,
        offer_id=offer.id if offer else None,
        refunded_micros=refunded.micros if refunded else None,
        refunded_currency=refunded.currency if refunded else None,
        refunded_at=period.refunded_at,
        revoked_at=period.revoked_at,
        replaced_at=period.replaced_at,
    )


async def _kept(db: Reading, rows: Collection[_Row]) -> list[Kept]:
    periods: dict[UUID, dict[str, Period]] = {row.id: {} for row in rows}
    for each in await _PERIODS.all(db, subscriptions=list(periods)) if rows else ():
        periods[each.subscription_id][each.transaction_id] = each.period()
    return [_with(row, periods[row.id]) for row in rows]


def _with(row: _Row, periods: Mapping[str, Period]) -> Kept:
    return Kept(
        id=row.id,
        store=row.store,
        environment=row.environment,
        key=row.key,
        account_id=row.account_id,
        created_at=row.created_at,
        state=row.state,
        transaction_id=row.transaction_id,
        record=Record(
            periods=periods,
            renewal=row.renewal,
            naming=row.naming,
            replaces=row.replaces,
            replaced_at=row.replaced_at,
            acknowledged=row.acknowledged,
        ),
    )


def _money(micros: int | None, currency: str | None) -> Money | None:
    return None if micros is None or currency is None else Money(micros, currency)
