"""What people who run the service see."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


# What staff look for in the queue, so that it costs nobody else anything.
INDEXES = {
    "pgqueuer_held_idx": "jobs.pgqueuer (updated, id) where status = 'failed'",
    "pgqueuer_tried_idx": "jobs.pgqueuer (entrypoint, created)"
    " where attempts > 0 and status in ('queued', 'picked')",
    "pgqueuer_log_failures_idx": "jobs.pgqueuer_log (created) where traceback is not null",
    "pgqueuer_statistics_created_idx": "jobs.pgqueuer_statistics (created)",
}


def upgrade() -> None:
    # The rule of the revision before holds for old rows too.
    op.execute(
        "alter table accounts.consent_document validate constraint consent_document_kind_check"
    )
    # First, and beside the work that goes on: where one fails, all begins anew.
    with op.get_context().autocommit_block():
        for name, what in INDEXES.items():
            op.execute(f"drop index concurrently if exists jobs.{name}")
            op.execute(f"create index concurrently {name} on {what}")
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
