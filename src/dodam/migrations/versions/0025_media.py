"""Staff write motions, with media."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    _media()
    _motions()


def _media() -> None:
    op.create_table(
        "medium",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("alt", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("uploaded_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("medium_pkey")),
        sa.UniqueConstraint("name", name=op.f("medium_name_key")),
        schema="content",
    )
    op.create_table(
        "medium_use",
        sa.Column("used_by", sa.Text(), nullable=False),
        sa.Column("medium_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["medium_id"], ["content.medium.id"], name=op.f("medium_use_medium_id_fkey")
        ),
        sa.PrimaryKeyConstraint("used_by", "medium_id", name=op.f("medium_use_pkey")),
        schema="content",
    )
    op.create_index(
        op.f("medium_use_medium_id_idx"),
        "medium_use",
        ["medium_id"],
        unique=False,
        schema="content",
    )


def _motions() -> None:
    for column in (
        sa.Column("video", sa.Uuid(), nullable=True),
        sa.Column(
            "images",
            postgresql.ARRAY(sa.Uuid()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("retired", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("by_staff", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
    ):
        op.add_column("motion", column, schema="content")
    op.create_table(
        "motion_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("motion", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.Column("saved_by", sa.Uuid(), nullable=True),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["motion"], ["content.motion.id"], name=op.f("motion_version_motion_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("motion_version_pkey")),
        sa.UniqueConstraint("motion", "version", name=op.f("motion_version_motion_version_key")),
        schema="content",
    )
    # What releases brought so far are the first versions.
    op.execute(
        "insert into content.motion_version"
        " (id, motion, version, content, retired, saved_at)"
        " select gen_random_uuid(), id, 1,"
        " to_jsonb(motion) - '{id,retired,by_staff,version}'::text[], false, now()"
        " from content.motion"
    )
