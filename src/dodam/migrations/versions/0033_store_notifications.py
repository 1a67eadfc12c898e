"""What the stores sent."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0033"
down_revision = "0032"

_STORES = "store in ('apple', 'google')"


def upgrade() -> None:
    _messages()
    _reconciliation()


def _messages() -> None:
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
        "notification_last",
        "notification",
        ["store", "received_at"],
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


def _reconciliation() -> None:
    op.create_table(
        "asked",
        sa.Column("subscription_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["billing.subscription.id"],
            name=op.f("asked_subscription_id_fkey"),
            ondelete="cascade",
        ),
        sa.PrimaryKeyConstraint("subscription_id", name=op.f("asked_pkey")),
        schema="billing",
    )
    op.create_table(
        "mark",
        sa.Column("list", sa.Text(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("list", name=op.f("mark_pkey")),
        schema="billing",
    )
    op.create_table(
        "drift",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subscription_id", sa.Uuid(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("differs", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("ledger_lines", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "because in ('due', 'sweep', 'voided')", name=op.f("drift_because_check")
        ),
        sa.CheckConstraint("verdict in ('late', 'missed')", name=op.f("drift_verdict_check")),
        sa.CheckConstraint("ledger_lines >= 0", name=op.f("drift_ledger_lines_check")),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["billing.subscription.id"],
            name=op.f("drift_subscription_id_fkey"),
            ondelete="cascade",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("drift_pkey")),
        schema="billing",
    )
    op.create_index(
        op.f("drift_subscription_id_idx"),
        "drift",
        ["subscription_id"],
        unique=False,
        schema="billing",
    )
    op.create_index("drift_found", "drift", ["found_at", "id"], unique=False, schema="billing")
