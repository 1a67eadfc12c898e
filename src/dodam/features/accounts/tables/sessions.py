"""Sessions (a signed-in device), their refresh tokens, and tokens that work once."""

import sqlalchemy as sa

from dodam.features.accounts.tables.people import SCHEMA
from dodam.platform.tables import METADATA

SESSION = sa.Table(
    "session",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column(
        "account_id", sa.Uuid, sa.ForeignKey("accounts.account.id"), nullable=False, index=True
    ),
    sa.Column("device", sa.Text),
    sa.Column("method", sa.Text, nullable=False, server_default="password"),
    sa.Column("address", sa.Text),
    sa.Column("user_agent", sa.Text),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("last_used_at", sa.DateTime(timezone=True)),
    sa.Column("ended_at", sa.DateTime(timezone=True)),
    sa.Column("ended_by", sa.Text),
    sa.CheckConstraint("method in ('password', 'google', 'apple')", name="method"),
    sa.CheckConstraint(
        "ended_by in ('sign_out', 'token_reuse', 'revoked', 'password_changed', 'withdrawal',"
        " 'staff', 'provider')",
        name="ended_by",
    ),
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

ONE_TIME_TOKEN = sa.Table(
    "one_time_token",
    METADATA,
    # SHA-256 of the token: what is stored opens nothing.
    sa.Column("digest", sa.LargeBinary, primary_key=True),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("account_id", sa.Uuid, sa.ForeignKey("accounts.account.id"), index=True),
    # What the token was made for besides the account, such as the address to verify.
    sa.Column("detail", sa.Text),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False, index=True),
    sa.Column("used_at", sa.DateTime(timezone=True)),
    sa.CheckConstraint(
        "purpose in ('verify_email', 'reset_password', 'sign_in_nonce', 'staff_invitation')",
        name="purpose",
    ),
    schema=SCHEMA,
)
