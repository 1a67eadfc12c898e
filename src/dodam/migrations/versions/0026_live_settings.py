"""Settings of the game in versions, published at a time, for whom they are meant."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.execute("create schema livesettings")
    op.create_table(
        "namespace",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("schema", JSONB(), nullable=False),
        sa.Column("defaults", JSONB(), nullable=False),
        sa.Column("edit", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(r"name ~ '^[a-z][a-z0-9_.]{1,59}$'", name=op.f("namespace_name_check")),
        sa.CheckConstraint(
            "owner in ('staff', 'game', 'release')", name=op.f("namespace_owner_check")
        ),
        sa.CheckConstraint("edit > 0", name=op.f("namespace_edit_check")),
        sa.PrimaryKeyConstraint("name", name=op.f("namespace_pkey")),
        schema="livesettings",
    )
    op.create_table(
        "draft",
        sa.Column("namespace", sa.Text(), nullable=False),
        sa.Column("edit", sa.Integer(), nullable=False),
        sa.Column("value", JSONB(), nullable=False),
        sa.Column("rules", JSONB(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint("edit > 0", name=op.f("draft_edit_check")),
        sa.ForeignKeyConstraint(
            ["namespace"], ["livesettings.namespace.name"], name=op.f("draft_namespace_fkey")
        ),
        sa.PrimaryKeyConstraint("namespace", name=op.f("draft_pkey")),
        schema="livesettings",
    )
    op.create_table(
        "publication",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("namespace", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("value", JSONB(), nullable=False),
        sa.Column("rules", JSONB(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("takes_effect_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.Uuid(), nullable=False),
        sa.Column("restores", sa.Integer(), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("version > 0", name=op.f("publication_version_check")),
        sa.CheckConstraint(
            "(cancelled_at is null) = (cancelled_by is null)",
            name=op.f("publication_cancelled_check"),
        ),
        sa.ForeignKeyConstraint(
            ["namespace"], ["livesettings.namespace.name"], name=op.f("publication_namespace_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("publication_pkey")),
        sa.UniqueConstraint("namespace", "version", name=op.f("publication_namespace_version_key")),
        schema="livesettings",
    )
