"""Verified phone numbers, and codes under way."""

import sqlalchemy as sa

from dodam.features.accounts.tables.people import SCHEMA
from dodam.platform.tables import METADATA

# One number an account; one number may serve several accounts, for families share phones.
PHONE = sa.Table(
    "phone",
    METADATA,
    sa.Column("account_id", sa.Uuid, sa.ForeignKey("accounts.account.id"), primary_key=True),
    sa.Column("number", sa.Text, nullable=False),
    sa.Column("country", sa.Text, nullable=False),
    sa.Column("verified_at", sa.DateTime(timezone=True), nullable=False),
    schema=SCHEMA,
)

PHONE_VERIFICATION = sa.Table(
    "phone_verification",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column(
        "account_id", sa.Uuid, sa.ForeignKey("accounts.account.id"), nullable=False, index=True
    ),
    sa.Column("number", sa.Text, nullable=False, index=True),
    sa.Column("country", sa.Text, nullable=False),
    # What the code is checked by: a keyed digest of it, or the provider's id. Null until sent.
    sa.Column("reference", sa.Text),
    sa.Column("attempts", sa.SmallInteger, nullable=False, server_default="0"),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False, index=True),
    schema=SCHEMA,
)
