"""API keys and their secrets: while a key is being rotated, two of them work."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from dodam.features.accounts.tables.people import SCHEMA
from dodam.platform.tables import METADATA

API_KEY = sa.Table(
    "api_key",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("scopes", postgresql.ARRAY(sa.Text), nullable=False),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("expires_at", sa.DateTime(timezone=True)),
    sa.Column("revoked_at", sa.DateTime(timezone=True)),
    sa.Column("last_used_at", sa.DateTime(timezone=True)),
    schema=SCHEMA,
)

API_KEY_SECRET = sa.Table(
    "api_key_secret",
    METADATA,
    # SHA-256 of the secret, which has 256 random bits: there is nothing for a slow hash to protect.
    sa.Column("digest", sa.LargeBinary, primary_key=True),
    sa.Column(
        "api_key_id", sa.Uuid, sa.ForeignKey("accounts.api_key.id"), nullable=False, index=True
    ),
    # When a newer one took its place, until the overlap is over.
    sa.Column("expires_at", sa.DateTime(timezone=True), index=True),
    schema=SCHEMA,
)
