"""What is new in a version of the app, and who has read it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    op.create_table(
        "patch_note",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("edit", sa.Integer(), nullable=False),
        sa.Column("app_version", sa.Text(), nullable=False),
        sa.Column("platforms", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column("text", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("publish_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("edit > 0", name=op.f("patch_note_edit_check")),
        sa.CheckConstraint(
            "platforms <@ array['ios', 'android', 'windows', 'macos', 'linux', 'web']::text[]",
            name=op.f("patch_note_platforms_check"),
        ),
        sa.PrimaryKeyConstraint("id", "edit", name=op.f("patch_note_pkey")),
        schema="livesettings",
    )
    op.create_table(
        "patch_note_read",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("note_id", sa.Uuid(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.account.id"],
            name=op.f("patch_note_read_account_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("account_id", "note_id", name=op.f("patch_note_read_pkey")),
        schema="livesettings",
    )
