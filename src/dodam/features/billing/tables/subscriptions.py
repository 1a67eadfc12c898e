"""What accounts hold at the stores, and the ledger of what was paid, which a trigger protects."""

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from dodam.features.billing.models.payments import PaymentKind
from dodam.features.billing.models.receipts import ReceiptOutcome
from dodam.features.billing.models.states import State
from dodam.features.billing.models.stores import Environment, Store
from dodam.features.billing.tables import SCHEMA
from dodam.platform.tables import METADATA


def _one_of(column: str, words: type[StrEnum]) -> sa.CheckConstraint:
    listed = ", ".join(f"'{word}'" for word in words)
    return sa.CheckConstraint(f"{column} in ({listed})", name=column)


SUBSCRIPTION = sa.Table(
    "subscription",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("store", sa.Text, nullable=False),
    sa.Column("environment", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    # Whose it is; null until a purchase that names nobody is handed in.
    sa.Column("account_id", sa.Uuid, sa.ForeignKey("accounts.account.id"), index=True),
    # What is known of it beside its periods (models/records.py).
    sa.Column("renewal", postgresql.JSONB),
    sa.Column("naming", postgresql.JSONB),
    sa.Column("replaces", sa.Text),
    sa.Column("replaced_at", sa.DateTime(timezone=True)),
    sa.Column("acknowledged", sa.Boolean, nullable=False),
    sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
    # Where it stood when it was last looked at, so what its owner was told of, and what follows.
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("transaction_id", sa.Text),
    sa.Column("product_id", sa.Text, nullable=False),
    sa.Column("changes_at", sa.DateTime(timezone=True), index=True),
    sa.Column("due_at", sa.DateTime(timezone=True), index=True),
    # When the last of what was paid for is over; of what was never paid, when it was heard of.
    sa.Column("paid_until", sa.DateTime(timezone=True), nullable=False, index=True),
    sa.Column("family_shared", sa.Boolean, nullable=False),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    # The times that entitle, from now on. Here, not derived as somebody asks: one row answers.
    sa.Column("entitled", postgresql.TSTZMULTIRANGE, nullable=False),
    _one_of("store", Store),
    _one_of("environment", Environment),
    _one_of("state", State),
    sa.UniqueConstraint("store", "environment", "key"),
    sa.Index(
        "subscription_replaces_idx",
        "store",
        "environment",
        "replaces",
        postgresql_where=sa.text("replaces is not null"),
    ),
    schema=SCHEMA,
)

PERIOD = sa.Table(
    "period",
    METADATA,
    sa.Column(
        "subscription_id",
        sa.Uuid,
        sa.ForeignKey("billing.subscription.id", ondelete="cascade"),
        primary_key=True,
    ),
    sa.Column("transaction_id", sa.Text, primary_key=True),
    sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("product_id", sa.Text, nullable=False),
    sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("paid_micros", sa.BigInteger),
    sa.Column("paid_currency", sa.Text),
    sa.Column("offer_kind", sa.Text),
    sa.Column("offer_mode", sa.Text),
    sa.Column("offer_id", sa.Text),
    sa.Column("refunded_micros", sa.BigInteger),
    sa.Column("refunded_currency", sa.Text),
    sa.Column("refunded_at", sa.DateTime(timezone=True)),
    sa.Column("revoked_at", sa.DateTime(timezone=True)),
    sa.Column("replaced_at", sa.DateTime(timezone=True)),
    sa.CheckConstraint("(paid_micros is null) = (paid_currency is null)", name="paid"),
    sa.CheckConstraint("(refunded_micros is null) = (refunded_currency is null)", name="refunded"),
    schema=SCHEMA,
)

# Lines go with their subscription, and only so: the trigger lets none be changed or taken out.
PAYMENT = sa.Table(
    "payment",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column(
        "subscription_id",
        sa.Uuid,
        sa.ForeignKey("billing.subscription.id", ondelete="cascade"),
        nullable=False,
    ),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("transaction_id", sa.Text, nullable=False),
    sa.Column("product_id", sa.Text, nullable=False),
    sa.Column("offer_kind", sa.Text),
    sa.Column("offer_mode", sa.Text),
    sa.Column("offer_id", sa.Text),
    # Given back is below 0: the sum is what is left.
    sa.Column("micros", sa.BigInteger, nullable=False),
    sa.Column("currency", sa.Text, nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False, index=True),
    sa.Column("period_begins_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("period_ends_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
    _one_of("kind", PaymentKind),
    sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
    sa.CheckConstraint(
        "case kind when 'charge' then micros > 0 when 'refund' then micros < 0"
        " when 'refund_reversed' then micros > 0 else micros <> 0 end",
        name="micros",
    ),
    sa.UniqueConstraint(
        "subscription_id",
        "transaction_id",
        "kind",
        "currency",
        "told_at",
        "micros",
        name="payment_once_key",
    ),
    schema=SCHEMA,
)

# What a purchase that a client handed in led to, by the purchase's hash.
PAYMENT_RESULT = sa.Table(
    "payment_result",
    METADATA,
    sa.Column("account_id", sa.Uuid, sa.ForeignKey("accounts.account.id"), primary_key=True),
    sa.Column("digest", sa.LargeBinary, primary_key=True),
    sa.Column("store", sa.Text, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("subscription_id", sa.Uuid),
    sa.Column("transaction_id", sa.Text),
    # Google's token, while the store could not be asked about it.
    sa.Column("purchase_token", sa.Text),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    _one_of("store", Store),
    _one_of("outcome", ReceiptOutcome),
    sa.CheckConstraint("(outcome = 'waiting') = (purchase_token is not null)", name="waiting"),
    schema=SCHEMA,
)

# Time without paying, from promotions. An account's follow each other.
FREE_PERIOD = sa.Table(
    "free_period",
    METADATA,
    sa.Column("account_id", sa.Uuid, sa.ForeignKey("accounts.account.id"), primary_key=True),
    sa.Column("reference", sa.Text, primary_key=True),
    sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("begins_at < ends_at", name="ends_at"),
    schema=SCHEMA,
)
