"""Behaviour events."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

# One kind of document more.
_KINDS = {
    "consent_document": ("terms", "privacy", "child_data", "child_health", "marketing"),
    "consent": ("terms", "privacy", "marketing"),
}


def upgrade() -> None:
    op.execute("create schema insight")
    op.create_table(
        "person",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("distinct_id", sa.Uuid(), nullable=False),
        sa.Column("consent_version", sa.SmallInteger(), nullable=False),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("followed_since", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.account.id"], name=op.f("person_account_id_fkey")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("person_pkey")),
        sa.UniqueConstraint("distinct_id", name=op.f("person_distinct_id_key")),
        schema="insight",
    )
    op.create_table(
        "taken_event",
        sa.Column("distinct_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["distinct_id"],
            ["insight.person.distinct_id"],
            name=op.f("taken_event_distinct_id_fkey"),
            ondelete="cascade",
        ),
        sa.PrimaryKeyConstraint("distinct_id", "id", name=op.f("taken_event_pkey")),
        schema="insight",
    )
    op.create_index(op.f("taken_event_taken_at_idx"), "taken_event", ["taken_at"], schema="insight")
    op.create_table(
        "deletion",
        sa.Column("distinct_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tracking_id", sa.Text(), nullable=True),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "reason in ('consent_withdrawn', 'test_account', 'account_erased')",
            name=op.f("deletion_reason_check"),
        ),
        sa.CheckConstraint(
            "(tracking_id is null) = (ordered_at is null)", name=op.f("deletion_ordered_check")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.account.id"], name=op.f("deletion_account_id_fkey")
        ),
        sa.PrimaryKeyConstraint("distinct_id", name=op.f("deletion_pkey")),
        schema="insight",
    )
    op.create_index(op.f("deletion_account_id_idx"), "deletion", ["account_id"], schema="insight")
    for table, kinds in _KINDS.items():
        listed = ", ".join(f"'{kind}'" for kind in (*kinds, "analytics"))
        op.drop_constraint(op.f(f"{table}_kind_check"), table, schema="accounts")
        op.create_check_constraint(
            op.f(f"{table}_kind_check"),
            table,
            f"kind in ({listed})",
            schema="accounts",
            postgresql_not_valid=True,
        )
