"""The devices an account plays on."""

import sqlalchemy as sa

from dodam.features.accounts.tables.people import SCHEMA
from dodam.platform.tables import METADATA

# The id is an installation's, made by the client: on a shared tablet two accounts have the same.
DEVICE = sa.Table(
    "device",
    METADATA,
    sa.Column("account_id", sa.Uuid, sa.ForeignKey("accounts.account.id"), primary_key=True),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("platform", sa.Text, nullable=False),
    sa.Column("model", sa.Text, nullable=False),
    sa.Column("os_version", sa.Text, nullable=False),
    sa.Column("app_version", sa.Text, nullable=False),
    sa.Column("screen_width", sa.Integer, nullable=False),
    sa.Column("screen_height", sa.Integer, nullable=False),
    sa.Column("memory_mb", sa.Integer, nullable=False),
    sa.Column("gpu", sa.Text),
    sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint(
        "platform in ('ios', 'android', 'windows', 'macos', 'linux', 'web')", name="platform"
    ),
    schema=SCHEMA,
)
