"""Consent, attributes, devices, test accounts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "user_attribute",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("slot", sa.Text(), nullable=False),
        sa.Column("value", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("granted_by", sa.Uuid(), nullable=True),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.Uuid(), nullable=True),
        sa.Column("superseded_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "valid_until > valid_from", name=op.f("user_attribute_valid_until_check")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.account.id"], name=op.f("user_attribute_account_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("user_attribute_pkey")),
        schema="accounts",
    )
    op.create_index(
        op.f("user_attribute_account_id_key_idx"),
        "user_attribute",
        ["account_id", "key"],
        unique=False,
        schema="accounts",
    )
