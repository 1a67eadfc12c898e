"""Plans, plays and their running sums.

A child's rows share the leading key `child_id`, so they lie together, and the tables can be spread
by child later.
"""

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from dodam.features.content.models.motions import HandClassLabel, TherapyHand
from dodam.features.therapy.models.corrections import CorrectionKind, PlayStanding
from dodam.features.therapy.models.plans import PlanSource
from dodam.features.therapy.models.plausibility import Flag
from dodam.features.therapy.models.plays import DeviceClock
from dodam.features.therapy.models.results import DayStatus, ExceptionReason
from dodam.features.therapy.models.sessions import SessionEventKind
from dodam.platform.tables import METADATA

SCHEMA = "therapy"


def _child_id() -> sa.Column[object]:
    return sa.Column("child_id", sa.Uuid, sa.ForeignKey("children.child.id"), primary_key=True)


def _one_of(column: str, choices: type[StrEnum]) -> sa.CheckConstraint:
    listed = ", ".join(f"'{choice}'" for choice in choices)
    return sa.CheckConstraint(f"{column} in ({listed})", name=column)


def _some_of(column: str, choices: type[StrEnum]) -> sa.CheckConstraint:
    listed = ", ".join(f"'{choice}'" for choice in choices)
    return sa.CheckConstraint(f"{column} <@ array[{listed}]", name=column)


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
    sa.Column("hand_rule", JSONB),
    sa.Column("rests_on", ARRAY(sa.Date), nullable=False, server_default=sa.text("'{}'")),
    sa.Column("note", sa.Text),
    sa.Column("made_by", sa.Uuid),
    # All that is ever added to a plan: that it was ended early.
    sa.Column("ended_on", sa.Date),
    sa.Column("ended_at", sa.DateTime(timezone=True)),
    sa.Column("ended_by", sa.Uuid),
    _one_of("source", PlanSource),
    sa.CheckConstraint("ends_on >= starts_on", name="ends_on"),
    sa.CheckConstraint("version >= 1", name="version"),
    sa.CheckConstraint("(ended_on is null) = (ended_at is null)", name="ended"),
    sa.CheckConstraint(
        "(hand_rule is null) <> jsonb_path_exists(days, '$[*] ? (@.hand == null)')", name="hand"
    ),
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

PAUSE = sa.Table(
    "pause",
    METADATA,
    _child_id(),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("from_day", sa.Date, nullable=False),
    sa.Column("to_day", sa.Date),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("note", sa.Text),
    sa.Column("made_by", sa.Uuid),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    _one_of("reason", ExceptionReason),
    schema=SCHEMA,
)

# What clinicians plan again and again. Every version is kept; the newest is what is offered.
PLAN_TEMPLATE = sa.Table(
    "plan_template",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("days", JSONB, nullable=False),
    sa.Column("hand_rule", JSONB),
    sa.Column("rests_on_holidays_of", sa.Text),
    sa.Column("made_by", sa.Uuid, nullable=False),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("archived_at", sa.DateTime(timezone=True)),
    sa.CheckConstraint("version >= 1", name="version"),
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
    # Where there is nothing odd about it, as with most, null: that takes no room.
    sa.Column("flags", ARRAY(sa.Text)),
    # A voided play is in no sum.
    sa.Column("voided_at", sa.DateTime(timezone=True)),
    _one_of("hand", TherapyHand),
    _one_of("label", HandClassLabel),
    _one_of("clock", DeviceClock),
    _some_of("flags", Flag),
    sa.CheckConstraint("duration_ms between 0 and 3600000", name="duration_ms"),
    sa.CheckConstraint("successes between 0 and repetitions", name="successes"),
    sa.CheckConstraint("accuracy_bp between 0 and 10000", name="accuracy_bp"),
    sa.CheckConstraint("difficulty between 1 and 10", name="difficulty"),
    # Rows lie in the order they came in, so that a block range index of a few pages finds a week's
    # uploads among years of them; adding to it costs an upload next to nothing.
    sa.Index("play_record_received_at_idx", "received_at", postgresql_using="brin"),
    sa.Index(None, "child_id", "therapy_day"),
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
    sa.Column("motion", sa.Text, sa.ForeignKey("content.motion.id"), primary_key=True),
    sa.Column("hand", sa.Text, primary_key=True),
    *_sums(),
    _one_of("hand", TherapyHand),
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
    # Results of days before these were kept have none.
    sa.Column("details", JSONB),
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

# At which lengths a child's streaks were told of; `therapy_day` made it so long.
REACHED_STREAK = sa.Table(
    "reached_streak",
    METADATA,
    _child_id(),
    sa.Column("length", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("therapy_day", sa.Date, primary_key=True),
    sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
    schema=SCHEMA,
)

# What tablets told of sessions. A session is not a row: it is whatever has its id.
SESSION_EVENT = sa.Table(
    "session_event",
    METADATA,
    _child_id(),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("session_id", sa.Uuid, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("therapy_day", sa.Date, nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("clock", sa.Text, nullable=False),
    # What the tablet's clock said, where that is not `at`.
    sa.Column("device_at", sa.DateTime(timezone=True)),
    sa.Column("device_id", sa.Uuid),
    sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("fingerprint", sa.BigInteger, nullable=False),
    _one_of("kind", SessionEventKind),
    _one_of("clock", DeviceClock),
    sa.Index(None, "child_id", "session_id"),
    sa.Index(None, "child_id", "therapy_day"),
    schema=SCHEMA,
)

# Sessions whose finish was told of.
FINISHED_SESSION = sa.Table(
    "finished_session",
    METADATA,
    _child_id(),
    sa.Column("session_id", sa.Uuid, primary_key=True),
    sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
    schema=SCHEMA,
)

# What staff did about plays, only ever added to; `number` counts a child's corrections. Without a
# reason and the sibling, once the sibling is erased.
CORRECTION = sa.Table(
    "correction",
    METADATA,
    _child_id(),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("reason", sa.Text),
    sa.Column("made_by", sa.Uuid, sa.ForeignKey("accounts.account.id"), nullable=False),
    sa.Column("made_at", sa.DateTime(timezone=True), nullable=False, index=True),
    sa.Column("other_child_id", sa.Uuid, sa.ForeignKey("children.child.id"), index=True),
    _one_of("kind", CorrectionKind),
    sa.CheckConstraint("number >= 1", name="number"),
    schema=SCHEMA,
)

# How each play stood with the child before and after.
CORRECTED_PLAY = sa.Table(
    "corrected_play",
    METADATA,
    _child_id(),
    sa.Column("play_id", sa.Uuid, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("before", sa.Text, nullable=False),
    sa.Column("after", sa.Text, nullable=False),
    sa.ForeignKeyConstraint(
        ["child_id", "number"], ["therapy.correction.child_id", "therapy.correction.number"]
    ),
    _one_of("before", PlayStanding),
    _one_of("after", PlayStanding),
    sa.Index(None, "child_id", "number"),
    schema=SCHEMA,
)
