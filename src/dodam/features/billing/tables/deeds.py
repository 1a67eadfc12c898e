"""What was asked to be done about subscriptions; and whom a higher price was recalled to."""

import sqlalchemy as sa

from dodam.features.audit.models import ActorKind
from dodam.features.billing.models.deeds import DeedKind, DeedState
from dodam.features.billing.tables import SCHEMA
from dodam.platform.tables import METADATA

_KINDS = ", ".join(f"'{kind}'" for kind in DeedKind)
_STATES = ", ".join(f"'{state}'" for state in DeedState)
_ACTORS = ", ".join(f"'{kind}'" for kind in ActorKind)

DEED = sa.Table(
    "deed",
    METADATA,
    # Given by who asks, or that of Apple's message: the same is asked once.
    sa.Column("id", sa.Uuid, primary_key=True),
    # A deed is kept as long as the payments it is about.
    sa.Column(
        "subscription_id",
        sa.Uuid,
        sa.ForeignKey("billing.subscription.id", ondelete="cascade"),
        nullable=False,
    ),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("by_kind", sa.Text, nullable=False),
    sa.Column("by", sa.Uuid),
    # Null once the account is erased.
    sa.Column("reason", sa.Text),
    sa.Column("days", sa.SmallInteger),
    sa.Column("account_id", sa.Uuid),
    # The period that an extension is of, as it was before.
    sa.Column("transaction_id", sa.Text),
    sa.Column("period_ended_at", sa.DateTime(timezone=True)),
    sa.Column("note", sa.Text),
    sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("ended_at", sa.DateTime(timezone=True)),
    sa.CheckConstraint(f"kind in ({_KINDS})", name="kind"),
    sa.CheckConstraint(f"state in ({_STATES})", name="state"),
    sa.CheckConstraint(f"by_kind in ({_ACTORS})", name="by_kind"),
    sa.CheckConstraint("(kind = 'extension') = (days is not null)", name="days"),
    sa.CheckConstraint("(kind = 'transfer') = (account_id is not null)", name="account_id"),
    sa.CheckConstraint(
        "(state in ('done', 'dropped')) = (ended_at is not null)",
        name="ended_at",
    ),
    sa.Index(None, "subscription_id", "asked_at"),
    schema=SCHEMA,
)

PRICE_REMINDER = sa.Table(
    "price_reminder",
    METADATA,
    sa.Column(
        "subscription_id",
        sa.Uuid,
        sa.ForeignKey("billing.subscription.id", ondelete="cascade"),
        primary_key=True,
    ),
    # Of which increase, for there may be another later: when it takes effect.
    # Of which increase, for there may be another later: when it takes effect.
    sa.Column("due_at", sa.DateTime(timezone=True), primary_key=True),
    sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=False),
    schema=SCHEMA,
)
