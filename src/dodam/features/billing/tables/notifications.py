"""What the stores sent, and how much that they did not."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from dodam.features.billing.tables import SCHEMA
from dodam.platform.tables import METADATA

NOTIFICATION = sa.Table(
    "notification",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("store", sa.Text, nullable=False),
    # The store's own.
    sa.Column("message_id", sa.Text, nullable=False),
    sa.Column("environment", sa.Text, nullable=False),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("subtype", sa.Text),
    # The subscription it is about, as the store knows it.
    sa.Column("key", sa.Text),
    sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("came_by", sa.Text, nullable=False),
    # As it came, signature and all; null where it did not come to us, but was fetched.
    sa.Column("raw", sa.Text),
    sa.Column("message", JSONB, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    # Why the last attempt failed, or why there was nothing to do.
    sa.Column("reason", sa.Text),
    sa.Column("settled_at", sa.DateTime(timezone=True)),
    sa.CheckConstraint("store in ('apple', 'google')", name="store"),
    sa.CheckConstraint("came_by in ('push', 'pull', 'history')", name="came_by"),
    sa.CheckConstraint("state in ('waiting', 'done', 'kept', 'failed')", name="state"),
    sa.CheckConstraint("(state in ('done', 'kept')) = (settled_at is not null)", name="settled_at"),
    sa.UniqueConstraint("store", "message_id"),
    sa.Index("notification_received", "received_at", "id"),
    sa.Index("notification_last", "store", "received_at"),
    sa.Index("notification_key", "store", "key"),
    sa.Index(
        "notification_unsettled",
        "store",
        "key",
        postgresql_where=sa.text("state in ('waiting', 'failed')"),
    ),
    schema=SCHEMA,
)

# A row a store, a day and a reason, however many forgeries come.
REFUSED = sa.Table(
    "refused",
    METADATA,
    sa.Column("store", sa.Text, primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("reason", sa.Text, primary_key=True),
    sa.Column("count", sa.BigInteger, nullable=False),
    sa.CheckConstraint("store in ('apple', 'google')", name="store"),
    schema=SCHEMA,
)
