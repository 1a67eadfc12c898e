"""Session life, corrections and flags."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"

_INDEX = "play_record_child_id_therapy_day_idx"


def upgrade() -> None:
    # First, and beside the uploads that go on: where it fails, all begins anew.
    with op.get_context().autocommit_block():
        # Years of plays take longer than a minute to be indexed.
        op.execute("set statement_timeout = 0")
        op.execute(f"drop index concurrently if exists therapy.{_INDEX}")
        op.execute(
            f"create index concurrently {_INDEX} on therapy.play_record (child_id, therapy_day)"
        )
        op.execute("set statement_timeout = '60s'")
    # The rules of the revision before hold for old rows too.
    for rule in ("ended", "hand"):
        op.execute(f"alter table therapy.plan validate constraint plan_{rule}_check")
    op.add_column(
        "play_record",
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        schema="therapy",
    )
    op.add_column(
        "play_record",
        sa.Column("flags", postgresql.ARRAY(sa.Text()), nullable=True),
        schema="therapy",
    )
    op.create_check_constraint(
        op.f("play_record_flags_check"),
        "play_record",
        "flags <@ array['fast', 'wrong_hand', 'no_repetitions', 'before_therapy', 'before_birth']",
        schema="therapy",
        postgresql_not_valid=True,
    )
    # Not checked for old rows, which were added up from plays that were.
    op.create_check_constraint(
        op.f("daily_motion_log_hand_check"),
        "daily_motion_log",
        "hand in ('left', 'right', 'both')",
        schema="therapy",
        postgresql_not_valid=True,
    )
    op.create_foreign_key(
        op.f("daily_motion_log_motion_fkey"),
        "daily_motion_log",
        "motion",
        ["motion"],
        ["id"],
        source_schema="therapy",
        referent_schema="content",
        postgresql_not_valid=True,
    )
    op.create_table(
        "reached_streak",
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("length", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("therapy_day", sa.Date(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["child_id"], ["children.child.id"], name=op.f("reached_streak_child_id_fkey")
        ),
        sa.PrimaryKeyConstraint(
            "child_id", "length", "therapy_day", name=op.f("reached_streak_pkey")
        ),
        schema="therapy",
    )
    op.create_table(
        "session_event",
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("therapy_day", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("clock", sa.Text(), nullable=False),
        sa.Column("device_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fingerprint", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "kind in ('started', 'paused', 'resumed', 'finished')",
            name=op.f("session_event_kind_check"),
        ),
        sa.CheckConstraint(
            "clock in ('trusted', 'corrected', 'untrusted')",
            name=op.f("session_event_clock_check"),
        ),
        sa.ForeignKeyConstraint(
            ["child_id"], ["children.child.id"], name=op.f("session_event_child_id_fkey")
        ),
        sa.PrimaryKeyConstraint("child_id", "id", name=op.f("session_event_pkey")),
        schema="therapy",
    )
    for column in ("session_id", "therapy_day"):
        op.create_index(
            op.f(f"session_event_child_id_{column}_idx"),
            "session_event",
            ["child_id", column],
            unique=False,
            schema="therapy",
        )
    op.create_table(
        "finished_session",
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["child_id"], ["children.child.id"], name=op.f("finished_session_child_id_fkey")
        ),
        sa.PrimaryKeyConstraint("child_id", "session_id", name=op.f("finished_session_pkey")),
        schema="therapy",
    )
    op.create_table(
        "correction",
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("other_child_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "kind in ('void', 'restore', 'reassign', 'receive')",
            name=op.f("correction_kind_check"),
        ),
        sa.CheckConstraint("number >= 1", name=op.f("correction_number_check")),
        sa.ForeignKeyConstraint(
            ["child_id"], ["children.child.id"], name=op.f("correction_child_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["accounts.account.id"], name=op.f("correction_made_by_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["other_child_id"], ["children.child.id"], name=op.f("correction_other_child_id_fkey")
        ),
        sa.PrimaryKeyConstraint("child_id", "number", name=op.f("correction_pkey")),
        schema="therapy",
    )
    for column in ("made_at", "other_child_id"):
        op.create_index(
            op.f(f"correction_{column}_idx"), "correction", [column], unique=False, schema="therapy"
        )
    op.create_table(
        "corrected_play",
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("play_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "before in ('counted', 'voided', 'reassigned', 'absent')",
            name=op.f("corrected_play_before_check"),
        ),
        sa.CheckConstraint(
            "after in ('counted', 'voided', 'reassigned', 'absent')",
            name=op.f("corrected_play_after_check"),
        ),
        sa.ForeignKeyConstraint(
            ["child_id"], ["children.child.id"], name=op.f("corrected_play_child_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["child_id", "number"],
            ["therapy.correction.child_id", "therapy.correction.number"],
            name=op.f("corrected_play_child_id_number_fkey"),
        ),
        sa.PrimaryKeyConstraint("child_id", "play_id", "number", name=op.f("corrected_play_pkey")),
        schema="therapy",
    )
    op.create_index(
        op.f("corrected_play_child_id_number_idx"),
        "corrected_play",
        ["child_id", "number"],
        unique=False,
        schema="therapy",
    )
