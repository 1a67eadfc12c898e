"""What was done about subscriptions."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"

_KINDS = "cancellation", "extension", "revocation", "refresh", "transfer", "consumption_answer"
_ACTORS = "guardian", "staff", "api_key", "operator", "system"
# Of all documents, and of those that account holders answer.
_ALL = (
    "terms",
    "privacy",
    "child_data",
    "child_health",
    "marketing",
    "analytics",
    "sharing",
    "refund_requests",
)
_ACCOUNT = "terms", "privacy", "marketing", "analytics", "refund_requests"


def upgrade() -> None:
    op.create_table(
        "deed",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subscription_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("by_kind", sa.Text(), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("days", sa.SmallInteger(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("transaction_id", sa.Text(), nullable=True),
        sa.Column("period_ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(f"kind in ({_listed(_KINDS)})", name=op.f("deed_kind_check")),
        sa.CheckConstraint(
            "state in ('waiting', 'done', 'failed', 'dropped')", name=op.f("deed_state_check")
        ),
        sa.CheckConstraint(f"by_kind in ({_listed(_ACTORS)})", name=op.f("deed_by_kind_check")),
        sa.CheckConstraint(
            "(kind = 'extension') = (days is not null)", name=op.f("deed_days_check")
        ),
        sa.CheckConstraint(
            "(kind = 'transfer') = (account_id is not null)", name=op.f("deed_account_id_check")
        ),
        sa.CheckConstraint(
            "(state in ('done', 'dropped')) = (ended_at is not null)",
            name=op.f("deed_ended_at_check"),
        ),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["billing.subscription.id"],
            name=op.f("deed_subscription_id_fkey"),
            ondelete="cascade",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("deed_pkey")),
        schema="billing",
    )
    op.create_index(
        op.f("deed_subscription_id_asked_at_idx"),
        "deed",
        ["subscription_id", "asked_at"],
        schema="billing",
    )
    op.create_table(
        "price_reminder",
        sa.Column("subscription_id", sa.Uuid(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["billing.subscription.id"],
            name=op.f("price_reminder_subscription_id_fkey"),
            ondelete="cascade",
        ),
        sa.PrimaryKeyConstraint("subscription_id", "due_at", name=op.f("price_reminder_pkey")),
        schema="billing",
    )
    # One kind of document more.
    _allow("consent_document", _ALL)
    _allow("consent", _ACCOUNT)


def _allow(table: str, kinds: tuple[str, ...]) -> None:
    op.drop_constraint(op.f(f"{table}_kind_check"), table, schema="accounts")
    op.create_check_constraint(
        op.f(f"{table}_kind_check"),
        table,
        f"kind in ({_listed(kinds)})",
        schema="accounts",
        postgresql_not_valid=True,
    )


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)
