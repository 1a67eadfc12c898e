"""What the people who run the service are told, and what was noticed so far."""

import sqlalchemy as sa

from dodam.platform.tables import METADATA

SCHEMA = "operations"

NOTICE = sa.Table(
    "notice",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False, index=True),
    sa.Column("level", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("sent_at", sa.DateTime(timezone=True)),
    sa.CheckConstraint("level in ('info', 'good', 'warning', 'error')", name="level"),
    schema=SCHEMA,
)
LATE_LANE = sa.Table(
    "late_lane",
    METADATA,
    sa.Column("lane", sa.Text, primary_key=True),
    sa.Column("since", sa.DateTime(timezone=True), nullable=False),
    schema=SCHEMA,
)
# One row: dead letters held before are told of.
DEAD_LETTERS_TOLD = sa.Table(
    "dead_letters_told",
    METADATA,
    sa.Column("one", sa.Boolean, primary_key=True),
    sa.Column("until", sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("one", name="one"),
    schema=SCHEMA,
)
FAILURE = sa.Table(
    "failure",
    METADATA,
    sa.Column("fingerprint", sa.Text, primary_key=True),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("line", sa.Text, nullable=False),
    sa.Column("count", sa.BigInteger, nullable=False),
    sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("first_version", sa.Text, nullable=False),
    sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("last_version", sa.Text, nullable=False),
    sa.Column("last_instance", sa.Text, nullable=False),
    sa.Column("last_request_id", sa.Uuid),
    sa.Column("hour_from", sa.DateTime(timezone=True), nullable=False),
    sa.Column("hour_count", sa.BigInteger, nullable=False),
    sa.Column("told_at", sa.DateTime(timezone=True)),
    sa.Column("told_level", sa.SmallInteger, nullable=False),
    sa.Column("resolved_at", sa.DateTime(timezone=True)),
    schema=SCHEMA,
)
