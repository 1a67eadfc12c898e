"""Patch notes, edit by edit, and who has read them."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from dodam.features.accounts.models.devices import Platform
from dodam.features.livesettings.tables.settings import SCHEMA
from dodam.platform.tables import METADATA

_PLATFORMS = ", ".join(f"'{platform}'" for platform in Platform)

# Rows are added, never changed: the history of a note is its rows, the last of which holds.
PATCH_NOTE = sa.Table(
    "patch_note",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("edit", sa.Integer, primary_key=True),
    sa.Column("app_version", sa.Text, nullable=False),
    sa.Column("platforms", ARRAY(sa.Text)),
    sa.Column("text", JSONB, nullable=False),
    sa.Column("publish_at", sa.DateTime(timezone=True)),
    sa.Column("withdrawn", sa.Boolean, nullable=False),
    sa.Column("made_by", sa.Uuid, nullable=False),
    sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("edit > 0", name="edit"),
    sa.CheckConstraint(f"platforms <@ array[{_PLATFORMS}]::text[]", name="platforms"),
    schema=SCHEMA,
)
PATCH_NOTE_READ = sa.Table(
    "patch_note_read",
    METADATA,
    sa.Column("account_id", sa.Uuid, sa.ForeignKey("accounts.account.id"), primary_key=True),
    sa.Column("note_id", sa.Uuid, primary_key=True),
    sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
    schema=SCHEMA,
)
