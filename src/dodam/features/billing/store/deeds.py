"""Statements on what was asked to be done about subscriptions."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects.postgresql import ARRAY, insert

from dodam.features.billing.models.deeds import Deed, DeedKind, DeedState, Target
from dodam.features.billing.tables.deeds import DEED
from dodam.features.billing.tables.subscriptions import SUBSCRIPTION
from dodam.platform.statements import Query, Statement


class DeedId(Struct, frozen=True):
    id: UUID


class Buyer(Struct, frozen=True):
    """A subscription, and the account that holds it, if one does."""

    id: UUID
    account_id: UUID | None


class Count(Struct, frozen=True):
    count: int


class Extended(Struct, frozen=True):
    """The period that an extension is of; null before the store was first asked."""

    transaction_id: str | None
    period_ended_at: datetime | None

    @property
    def target(self) -> Target | None:
        if self.transaction_id is None or self.period_ended_at is None:
            return None
        return Target(self.transaction_id, self.period_ended_at)


def row(deed: Deed) -> dict[str, object]:
    return {name: getattr(deed, name) for name in Deed.__struct_fields__}


def _is_in(*states: DeedState) -> sa.ColumnElement[bool]:
    return DEED.c.state.in_([sa.literal_column(f"'{state}'") for state in states])


_THIS = DEED.c.id == sa.bindparam("deed_id")
_OF_SUBSCRIPTION = DEED.c.subscription_id == sa.bindparam("subscription_id")
_COLUMNS = tuple(DEED.c[name] for name in Deed.__struct_fields__)

# Deeds about one subscription are asked for one after the other. Not its row is held: who learns of
# it holds the row too, after other locks.
TAKE_TURNS = Statement(
    sa.select(
        sa.func.pg_advisory_xact_lock(
            sa.func.hashtextextended(
                sa.literal_column("'billing.deeds:'")
                + sa.cast(sa.bindparam("subscription_id", type_=sa.Uuid), sa.Text),
                0,
            )
        )
    )
)
BUYER = Query(
    sa.select(SUBSCRIPTION.c.id, SUBSCRIPTION.c.account_id).where(
        SUBSCRIPTION.c.store == sa.bindparam("at_store"),
        SUBSCRIPTION.c.environment == sa.bindparam("in_environment"),
        SUBSCRIPTION.c.key == sa.bindparam("known_by"),
    ),
    Buyer,
)
INSERT = Query(
    insert(DEED)
    .values({name: sa.bindparam(name) for name in Deed.__struct_fields__})
    .on_conflict_do_nothing()
    .returning(DEED.c.id),
    DeedId,
)
FIND = Query(sa.select(*_COLUMNS).where(_THIS), Deed)
OF_SUBSCRIPTIONS = Query(
    sa.select(*_COLUMNS)
    .where(
        DEED.c.subscription_id == sa.any_(sa.bindparam("subscription_ids", type_=ARRAY(sa.Uuid)))
    )
    .order_by(DEED.c.asked_at.desc(), DEED.c.id.desc()),
    Deed,
)
WAITING_CANCELLATION = Query(
    sa.select(*_COLUMNS)
    .where(
        _OF_SUBSCRIPTION,
        DEED.c.kind == DeedKind.CANCELLATION.value,
        # One that failed is in nobody's way: who asks again has the store asked again.
        _is_in(DeedState.WAITING),
    )
    .limit(1),
    Deed,
)
EXTENSIONS_SINCE = Query(
    sa.select(sa.func.count().label("count")).where(
        _OF_SUBSCRIPTION,
        DEED.c.kind == DeedKind.EXTENSION.value,
        _is_in(DeedState.WAITING, DeedState.DONE),
        DEED.c.asked_at > sa.bindparam("since"),
    ),
    Count,
)
TARGET = Query(sa.select(DEED.c.transaction_id, DEED.c.period_ended_at).where(_THIS), Extended)
AIM = Statement(
    sa.update(DEED)
    .where(_THIS, DEED.c.transaction_id.is_(None))
    .values(
        transaction_id=sa.bindparam("of_transaction"),
        period_ended_at=sa.bindparam("ended"),
    )
)
END = Statement(
    sa.update(DEED)
    .where(_THIS, DEED.c.ended_at.is_(None))
    .values(
        state=sa.bindparam("ended_as"),
        note=sa.bindparam("said"),
        ended_at=sa.bindparam("at"),
    )
)
FAIL = Statement(
    sa.update(DEED)
    .where(_THIS, DEED.c.ended_at.is_(None))
    .values(state=DeedState.FAILED.value, note=sa.bindparam("said"))
)
# What somebody wrote goes with the account; that it was done stays with the payments.
FORGET_REASONS = Statement(
    sa.update(DEED)
    .where(
        DEED.c.reason.is_not(None),
        DEED.c.subscription_id.in_(
            sa.select(SUBSCRIPTION.c.id).where(SUBSCRIPTION.c.account_id == sa.bindparam("account"))
        ),
    )
    .values(reason=sa.null())
)
