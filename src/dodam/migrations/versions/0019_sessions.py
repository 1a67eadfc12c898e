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
        op.execute(f"drop index concurrently if exists therapy.{_INDEX}")
        op.execute(
            f"create index concurrently {_INDEX} on therapy.play_record (child_id, therapy_day)"
        )
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
