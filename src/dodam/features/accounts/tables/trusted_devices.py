"""Devices on which an account's holder has proved to be its holder."""

import sqlalchemy as sa

from dodam.features.accounts.tables.people import SCHEMA
from dodam.platform.tables import METADATA

TRUSTED_DEVICE = sa.Table(
    "trusted_device",
    METADATA,
    # SHA-256 of the device's secret: what is stored opens nothing.
    sa.Column("digest", sa.LargeBinary, primary_key=True),
    sa.Column(
        "account_id", sa.Uuid, sa.ForeignKey("accounts.account.id"), nullable=False, index=True
    ),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False, index=True),
    schema=SCHEMA,
)
