"""Lines of the log, by month."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0038"
down_revision = "0037"


def upgrade() -> None:
    op.execute("create schema ops")
    _log(
        "request_log",
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("duration_us", sa.BigInteger(), nullable=False),
        sa.Column("request_bytes", sa.BigInteger(), nullable=False),
        sa.Column("response_bytes", sa.BigInteger(), nullable=False),
        sa.Column("caller_kind", sa.Text(), nullable=True),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("error_code", sa.Text(), nullable=True),
    )
    _index("request_log_loud_idx", "request_log", ["at"], "importance >= 30 or status >= 500")
    _log(
        "event_log",
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("logger", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("job", sa.BigInteger(), nullable=True),
        sa.Column("task", sa.Text(), nullable=True),
        sa.Column("error", postgresql.JSONB(), nullable=True),
    )
    _index("event_log_loud_idx", "event_log", ["at"], "importance >= 30")
    op.create_table(
        "log_place",
        sa.Column("run", sa.Text(), nullable=False),
        sa.Column("segment", sa.Text(), nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("run", "segment", name=op.f("log_place_pkey")),
        schema="ops",
    )


def _log(name: str, *own: sa.Column[object]) -> None:
    op.create_table(
        name,
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("instance", sa.Text(), nullable=False),
        sa.Column("importance", sa.SmallInteger(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("child_id", sa.Uuid(), nullable=True),
        *own,
        sa.Column("fields", postgresql.JSONB(), nullable=False),
        schema="ops",
        postgresql_partition_by="RANGE (at)",
    )
    _index(f"{name}_at_idx", name, ["at"])
    _index(f"{name}_request_id_idx", name, ["request_id"], "request_id is not null")
    _index(f"{name}_account_id_at_idx", name, ["account_id", "at"], "account_id is not null")
    _index(f"{name}_child_id_at_idx", name, ["child_id", "at"], "child_id is not null")


def _index(name: str, table: str, columns: list[str], where: str | None = None) -> None:
    op.create_index(
        op.f(name),
        table,
        columns,
        schema="ops",
        postgresql_where=None if where is None else sa.text(where),
    )
