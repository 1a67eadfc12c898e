"""Test accounts, each under the account of whoever tests with it."""

import sqlalchemy as sa

from dodam.features.accounts.tables.people import SCHEMA
from dodam.platform.tables import METADATA

TEST_ACCOUNT = sa.Table(
    "test_account",
    METADATA,
    sa.Column("account_id", sa.Uuid, sa.ForeignKey("accounts.account.id"), primary_key=True),
    sa.Column(
        "owner_id", sa.Uuid, sa.ForeignKey("accounts.account.id"), nullable=False, index=True
    ),
    sa.Column("attached_by", sa.Uuid),
    sa.Column("attached_at", sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("owner_id <> account_id", name="owner_id"),
    schema=SCHEMA,
)
