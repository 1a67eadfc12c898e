"""What people who run the service see."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.execute("create schema operations")
    op.create_table(
        "notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "level in ('info', 'good', 'warning', 'error')", name=op.f("notice_level_check")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("notice_pkey")),
        schema="operations",
    )
    op.create_index(op.f("notice_at_idx"), "notice", ["at"], schema="operations")
    op.create_table(
        "late_lane",
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("lane", name=op.f("late_lane_pkey")),
        schema="operations",
    )
    op.create_table(
        "dead_letters_told",
        sa.Column("one", sa.Boolean(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("one", name=op.f("dead_letters_told_one_check")),
        sa.PrimaryKeyConstraint("one", name=op.f("dead_letters_told_pkey")),
        schema="operations",
    )
    # What staff look for in the queue, so that it costs nobody else anything.
    op.execute(
        "create index pgqueuer_held_idx on jobs.pgqueuer (updated, id) where status = 'failed'"
    )
    op.execute(
        "create index pgqueuer_tried_idx on jobs.pgqueuer (entrypoint, created)"
        " where attempts > 0 and status in ('queued', 'picked')"
    )
    op.execute(
        "create index pgqueuer_log_failures_idx on jobs.pgqueuer_log (created)"
        " where traceback is not null"
    )
    op.execute("create index pgqueuer_statistics_created_idx on jobs.pgqueuer_statistics (created)")
