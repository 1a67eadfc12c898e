"""Trusted devices; and the rules of the revision before hold for old rows too."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_RULES = (
    ("account", "kind"),
    ("account", "country"),
    ("account", "language"),
    ("account", "email"),
    ("account", "withdrawn"),
    ("account", "erased"),
    ("session", "method"),
    ("session", "ended_by"),
)


def upgrade() -> None:
    op.create_table(
        "trusted_device",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.account.id"], name=op.f("trusted_device_account_id_fkey")
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("trusted_device_pkey")),
        schema="accounts",
    )
    op.create_index(
        op.f("trusted_device_account_id_idx"),
        "trusted_device",
        ["account_id"],
        unique=False,
        schema="accounts",
    )
    op.create_index(
        op.f("trusted_device_expires_at_idx"),
        "trusted_device",
        ["expires_at"],
        unique=False,
        schema="accounts",
    )
    for table, name in _RULES:
        op.execute(f"alter table accounts.{table} validate constraint {table}_{name}_check")
