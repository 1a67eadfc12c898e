"""Care teams decide on difficulty; of severity it is known when it was assessed."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0019"


def upgrade() -> None:
    op.add_column(
        "diagnosis", sa.Column("assessed_on", sa.Date(), nullable=True), schema="children"
    )
    op.execute("create schema difficulty")
    op.create_table(
        "decision",
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("motion", sa.Text(), nullable=False),
        sa.Column("hand", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("lowest", sa.SmallInteger(), nullable=True),
        sa.Column("highest", sa.SmallInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("hand in ('left', 'right', 'both')", name=op.f("decision_hand_check")),
        sa.CheckConstraint("version >= 1", name=op.f("decision_version_check")),
        sa.CheckConstraint(
            "1 <= lowest and lowest <= highest and highest <= 10",
            name=op.f("decision_levels_check"),
        ),
        sa.CheckConstraint(
            "(lowest is null) = (highest is null)", name=op.f("decision_lifted_check")
        ),
        sa.ForeignKeyConstraint(
            ["child_id"], ["children.child.id"], name=op.f("decision_child_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["motion"], ["content.motion.id"], name=op.f("decision_motion_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["accounts.account.id"], name=op.f("decision_made_by_fkey")
        ),
        sa.PrimaryKeyConstraint(
            "child_id", "motion", "hand", "version", name=op.f("decision_pkey")
        ),
        schema="difficulty",
    )
