"""Lines of the log, partitioned by month (UTC), and how far each segment has been copied.

Lines have no key of their own: they are written once and never changed, and what would enforce a
key costs more than storing the line. `docs/logs.md` has what each index costs.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from dodam.platform.tables import METADATA

SCHEMA = "ops"


def _line(*own: sa.Column[Any]) -> list[Any]:
    return [
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("instance", sa.Text, nullable=False),
        sa.Column("importance", sa.SmallInteger, nullable=False),
        sa.Column("request_id", sa.Uuid),
        sa.Column("account_id", sa.Uuid),
        sa.Column("child_id", sa.Uuid),
        *own,
        sa.Column("fields", JSONB, nullable=False),
        # What is newest, whatever else is looked for.
        sa.Index(None, "at"),
        sa.Index(None, "request_id", postgresql_where=sa.text("request_id is not null")),
        sa.Index(None, "account_id", "at", postgresql_where=sa.text("account_id is not null")),
        sa.Index(None, "child_id", "at", postgresql_where=sa.text("child_id is not null")),
    ]


REQUEST_LOG = sa.Table(
    "request_log",
    METADATA,
    *_line(
        sa.Column("method", sa.Text, nullable=False),
        sa.Column("route", sa.Text, nullable=False),
        sa.Column("status", sa.SmallInteger, nullable=False),
        sa.Column("duration_us", sa.BigInteger, nullable=False),
        sa.Column("request_bytes", sa.BigInteger, nullable=False),
        sa.Column("response_bytes", sa.BigInteger, nullable=False),
        sa.Column("caller_kind", sa.Text),
        sa.Column("device_id", sa.Uuid),
        sa.Column("error_code", sa.Text),
    ),
    sa.Index(
        "request_log_loud_idx",
        "at",
        postgresql_where=sa.text("importance >= 30 or status >= 500"),
    ),
    schema=SCHEMA,
    postgresql_partition_by="RANGE (at)",
)
EVENT_LOG = sa.Table(
    "event_log",
    METADATA,
    *_line(
        sa.Column("level", sa.Text, nullable=False),
        sa.Column("logger", sa.Text, nullable=False),
        sa.Column("event", sa.Text, nullable=False),
        sa.Column("job", sa.BigInteger),
        sa.Column("task", sa.Text),
        sa.Column("error", JSONB),
    ),
    sa.Index("event_log_loud_idx", "at", postgresql_where=sa.text("importance >= 30")),
    schema=SCHEMA,
    postgresql_partition_by="RANGE (at)",
)
LOG_PLACE = sa.Table(
    "log_place",
    METADATA,
    sa.Column("run", sa.Text, primary_key=True),
    sa.Column("segment", sa.Text, primary_key=True),
    sa.Column("offset", sa.BigInteger, nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    schema=SCHEMA,
)
