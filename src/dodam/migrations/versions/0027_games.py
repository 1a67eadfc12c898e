"""Mini-games are data: definitions in versions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    op.execute("create schema games")
    op.create_table(
        "game",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.CheckConstraint("id ~ '^[a-z][a-z0-9_]{1,39}$'", name=op.f("game_id_check")),
        sa.CheckConstraint("version > 0", name=op.f("game_version_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("game_pkey")),
        schema="games",
    )
    op.create_table(
        "version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("game", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("definition", JSONB(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("version > 0", name=op.f("version_version_check")),
        sa.ForeignKeyConstraint(["game"], ["games.game.id"], name=op.f("version_game_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("version_pkey")),
        sa.UniqueConstraint("game", "version", name=op.f("version_game_version_key")),
        schema="games",
    )
    op.create_table(
        "draft",
        sa.Column("game", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("edit", sa.Integer(), nullable=False),
        sa.Column("definition", JSONB(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint("edit > 0", name=op.f("draft_edit_check")),
        sa.ForeignKeyConstraint(["game"], ["games.game.id"], name=op.f("draft_game_fkey")),
        sa.PrimaryKeyConstraint("game", name=op.f("draft_pkey")),
        schema="games",
    )
