"""Accounts: guardians and staff."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from dodam.platform.tables import METADATA

SCHEMA = "accounts"

ACCOUNT = sa.Table(
    "account",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False, server_default="guardian"),
    # Nothing personal is left of an erased account: neither address nor name nor password.
    sa.Column("email", sa.Text),
    # The address as it is compared: normalised and lower-cased.
    sa.Column("email_key", sa.Text, unique=True),
    sa.Column("email_verified_at", sa.DateTime(timezone=True)),
    sa.Column("name", sa.Text),
    # Of an account that signs in with Google or Apple only, there is none.
    sa.Column("password_hash", sa.Text),
    sa.Column("password_must_change", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("country", sa.Text, nullable=False, server_default="KR"),
    sa.Column("language", sa.Text, nullable=False, server_default="ko"),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
    sa.Column("erase_at", sa.DateTime(timezone=True)),
    sa.Column("erased_at", sa.DateTime(timezone=True)),
    sa.CheckConstraint("kind in ('guardian', 'staff')", name="kind"),
    sa.CheckConstraint("country ~ '^[A-Z]{2}$'", name="country"),
    sa.CheckConstraint("language in ('ko', 'en')", name="language"),
    sa.CheckConstraint("(email is null) = (email_key is null)", name="email"),
    sa.CheckConstraint("(withdrawn_at is null) = (erase_at is null)", name="withdrawn"),
    sa.CheckConstraint(
        "erased_at is null or (email is null and name is null and password_hash is null)",
        name="erased",
    ),
    schema=SCHEMA,
)

STAFF_MEMBER = sa.Table(
    "staff_member",
    METADATA,
    sa.Column("account_id", sa.Uuid, sa.ForeignKey("accounts.account.id"), primary_key=True),
    sa.Column("roles", postgresql.ARRAY(sa.Text), nullable=False),
    # The second factor's shared secret (RFC 6238), encrypted.
    sa.Column("totp_secret", sa.LargeBinary),
    sa.Column("totp_confirmed_at", sa.DateTime(timezone=True)),
    # The time step of the last accepted code: a code opens once.
    sa.Column("totp_last_step", sa.BigInteger),
    sa.Column("invited_by", sa.Uuid),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("disabled_at", sa.DateTime(timezone=True)),
    sa.CheckConstraint(
        "roles <@ array['admin', 'clinician', 'trial_coordinator', 'support', 'marketing',"
        " 'viewer']::text[]",
        name="roles",
    ),
    schema=SCHEMA,
)
