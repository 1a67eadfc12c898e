"""Plans, plays and their running sums.

A child's rows share the leading key `child_id`, so they lie together, and the tables can be spread
by child later.
"""

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from dodam.features.content.models import HandClassLabel, TherapyHand
from dodam.features.therapy.models.plans import PlanSource
from dodam.features.therapy.models.plays import DeviceClock
from dodam.features.therapy.models.results import DayStatus, ExceptionReason
from dodam.platform.tables import METADATA

SCHEMA = "therapy"


def _child_id() -> sa.Column[object]:
    return sa.Column("child_id", sa.Uuid, sa.ForeignKey("children.child.id"), primary_key=True)


def _one_of(column: str, choices: type[StrEnum]) -> sa.CheckConstraint:
    listed = ", ".join(f"'{choice}'" for choice in choices)
    return sa.CheckConstraint(f"{column} in ({listed})", name=column)


def _sums() -> list[sa.Column[object]]:
    return [
        sa.Column("plays", sa.Integer, nullable=False),
        sa.Column("repetitions", sa.BigInteger, nullable=False),
        sa.Column("successes", sa.BigInteger, nullable=False),
        sa.Column("active_ms", sa.BigInteger, nullable=False),
        sa.Column("accuracy_bp", sa.BigInteger, nullable=False),
        sa.Column("accuracy_plays", sa.Integer, nullable=False),
        sa.Column("score", sa.BigInteger, nullable=False),
    ]


PLAN = sa.Table(
    "plan",
    METADATA,
    _child_id(),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("starts_on", sa.Date, nullable=False),
    sa.Column("ends_on", sa.Date),
    sa.Column("days", JSONB, nullable=False),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    _one_of("source", PlanSource),
    sa.CheckConstraint("ends_on >= starts_on", name="ends_on"),
    sa.CheckConstraint("version >= 1", name="version"),
    schema=SCHEMA,
)

EXCEPTIONAL_DAY = sa.Table(
    "exceptional_day",
    METADATA,
    _child_id(),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("note", sa.Text),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    _one_of("reason", ExceptionReason),
    schema=SCHEMA,
)

PLAY_RECORD = sa.Table(
    "play_record",
    METADATA,
    _child_id(),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("session_id", sa.Uuid, nullable=False),
    sa.Column("motion", sa.Text, sa.ForeignKey("content.motion.id"), nullable=False),
    sa.Column("hand", sa.Text, nullable=False),
    sa.Column("therapy_day", sa.Date, nullable=False),
    sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("duration_ms", sa.Integer, nullable=False),
    sa.Column("repetitions", sa.Integer, nullable=False),
    sa.Column("successes", sa.Integer, nullable=False),
    sa.Column("accuracy_bp", sa.SmallInteger),
    sa.Column("score", sa.Integer),
    sa.Column("difficulty", sa.SmallInteger),
    sa.Column("label", sa.Text),
    sa.Column("device", sa.Text),
    sa.Column("payload", JSONB),
    sa.Column("clock", sa.Text, nullable=False),
    # What the tablet's clock said, where that is not `started_at`.
    sa.Column("device_started_at", sa.DateTime(timezone=True)),
    sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
    # Of the record as it was sent: tells a repeated upload from an id used for something else.
    sa.Column("fingerprint", sa.BigInteger, nullable=False),
    _one_of("hand", TherapyHand),
    _one_of("label", HandClassLabel),
    _one_of("clock", DeviceClock),
    sa.CheckConstraint("duration_ms between 0 and 3600000", name="duration_ms"),
    sa.CheckConstraint("successes between 0 and repetitions", name="successes"),
    sa.CheckConstraint("accuracy_bp between 0 and 10000", name="accuracy_bp"),
    sa.CheckConstraint("difficulty between 1 and 10", name="difficulty"),
    # Rows lie in the order they came in, so that a block range index of a few pages finds a week's
    # uploads among years of them; adding to it costs an upload next to nothing.
    sa.Index("play_record_received_at_idx", "received_at", postgresql_using="brin"),
    schema=SCHEMA,
)

THERAPY_RESULT = sa.Table(
    "therapy_result",
    METADATA,
    _child_id(),
    sa.Column("session_id", sa.Uuid, primary_key=True),
    sa.Column("therapy_day", sa.Date, nullable=False),
    sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
    *_sums(),
    sa.Index(None, "child_id", "therapy_day"),
    schema=SCHEMA,
)

DAILY_ACTIVITY_LOG = sa.Table(
    "daily_activity_log",
    METADATA,
    _child_id(),
    sa.Column("therapy_day", sa.Date, primary_key=True),
    sa.Column("first_play_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("last_play_at", sa.DateTime(timezone=True), nullable=False),
    *_sums(),
    schema=SCHEMA,
)

DAILY_MOTION_LOG = sa.Table(
    "daily_motion_log",
    METADATA,
    _child_id(),
    sa.Column("therapy_day", sa.Date, primary_key=True),
    sa.Column("motion", sa.Text, primary_key=True),
    sa.Column("hand", sa.Text, primary_key=True),
    *_sums(),
    schema=SCHEMA,
)

# A day as it stood in its evening: written once, whatever is played later.
DAILY_RESULT = sa.Table(
    "daily_result",
    METADATA,
    _child_id(),
    sa.Column("therapy_day", sa.Date, primary_key=True),
    sa.Column("summed_up_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("goal_reached", sa.Boolean, nullable=False),
    sa.Column("planned_motions", sa.SmallInteger, nullable=False),
    sa.Column("reached_motions", sa.SmallInteger, nullable=False),
    sa.Column("planned_repetitions", sa.Integer, nullable=False),
    sa.Column("planned_minutes", sa.Integer, nullable=False),
    *_sums(),
    sa.Column("current_streak", sa.Integer, nullable=False),
    sa.Column("next_planned_day", sa.Date),
    _one_of("status", DayStatus),
    schema=SCHEMA,
)

# When each child's day is to be summed up next: a child that is registered has one.
EVENING = sa.Table(
    "evening",
    METADATA,
    _child_id(),
    sa.Column("due_at", sa.DateTime(timezone=True), nullable=False, index=True),
    schema=SCHEMA,
)

# Days whose goal was reached by an upload while they were fresh enough to tell of.
REACHED_GOAL = sa.Table(
    "reached_goal",
    METADATA,
    _child_id(),
    sa.Column("therapy_day", sa.Date, primary_key=True),
    sa.Column("reached_at", sa.DateTime(timezone=True), nullable=False),
    schema=SCHEMA,
)
