"""Plays that were granted."""

import sqlalchemy as sa

from dodam.platform.tables import METADATA

SCHEMA = "games"

PLAY = sa.Table(
    "play",
    METADATA,
    sa.Column("child_id", sa.Uuid, sa.ForeignKey("children.child.id"), primary_key=True),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("game", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("tickets_spent", sa.Integer, nullable=False),
    # It ends one way or the other, or in neither.
    sa.Column("given_back_at", sa.DateTime(timezone=True)),
    sa.Column("result_id", sa.Uuid),
    sa.CheckConstraint("tickets_spent >= 0", name="tickets_spent"),
    sa.CheckConstraint("given_back_at is null or result_id is null", name="end"),
    # What limits count.
    sa.Index(None, "child_id", "granted_at"),
    schema=SCHEMA,
)
