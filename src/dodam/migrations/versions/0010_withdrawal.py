"""Leaving: what was asked for, and the proof of what was erased."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "withdrawal",
        sa.Column("receipt", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erase_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "undone_at is null or erased_at is null", name=op.f("withdrawal_outcome_check")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.account.id"], name=op.f("withdrawal_account_id_fkey")
        ),
        sa.PrimaryKeyConstraint("receipt", name=op.f("withdrawal_pkey")),
        schema="accounts",
    )
    op.create_index(
        op.f("withdrawal_account_id_idx"),
        "withdrawal",
        ["account_id"],
        unique=False,
        schema="accounts",
    )
    op.create_table(
        "erasure",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rows", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.account.id"], name=op.f("erasure_account_id_fkey")
        ),
        sa.PrimaryKeyConstraint("account_id", "part", name=op.f("erasure_pkey")),
        schema="accounts",
    )
    # The rules of the revision before hold for old rows too.
    for name in ("removed_by", "removed", "erase_at", "pseudonymised"):
        op.execute(f"alter table children.child validate constraint child_{name}_check")
