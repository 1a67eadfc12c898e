"""Daily results, and who else may have them."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    # The rules of the revision before hold for old rows too.
    for table in ("consent_document", "consent"):
        op.execute(f"alter table accounts.{table} validate constraint {table}_kind_check")
    op.create_table(
        "reached_goal",
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("therapy_day", sa.Date(), nullable=False),
        sa.Column("reached_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["child_id"], ["children.child.id"], name=op.f("reached_goal_child_id_fkey")
        ),
        sa.PrimaryKeyConstraint("child_id", "therapy_day", name=op.f("reached_goal_pkey")),
        schema="therapy",
    )
