"""Grants, what was shared by them, and webhooks. An outside system is an API key's holder."""

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from dodam.features.accounts.models.api_keys import Scope
from dodam.features.sharing.models.deliveries import DeliveryState
from dodam.features.sharing.models.endpoints import DisabledBy
from dodam.features.sharing.models.grants import EndedBy
from dodam.platform.tables import METADATA

SCHEMA = "sharing"


def _system_id(*, primary_key: bool = False) -> sa.Column[object]:
    return sa.Column(
        "system_id",
        sa.Uuid,
        sa.ForeignKey("accounts.api_key.id"),
        nullable=False,
        primary_key=primary_key,
    )


def _one_of(column: str, choices: type[StrEnum]) -> sa.CheckConstraint:
    listed = ", ".join(f"'{choice}'" for choice in choices)
    return sa.CheckConstraint(f"{column} in ({listed})", name=column)


GRANT = sa.Table(
    "grant",
    METADATA,
    # Stands for the child at the system.
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("child_id", sa.Uuid, sa.ForeignKey("children.child.id"), nullable=False),
    _system_id(),
    # As the guardian saw it.
    sa.Column("system_name", sa.Text, nullable=False),
    sa.Column("consent_version", sa.SmallInteger, nullable=False),
    sa.Column("granted_by", sa.Uuid, nullable=False),
    sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("ended_at", sa.DateTime(timezone=True)),
    sa.Column("ended_by", sa.Text),
    _one_of("ended_by", EndedBy),
    sa.CheckConstraint("(ended_at is null) = (ended_by is null)", name="ended"),
    sa.Index(
        "grant_child_id_system_id_idx",
        "child_id",
        "system_id",
        unique=True,
        postgresql_where=sa.text("ended_at is null"),
    ),
    sa.Index(None, "child_id"),
    sa.Index(None, "system_id"),
    schema=SCHEMA,
)

# What a grant covers.
GRANT_SCOPE = sa.Table(
    "grant_scope",
    METADATA,
    sa.Column("grant_id", sa.Uuid, sa.ForeignKey("sharing.grant.id"), primary_key=True),
    sa.Column("scope", sa.Text, primary_key=True),
    # The child's therapy day of the consent: of earlier ones nothing is shared.
    sa.Column("from_day", sa.Date, nullable=False),
    # Changes since then were not shared, and of what was some may have been passed over.
    sa.Column("behind_since", sa.DateTime(timezone=True)),
    _one_of("scope", Scope),
    schema=SCHEMA,
)

# How much each system was given. It is counted up in the transaction that shares something, so
# that whoever has read up to a position has missed nothing before it.
FEED = sa.Table(
    "feed",
    METADATA,
    _system_id(primary_key=True),
    sa.Column("last", sa.BigInteger, nullable=False),
    schema=SCHEMA,
)

SHARED_RESULT = sa.Table(
    "shared_result",
    METADATA,
    _system_id(primary_key=True),
    sa.Column("position", sa.BigInteger, primary_key=True),
    sa.Column("grant_id", sa.Uuid, sa.ForeignKey("sharing.grant.id"), nullable=False),
    sa.Column("therapy_day", sa.Date, nullable=False),
    sa.Column("shared_at", sa.DateTime(timezone=True), nullable=False),
    sa.UniqueConstraint("grant_id", "therapy_day"),
    schema=SCHEMA,
)


def _as_it_was_shared() -> list[sa.Column[object]]:
    """What changes moves to a new position, so that whoever reads on meets it again."""
    return [
        _system_id(primary_key=True),
        sa.Column("position", sa.BigInteger, primary_key=True),
        sa.Column("grant_id", sa.Uuid, sa.ForeignKey("sharing.grant.id"), nullable=False),
        sa.Column("therapy_day", sa.Date, nullable=False),
        sa.Column("shared_at", sa.DateTime(timezone=True), nullable=False),
        # Of what was shared: tells a change. Null once nothing is left of it.
        sa.Column("digest", sa.LargeBinary),
    ]


SHARED_LOG = sa.Table(
    "shared_log",
    METADATA,
    *_as_it_was_shared(),
    sa.UniqueConstraint("grant_id", "therapy_day"),
    schema=SCHEMA,
)

SHARED_SESSION = sa.Table(
    "shared_session",
    METADATA,
    *_as_it_was_shared(),
    sa.Column("session_id", sa.Uuid, nullable=False),
    sa.UniqueConstraint("grant_id", "session_id"),
    schema=SCHEMA,
)

# Until when changes were looked for.
SWEEP = sa.Table(
    "sweep",
    METADATA,
    sa.Column("one", sa.Boolean, primary_key=True),
    sa.Column("until", sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("one", name="one"),
    schema=SCHEMA,
)

ENDPOINT = sa.Table(
    "endpoint",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True),
    _system_id(),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("types", ARRAY(sa.Text), nullable=False, server_default="{daily_result.ready}"),
    sa.Column("disabled_by", sa.Text),
    # In a row; after each it is left alone for a while.
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("rests_until", sa.DateTime(timezone=True)),
    sa.Column("failing_since", sa.DateTime(timezone=True)),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    _one_of("disabled_by", DisabledBy),
    sa.Index(None, "system_id"),
    schema=SCHEMA,
)

ENDPOINT_SECRET = sa.Table(
    "endpoint_secret",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column(
        "endpoint_id", sa.Uuid, sa.ForeignKey("sharing.endpoint.id"), nullable=False, index=True
    ),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    # When a newer one took its place, until the overlap is over.
    sa.Column("expires_at", sa.DateTime(timezone=True)),
    schema=SCHEMA,
)

# Of the result of a day, or of days whose logs have changed.
DELIVERY = sa.Table(
    "delivery",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("endpoint_id", sa.Uuid, sa.ForeignKey("sharing.endpoint.id"), nullable=False),
    sa.Column("grant_id", sa.Uuid, nullable=False),
    sa.Column("therapy_day", sa.Date),
    sa.Column("days", ARRAY(sa.Date)),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("last_status", sa.SmallInteger),
    sa.Column("last_reason", sa.Text),
    sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("delivered_at", sa.DateTime(timezone=True)),
    sa.ForeignKeyConstraint(
        ["grant_id", "therapy_day"],
        ["sharing.shared_result.grant_id", "sharing.shared_result.therapy_day"],
    ),
    sa.UniqueConstraint("endpoint_id", "grant_id", "therapy_day"),
    sa.CheckConstraint("num_nonnulls(therapy_day, days) = 1", name="what"),
    _one_of("state", DeliveryState),
    sa.Index(None, "grant_id"),
    sa.Index(None, "endpoint_id", "created_at"),
    sa.Index(
        "delivery_endpoint_id_next_try_at_idx",
        "endpoint_id",
        "next_try_at",
        postgresql_where=sa.text("state = 'waiting'"),
    ),
    sa.Index(
        "delivery_created_at_idx", "created_at", postgresql_where=sa.text("state = 'waiting'")
    ),
    schema=SCHEMA,
)
