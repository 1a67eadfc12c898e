"""Plays of mini-games that were granted."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    op.create_table(
        "play",
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("game", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tickets_spent", sa.Integer(), nullable=False),
        sa.Column("given_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("tickets_spent >= 0", name=op.f("play_tickets_spent_check")),
        sa.CheckConstraint(
            "given_back_at is null or result_id is null", name=op.f("play_end_check")
        ),
        sa.ForeignKeyConstraint(
            ["child_id"], ["children.child.id"], name=op.f("play_child_id_fkey")
        ),
        sa.PrimaryKeyConstraint("child_id", "id", name=op.f("play_pkey")),
        schema="games",
    )
    op.create_index(
        op.f("play_child_id_granted_at_idx"),
        "play",
        ["child_id", "granted_at"],
        unique=False,
        schema="games",
    )
