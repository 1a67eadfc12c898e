"""Attributes of accounts. Rows are added and ended, never deleted: they are their own history."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from dodam.features.accounts.tables.people import SCHEMA
from dodam.platform.tables import METADATA

USER_ATTRIBUTE = sa.Table(
    "user_attribute",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("account_id", sa.Uuid, sa.ForeignKey("accounts.account.id"), nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    # Of one slot an account holds one value at a time.
    sa.Column("slot", sa.Text, nullable=False),
    sa.Column("value", JSONB, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
    sa.Column("valid_until", sa.DateTime(timezone=True)),
    sa.Column("granted_by", sa.Uuid),
    sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("revoked_at", sa.DateTime(timezone=True)),
    sa.Column("revoked_by", sa.Uuid),
    sa.Column("superseded_by", sa.Uuid),
    sa.CheckConstraint("valid_until > valid_from", name="valid_until"),
    sa.Index(None, "account_id", "key"),
    schema=SCHEMA,
)
