"""Who of the staff treats a child."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.create_table(
        "care_team",
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["child_id"], ["children.child.id"], name=op.f("care_team_child_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["accounts.account.id"], name=op.f("care_team_member_id_fkey")
        ),
        sa.PrimaryKeyConstraint("child_id", "member_id", "joined_at", name=op.f("care_team_pkey")),
        schema="children",
    )
    op.create_index(
        "care_team_member_id_child_id_idx",
        "care_team",
        ["member_id", "child_id"],
        unique=True,
        schema="children",
        postgresql_where=sa.text("left_at is null"),
    )
