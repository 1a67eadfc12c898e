"""Accounts, sessions (a signed-in device) and the refresh tokens of each session."""

import sqlalchemy as sa

from dodam.platform.tables import METADATA

SCHEMA = "accounts"

ACCOUNT = sa.Table(
    "account",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("email", sa.Text, nullable=False),
    # The address as it is compared: normalised and lower-cased.
    sa.Column("email_key", sa.Text, nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("password_hash", sa.Text, nullable=False),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    schema=SCHEMA,
)

SESSION = sa.Table(
    "session",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column(
        "account_id", sa.Uuid, sa.ForeignKey("accounts.account.id"), nullable=False, index=True
    ),
    sa.Column("device", sa.Text),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("ended_at", sa.DateTime(timezone=True)),
    sa.Column("ended_by", sa.Text),
    sa.CheckConstraint("ended_by in ('sign_out', 'token_reuse')", name="ended_by"),
    sa.CheckConstraint("(ended_at is null) = (ended_by is null)", name="ended"),
    schema=SCHEMA,
)

REFRESH_TOKEN = sa.Table(
    "refresh_token",
    METADATA,
    # SHA-256 of the token: what is stored opens nothing.
    sa.Column("digest", sa.LargeBinary, primary_key=True),
    sa.Column(
        "session_id", sa.Uuid, sa.ForeignKey("accounts.session.id"), nullable=False, index=True
    ),
    sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False, index=True),
    sa.Column("used_at", sa.DateTime(timezone=True)),
    schema=SCHEMA,
)
