"""Callers: staff beside guardians, sessions as they are listed, tokens that work once."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"

# Checked for new rows from now on; the next revision looks through the old ones.
_RULES = (
    ("account", "kind", "kind in ('guardian', 'staff')"),
    ("account", "country", "country ~ '^[A-Z]{2}$'"),
    ("account", "language", "language in ('ko', 'en')"),
    ("account", "email", "(email is null) = (email_key is null)"),
    ("account", "withdrawn", "(withdrawn_at is null) = (erase_at is null)"),
    (
        "account",
        "erased",
        "erased_at is null or (email is null and name is null and password_hash is null)",
    ),
    ("session", "method", "method in ('password', 'google', 'apple')"),
    (
        "session",
        "ended_by",
        "ended_by in ('sign_out', 'token_reuse', 'revoked', 'password_changed', 'withdrawal', 'staff', 'provider')",
    ),
)


def upgrade() -> None:
    op.execute("create schema access")
    op.create_table(
        "ended_session",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("session_id", name=op.f("ended_session_pkey")),
        schema="access",
    )
    op.create_index(
        op.f("ended_session_ended_at_idx"),
        "ended_session",
        ["ended_at"],
        unique=False,
        schema="access",
    )
    op.create_table(
        "one_time_token",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "purpose in ('verify_email', 'reset_password', 'sign_in_nonce', 'staff_invitation')",
            name=op.f("one_time_token_purpose_check"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.account.id"], name=op.f("one_time_token_account_id_fkey")
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("one_time_token_pkey")),
        schema="accounts",
    )
    op.create_index(
        op.f("one_time_token_account_id_idx"),
        "one_time_token",
        ["account_id"],
        unique=False,
        schema="accounts",
    )
    op.create_index(
        op.f("one_time_token_expires_at_idx"),
        "one_time_token",
        ["expires_at"],
        unique=False,
        schema="accounts",
    )
    op.create_table(
        "staff_member",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("roles", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("totp_secret", sa.LargeBinary(), nullable=True),
        sa.Column("totp_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("totp_last_step", sa.BigInteger(), nullable=True),
        sa.Column("invited_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "roles <@ array['admin', 'clinician', 'trial_coordinator', 'support', 'marketing', 'viewer']::text[]",
            name=op.f("staff_member_roles_check"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.account.id"], name=op.f("staff_member_account_id_fkey")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("staff_member_pkey")),
        schema="accounts",
    )
    op.add_column(
        "account",
        sa.Column("kind", sa.Text(), server_default="guardian", nullable=False),
        schema="accounts",
    )
    op.add_column(
        "account",
        sa.Column("email_verified_at", sa.DateTime(timezone=True), nullable=True),
        schema="accounts",
    )
    op.add_column(
        "account",
        sa.Column(
            "password_must_change", sa.Boolean(), server_default=sa.text("false"), nullable=False
        ),
        schema="accounts",
    )
    op.add_column(
        "account",
        sa.Column("country", sa.Text(), server_default="KR", nullable=False),
        schema="accounts",
    )
    op.add_column(
        "account",
        sa.Column("language", sa.Text(), server_default="ko", nullable=False),
        schema="accounts",
    )
    op.add_column(
        "account",
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        schema="accounts",
    )
    op.add_column(
        "account",
        sa.Column("erase_at", sa.DateTime(timezone=True), nullable=True),
        schema="accounts",
    )
    op.add_column(
        "account",
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        schema="accounts",
    )
    op.alter_column("account", "email", existing_type=sa.TEXT(), nullable=True, schema="accounts")
    op.alter_column(
        "account", "email_key", existing_type=sa.TEXT(), nullable=True, schema="accounts"
    )
    op.alter_column("account", "name", existing_type=sa.TEXT(), nullable=True, schema="accounts")
    op.alter_column(
        "account", "password_hash", existing_type=sa.TEXT(), nullable=True, schema="accounts"
    )
    op.add_column(
        "session",
        sa.Column("method", sa.Text(), server_default="password", nullable=False),
        schema="accounts",
    )
    op.add_column("session", sa.Column("address", sa.Text(), nullable=True), schema="accounts")
    op.add_column("session", sa.Column("user_agent", sa.Text(), nullable=True), schema="accounts")
    op.add_column(
        "session",
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        schema="accounts",
    )
    op.drop_constraint(op.f("session_ended_by_check"), "session", schema="accounts")
    for table, name, rule in _RULES:
        op.create_check_constraint(
            op.f(f"{table}_{name}_check"), table, rule, schema="accounts", postgresql_not_valid=True
        )
