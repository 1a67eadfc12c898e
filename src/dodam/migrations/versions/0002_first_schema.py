"""Accounts, children, content, therapy and the outbox's notes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    for schema in ("accounts", "children", "content", "outbox", "therapy"):
        op.execute(f"create schema {schema}")
    op.create_table(
        "account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("account_pkey")),
        sa.UniqueConstraint("email_key", name=op.f("account_email_key_key")),
        schema="accounts",
    )
    op.create_table(
        "motion",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("name", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("description", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("instruction", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("labels", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("bimanual", sa.Boolean(), nullable=False),
        sa.Column("default_repetitions", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint("id ~ '^[a-z][a-z_]{1,39}$'", name=op.f("motion_id_check")),
        sa.CheckConstraint(
            "labels <@ array['open_palm', 'fist', 'tip_pinch', 'tripod_pinch', 'lateral_pinch', 'cylinder_grasp', 'pointing', 'fingers_spread', 'fingers_together', 'thumb_opposed', 'thumb_up', 'wrist_flexed', 'wrist_extended', 'wrist_radial', 'wrist_ulnar', 'palm_up', 'palm_down']::text[]",
            name=op.f("motion_labels_check"),
        ),
        sa.CheckConstraint(
            "default_repetitions between 1 and 2000", name=op.f("motion_default_repetitions_check")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("motion_pkey")),
        schema="content",
    )
    op.create_table(
        "delivered",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("handler", sa.Text(), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("event_id", "handler", name=op.f("delivered_pkey")),
        schema="outbox",
    )
    op.create_index(
        op.f("delivered_delivered_at_idx"),
        "delivered",
        ["delivered_at"],
        unique=False,
        schema="outbox",
    )
    op.create_table(
        "session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("device", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "ended_by in ('sign_out', 'token_reuse')", name=op.f("session_ended_by_check")
        ),
        sa.CheckConstraint(
            "(ended_at is null) = (ended_by is null)", name=op.f("session_ended_check")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.account.id"], name=op.f("session_account_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("session_pkey")),
        schema="accounts",
    )
    op.create_index(
        op.f("session_account_id_idx"), "session", ["account_id"], unique=False, schema="accounts"
    )
    op.create_table(
        "child",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("guardian_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=False),
        sa.Column("sex", sa.Text(), nullable=False),
        sa.Column("grade", sa.SmallInteger(), nullable=True),
        sa.Column("affected_hand", sa.Text(), nullable=False),
        sa.Column("dominant_hand", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("day_start_hour", sa.SmallInteger(), nullable=False),
        sa.Column("therapy_starts_on", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "affected_hand in ('left', 'right', 'both')", name=op.f("child_affected_hand_check")
        ),
        sa.CheckConstraint(
            "dominant_hand in ('left', 'right', 'undecided')",
            name=op.f("child_dominant_hand_check"),
        ),
        sa.CheckConstraint("language in ('ko', 'en')", name=op.f("child_language_check")),
        sa.CheckConstraint(
            "sex in ('female', 'male', 'undisclosed')", name=op.f("child_sex_check")
        ),
        sa.CheckConstraint(
            "day_start_hour between 0 and 12", name=op.f("child_day_start_hour_check")
        ),
        sa.CheckConstraint("grade between 0 and 12", name=op.f("child_grade_check")),
        sa.ForeignKeyConstraint(
            ["guardian_id"], ["accounts.account.id"], name=op.f("child_guardian_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("child_pkey")),
        schema="children",
    )
    op.create_index(
        op.f("child_guardian_id_idx"), "child", ["guardian_id"], unique=False, schema="children"
    )
    op.create_table(
        "refresh_token",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["session_id"], ["accounts.session.id"], name=op.f("refresh_token_session_id_fkey")
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("refresh_token_pkey")),
        schema="accounts",
    )
    op.create_index(
        op.f("refresh_token_expires_at_idx"),
        "refresh_token",
        ["expires_at"],
        unique=False,
        schema="accounts",
    )
    op.create_index(
        op.f("refresh_token_session_id_idx"),
        "refresh_token",
        ["session_id"],
        unique=False,
        schema="accounts",
    )
    op.create_table(
        "daily_activity_log",
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("therapy_day", sa.Date(), nullable=False),
        sa.Column("first_play_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_play_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("plays", sa.Integer(), nullable=False),
        sa.Column("repetitions", sa.BigInteger(), nullable=False),
        sa.Column("successes", sa.BigInteger(), nullable=False),
        sa.Column("active_ms", sa.BigInteger(), nullable=False),
        sa.Column("accuracy_bp", sa.BigInteger(), nullable=False),
        sa.Column("accuracy_plays", sa.Integer(), nullable=False),
        sa.Column("score", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["child_id"], ["children.child.id"], name=op.f("daily_activity_log_child_id_fkey")
        ),
        sa.PrimaryKeyConstraint("child_id", "therapy_day", name=op.f("daily_activity_log_pkey")),
        schema="therapy",
    )
    op.create_table(
        "daily_motion_log",
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("therapy_day", sa.Date(), nullable=False),
        sa.Column("motion", sa.Text(), nullable=False),
        sa.Column("hand", sa.Text(), nullable=False),
        sa.Column("plays", sa.Integer(), nullable=False),
        sa.Column("repetitions", sa.BigInteger(), nullable=False),
        sa.Column("successes", sa.BigInteger(), nullable=False),
        sa.Column("active_ms", sa.BigInteger(), nullable=False),
        sa.Column("accuracy_bp", sa.BigInteger(), nullable=False),
        sa.Column("accuracy_plays", sa.Integer(), nullable=False),
        sa.Column("score", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["child_id"], ["children.child.id"], name=op.f("daily_motion_log_child_id_fkey")
        ),
        sa.PrimaryKeyConstraint(
            "child_id", "therapy_day", "motion", "hand", name=op.f("daily_motion_log_pkey")
        ),
        schema="therapy",
    )
    op.create_table(
        "exceptional_day",
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "reason in ('illness', 'holiday', 'hospital', 'travel', 'other')",
            name=op.f("exceptional_day_reason_check"),
        ),
        sa.ForeignKeyConstraint(
            ["child_id"], ["children.child.id"], name=op.f("exceptional_day_child_id_fkey")
        ),
        sa.PrimaryKeyConstraint("child_id", "day", name=op.f("exceptional_day_pkey")),
        schema="therapy",
    )
    op.create_table(
        "plan",
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("days", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "source in ('default', 'guardian', 'clinician', 'protocol')",
            name=op.f("plan_source_check"),
        ),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("plan_ends_on_check")),
        sa.CheckConstraint("version >= 1", name=op.f("plan_version_check")),
        sa.ForeignKeyConstraint(
            ["child_id"], ["children.child.id"], name=op.f("plan_child_id_fkey")
        ),
        sa.PrimaryKeyConstraint("child_id", "version", name=op.f("plan_pkey")),
        schema="therapy",
    )
    op.create_table(
        "play_record",
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("motion", sa.Text(), nullable=False),
        sa.Column("hand", sa.Text(), nullable=False),
        sa.Column("therapy_day", sa.Date(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("duration_ms", sa.Integer(), nullable=False),
        sa.Column("repetitions", sa.Integer(), nullable=False),
        sa.Column("successes", sa.Integer(), nullable=False),
        sa.Column("accuracy_bp", sa.SmallInteger(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("difficulty", sa.SmallInteger(), nullable=True),
        sa.Column("label", sa.Text(), nullable=True),
        sa.Column("device", sa.Text(), nullable=True),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("clock", sa.Text(), nullable=False),
        sa.Column("device_started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fingerprint", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "clock in ('trusted', 'corrected', 'untrusted')", name=op.f("play_record_clock_check")
        ),
        sa.CheckConstraint(
            "hand in ('left', 'right', 'both')", name=op.f("play_record_hand_check")
        ),
        sa.CheckConstraint(
            "label in ('open_palm', 'fist', 'tip_pinch', 'tripod_pinch', 'lateral_pinch', 'cylinder_grasp', 'pointing', 'fingers_spread', 'fingers_together', 'thumb_opposed', 'thumb_up', 'wrist_flexed', 'wrist_extended', 'wrist_radial', 'wrist_ulnar', 'palm_up', 'palm_down')",
            name=op.f("play_record_label_check"),
        ),
        sa.CheckConstraint(
            "accuracy_bp between 0 and 10000", name=op.f("play_record_accuracy_bp_check")
        ),
        sa.CheckConstraint(
            "difficulty between 1 and 10", name=op.f("play_record_difficulty_check")
        ),
        sa.CheckConstraint(
            "duration_ms between 0 and 3600000", name=op.f("play_record_duration_ms_check")
        ),
        sa.CheckConstraint(
            "successes between 0 and repetitions", name=op.f("play_record_successes_check")
        ),
        sa.ForeignKeyConstraint(
            ["child_id"], ["children.child.id"], name=op.f("play_record_child_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["motion"], ["content.motion.id"], name=op.f("play_record_motion_fkey")
        ),
        sa.PrimaryKeyConstraint("child_id", "id", name=op.f("play_record_pkey")),
        schema="therapy",
    )
    op.create_table(
        "therapy_result",
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("therapy_day", sa.Date(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("plays", sa.Integer(), nullable=False),
        sa.Column("repetitions", sa.BigInteger(), nullable=False),
        sa.Column("successes", sa.BigInteger(), nullable=False),
        sa.Column("active_ms", sa.BigInteger(), nullable=False),
        sa.Column("accuracy_bp", sa.BigInteger(), nullable=False),
        sa.Column("accuracy_plays", sa.Integer(), nullable=False),
        sa.Column("score", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["child_id"], ["children.child.id"], name=op.f("therapy_result_child_id_fkey")
        ),
        sa.PrimaryKeyConstraint("child_id", "session_id", name=op.f("therapy_result_pkey")),
        schema="therapy",
    )
    op.create_index(
        op.f("therapy_result_child_id_therapy_day_idx"),
        "therapy_result",
        ["child_id", "therapy_day"],
        unique=False,
        schema="therapy",
    )
