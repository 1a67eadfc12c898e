"""Verified phone numbers, codes under way, and devices."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "phone",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.account.id"], name=op.f("phone_account_id_fkey")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("phone_pkey")),
        schema="accounts",
    )
    op.create_table(
        "phone_verification",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.account.id"], name=op.f("phone_verification_account_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("phone_verification_pkey")),
        schema="accounts",
    )
    for column in ("account_id", "expires_at", "number"):
        op.create_index(
            op.f(f"phone_verification_{column}_idx"),
            "phone_verification",
            [column],
            unique=False,
            schema="accounts",
        )
    op.create_table(
        "device",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("os_version", sa.Text(), nullable=False),
        sa.Column("app_version", sa.Text(), nullable=False),
        sa.Column("screen_width", sa.Integer(), nullable=False),
        sa.Column("screen_height", sa.Integer(), nullable=False),
        sa.Column("memory_mb", sa.Integer(), nullable=False),
        sa.Column("gpu", sa.Text(), nullable=True),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "platform in ('ios', 'android', 'windows', 'macos', 'linux', 'web')",
            name=op.f("device_platform_check"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.account.id"], name=op.f("device_account_id_fkey")
        ),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("device_pkey")),
        schema="accounts",
    )
