"""Google and Apple sign-ins."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "apple_notice",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("apple_notice_pkey")),
        schema="accounts",
    )
    op.create_index(
        op.f("apple_notice_expires_at_idx"),
        "apple_notice",
        ["expires_at"],
        unique=False,
        schema="accounts",
    )
    op.create_table(
        "identity",
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("email_is_relay", sa.Boolean(), nullable=False),
        sa.Column("mail_forwarded", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("mail_changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sealed_token", sa.LargeBinary(), nullable=True),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("authorized_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("provider in ('google', 'apple')", name=op.f("identity_provider_check")),
        sa.CheckConstraint(
            "revoked_at is null or sealed_token is null", name=op.f("identity_revoked_check")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.account.id"], name=op.f("identity_account_id_fkey")
        ),
        sa.PrimaryKeyConstraint("provider", "subject", name=op.f("identity_pkey")),
        sa.UniqueConstraint(
            "account_id", "provider", name=op.f("identity_account_id_provider_key")
        ),
        schema="accounts",
    )
