"""What the stores sent."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0033"
down_revision = "0032"

_STORES = "store in ('apple', 'google')"


def upgrade() -> None:
    op.create_table(
        "notification",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("store", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("subtype", sa.Text(), nullable=True),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("came_by", sa.Text(), nullable=False),
        sa.Column("raw", sa.Text(), nullable=True),
        sa.Column("message", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(_STORES, name=op.f("notification_store_check")),
        sa.CheckConstraint(
            "came_by in ('push', 'pull', 'history')", name=op.f("notification_came_by_check")
        ),
        sa.CheckConstraint(
            "state in ('waiting', 'done', 'kept', 'failed')",
            name=op.f("notification_state_check"),
        ),
        sa.CheckConstraint(
            "(state in ('done', 'kept')) = (settled_at is not null)",
            name=op.f("notification_settled_at_check"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("notification_pkey")),
        sa.UniqueConstraint("store", "message_id", name=op.f("notification_store_message_id_key")),
        schema="billing",
    )
    op.create_index(
        "notification_received",
        "notification",
        ["received_at", "id"],
        unique=False,
        schema="billing",
    )
    op.create_index(
        "notification_key", "notification", ["store", "key"], unique=False, schema="billing"
    )
    op.create_index(
        "notification_unsettled",
        "notification",
        ["store", "key"],
        unique=False,
        schema="billing",
        postgresql_where=sa.text("state in ('waiting', 'failed')"),
    )
    op.create_table(
        "refused",
        sa.Column("store", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(_STORES, name=op.f("refused_store_check")),
        sa.PrimaryKeyConstraint("store", "day", "reason", name=op.f("refused_pkey")),
        schema="billing",
    )
