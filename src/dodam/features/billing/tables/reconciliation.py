"""When the stores were asked, how far their lists were read, and what that found."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from dodam.features.billing.tables import SCHEMA
from dodam.platform.tables import METADATA

ASKED = sa.Table(
    "asked",
    METADATA,
    sa.Column(
        "subscription_id",
        sa.Uuid,
        sa.ForeignKey("billing.subscription.id", ondelete="cascade"),
        primary_key=True,
    ),
    sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
    schema=SCHEMA,
)

MARK = sa.Table(
    "mark",
    METADATA,
    sa.Column("list", sa.Text, primary_key=True),
    sa.Column("until", sa.DateTime(timezone=True), nullable=False),
    sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
    schema=SCHEMA,
)

DRIFT = sa.Table(
    "drift",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column(
        "subscription_id",
        sa.Uuid,
        sa.ForeignKey("billing.subscription.id", ondelete="cascade"),
        nullable=False,
        index=True,
    ),
    sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("because", sa.Text, nullable=False),
    sa.Column("differs", ARRAY(sa.Text), nullable=False),
    # Null where the subscription was not known at all.
    sa.Column("before", sa.Text),
    sa.Column("after", sa.Text, nullable=False),
    sa.Column("ledger_lines", sa.Integer, nullable=False),
    sa.Column("verdict", sa.Text),
    sa.CheckConstraint("because in ('due', 'sweep', 'voided')", name="because"),
    sa.CheckConstraint("verdict in ('late', 'missed')", name="verdict"),
    sa.CheckConstraint("ledger_lines >= 0", name="ledger_lines"),
    sa.Index("drift_found", "found_at", "id"),
    schema=SCHEMA,
)
