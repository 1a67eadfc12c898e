"""Results of mini-games, what they add up to, and what a game saves for itself."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    op.create_table(
        "result",
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("game", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("play_id", sa.Uuid(), nullable=True),
        sa.Column("therapy_day", sa.Date(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("duration_ms", sa.Integer(), nullable=False),
        sa.Column("result", postgresql.JSONB(), nullable=False),
        sa.Column("device", sa.Text(), nullable=True),
        sa.Column("clock", sa.Text(), nullable=False),
        sa.Column("device_started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fingerprint", sa.BigInteger(), nullable=False),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "clock in ('trusted', 'corrected', 'untrusted')", name=op.f("result_clock_check")
        ),
        sa.ForeignKeyConstraint(
            ["child_id"], ["children.child.id"], name=op.f("result_child_id_fkey")
        ),
        sa.PrimaryKeyConstraint("child_id", "id", name=op.f("result_pkey")),
        schema="games",
    )
    op.create_index(
        op.f("result_child_id_game_started_at_id_idx"),
        "result",
        ["child_id", "game", "started_at", "id"],
        schema="games",
    )
    op.create_table(
        "standing",
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("game", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("results", sa.Integer(), nullable=False),
        sa.Column("last_played_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("kept", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["child_id"], ["children.child.id"], name=op.f("standing_child_id_fkey")
        ),
        sa.PrimaryKeyConstraint("child_id", "game", name=op.f("standing_pkey")),
        schema="games",
    )
    op.create_index(
        op.f("standing_game_version_idx"), "standing", ["game", "version"], schema="games"
    )
    op.create_table(
        "rewarded",
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("therapy_day", sa.Date(), nullable=False),
        sa.Column("game", sa.Text(), nullable=False),
        sa.Column("reward", sa.Text(), nullable=False),
        sa.Column("results", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["child_id"], ["children.child.id"], name=op.f("rewarded_child_id_fkey")
        ),
        sa.PrimaryKeyConstraint(
            "child_id", "therapy_day", "game", "reward", name=op.f("rewarded_pkey")
        ),
        schema="games",
    )
    op.create_table(
        "save",
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("game", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("data", sa.Text(), nullable=True),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("save_version_check")),
        sa.CheckConstraint("octet_length(data) <= 65536", name=op.f("save_data_check")),
        sa.ForeignKeyConstraint(
            ["child_id"], ["children.child.id"], name=op.f("save_child_id_fkey")
        ),
        sa.PrimaryKeyConstraint("child_id", "game", name=op.f("save_pkey")),
        schema="games",
    )
