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
        "daily_result",
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("therapy_day", sa.Date(), nullable=False),
        sa.Column("summed_up_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("goal_reached", sa.Boolean(), nullable=False),
        sa.Column("planned_motions", sa.SmallInteger(), nullable=False),
        sa.Column("reached_motions", sa.SmallInteger(), nullable=False),
        sa.Column("planned_repetitions", sa.Integer(), nullable=False),
        sa.Column("planned_minutes", sa.Integer(), nullable=False),
        sa.Column("plays", sa.Integer(), nullable=False),
        sa.Column("repetitions", sa.BigInteger(), nullable=False),
        sa.Column("successes", sa.BigInteger(), nullable=False),
        sa.Column("active_ms", sa.BigInteger(), nullable=False),
        sa.Column("accuracy_bp", sa.BigInteger(), nullable=False),
        sa.Column("accuracy_plays", sa.Integer(), nullable=False),
        sa.Column("score", sa.BigInteger(), nullable=False),
        sa.Column("current_streak", sa.Integer(), nullable=False),
        sa.Column("next_planned_day", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "status in ('planned', 'done', 'partial', 'missed', 'rest', 'extra', 'excused')",
            name=op.f("daily_result_status_check"),
        ),
        sa.ForeignKeyConstraint(
            ["child_id"], ["children.child.id"], name=op.f("daily_result_child_id_fkey")
        ),
        sa.PrimaryKeyConstraint("child_id", "therapy_day", name=op.f("daily_result_pkey")),
        schema="therapy",
    )
    op.create_table(
        "evening",
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["child_id"], ["children.child.id"], name=op.f("evening_child_id_fkey")
        ),
        sa.PrimaryKeyConstraint("child_id", name=op.f("evening_pkey")),
        schema="therapy",
    )
    op.create_index(
        op.f("evening_due_at_idx"), "evening", ["due_at"], unique=False, schema="therapy"
    )
    # Looked at once, each is then due in its own evening.
    op.execute(
        "insert into therapy.evening (child_id, due_at)"
        " select id, now() from children.child where pseudonymised_at is null"
    )
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
