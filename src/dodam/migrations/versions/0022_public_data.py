"""More for outside systems: what a grant covers, logs and sessions that may change."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.add_column(
        "daily_result",
        sa.Column("details", postgresql.JSONB(), nullable=True),
        schema="therapy",
    )
    _grants()
    _shared("shared_log", "therapy_day")
    _shared("shared_session", "session_id", sa.Column("session_id", sa.Uuid(), nullable=False))
    op.create_table(
        "sweep",
        sa.Column("one", sa.Boolean(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("one", name=op.f("sweep_one_check")),
        sa.PrimaryKeyConstraint("one", name=op.f("sweep_pkey")),
        schema="sharing",
    )
    op.add_column(
        "endpoint",
        sa.Column(
            "types",
            postgresql.ARRAY(sa.Text()),
            server_default="{daily_result.ready}",
            nullable=False,
        ),
        schema="sharing",
    )
    op.alter_column("delivery", "therapy_day", nullable=True, schema="sharing")
    op.add_column(
        "delivery",
        sa.Column("days", postgresql.ARRAY(sa.Date()), nullable=True),
        schema="sharing",
    )
    op.create_check_constraint(
        op.f("delivery_what_check"),
        "delivery",
        "num_nonnulls(therapy_day, days) = 1",
        schema="sharing",
        postgresql_not_valid=True,
    )


def _grants() -> None:
    op.create_table(
        "grant_scope",
        sa.Column("grant_id", sa.Uuid(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("behind_since", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "scope in ('daily_results:read', 'daily_logs:read', 'therapy_results:read')",
            name=op.f("grant_scope_scope_check"),
        ),
        sa.ForeignKeyConstraint(
            ["grant_id"], ["sharing.grant.id"], name=op.f("grant_scope_grant_id_fkey")
        ),
        sa.PrimaryKeyConstraint("grant_id", "scope", name=op.f("grant_scope_pkey")),
        schema="sharing",
    )
    # Until now a grant was for daily results. They were shared as they were made, from the consent
    # on; the day before its date in UTC is the earliest that may have been.
    op.execute(
        "insert into sharing.grant_scope (grant_id, scope, from_day)"
        " select id, 'daily_results:read', (granted_at at time zone 'utc')::date - 1"
        ' from sharing."grant"'
    )


def _shared(name: str, key: str, *more: sa.Column[object]) -> None:
    op.create_table(
        name,
        sa.Column("system_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("grant_id", sa.Uuid(), nullable=False),
        sa.Column("therapy_day", sa.Date(), nullable=False),
        sa.Column("shared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=True),
        *more,
        sa.ForeignKeyConstraint(
            ["grant_id"], ["sharing.grant.id"], name=op.f(f"{name}_grant_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["system_id"], ["accounts.api_key.id"], name=op.f(f"{name}_system_id_fkey")
        ),
        sa.PrimaryKeyConstraint("system_id", "position", name=op.f(f"{name}_pkey")),
        sa.UniqueConstraint("grant_id", key, name=op.f(f"{name}_grant_id_{key}_key")),
        schema="sharing",
    )
