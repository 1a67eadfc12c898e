"""The audit trail. A trigger refuses whatever is not an insert."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from dodam.platform.tables import METADATA

SCHEMA = "audit"

ENTRY = sa.Table(
    "entry",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    # No references: an entry outlives what it tells of.
    sa.Column("actor_kind", sa.Text, nullable=False),
    sa.Column("actor_id", sa.Uuid),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("subject_kind", sa.Text, nullable=False),
    sa.Column("subject_id", sa.Uuid, nullable=False),
    sa.Column("details", postgresql.JSONB, nullable=False),
    sa.Column("address", sa.Text),
    sa.CheckConstraint(
        "actor_kind in ('guardian', 'staff', 'api_key', 'operator', 'system')", name="actor_kind"
    ),
    sa.CheckConstraint("jsonb_typeof(details) = 'object'", name="details"),
    sa.Index(None, "at", "id"),
    sa.Index(None, "subject_id", "at", "id"),
    sa.Index(None, "actor_id", "at", "id"),
    schema=SCHEMA,
)
