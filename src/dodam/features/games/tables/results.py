"""What children reached in games, and what games save for themselves."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from dodam.features.therapy.models.plays import DeviceClock
from dodam.platform.tables import METADATA

SCHEMA = "games"


def _child_id() -> sa.Column[object]:
    return sa.Column("child_id", sa.Uuid, sa.ForeignKey("children.child.id"), primary_key=True)


RESULT = sa.Table(
    "result",
    METADATA,
    _child_id(),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("game", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("play_id", sa.Uuid),
    sa.Column("therapy_day", sa.Date, nullable=False),
    sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("duration_ms", sa.Integer, nullable=False),
    sa.Column("result", JSONB, nullable=False),
    sa.Column("device", sa.Text),
    sa.Column("clock", sa.Text, nullable=False),
    # What the tablet's clock said, where that is not `started_at`.
    sa.Column("device_started_at", sa.DateTime(timezone=True)),
    sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("fingerprint", sa.BigInteger, nullable=False),
    sa.Column("counted", sa.Boolean, nullable=False),
    sa.CheckConstraint(
        "clock in ({})".format(", ".join(f"'{each}'" for each in DeviceClock)), name="clock"
    ),
    sa.Index(None, "child_id", "game", "started_at", "id"),
    schema=SCHEMA,
)

STANDING = sa.Table(
    "standing",
    METADATA,
    _child_id(),
    sa.Column("game", sa.Text, primary_key=True),
    # Whose aggregates are kept.
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("results", sa.Integer, nullable=False),
    sa.Column("last_played_at", sa.DateTime(timezone=True)),
    sa.Column("kept", JSONB, nullable=False),
    # Finds those that are to be counted anew.
    sa.Index(None, "game", "version"),
    schema=SCHEMA,
)

# How many results of a day were rewarded.
REWARDED = sa.Table(
    "rewarded",
    METADATA,
    _child_id(),
    sa.Column("therapy_day", sa.Date, primary_key=True),
    sa.Column("game", sa.Text, primary_key=True),
    sa.Column("reward", sa.Text, primary_key=True),
    sa.Column("results", sa.Integer, nullable=False),
    schema=SCHEMA,
)

SAVE = sa.Table(
    "save",
    METADATA,
    _child_id(),
    sa.Column("game", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    # Null once it was deleted; its version stays, so that no tablet takes another save for its own.
    sa.Column("data", sa.Text),
    sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("version >= 1", name="version"),
    sa.CheckConstraint("octet_length(data) <= 65536", name="data"),
    schema=SCHEMA,
)
