"""Namespaces of settings, their drafts, and the versions that were published."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from dodam.features.livesettings.models.namespaces import Owner
from dodam.platform.tables import METADATA

SCHEMA = "livesettings"
_OWNERS = ", ".join(f"'{owner}'" for owner in Owner)


def _namespace(*, primary_key: bool = False) -> sa.Column[str]:
    return sa.Column(
        "namespace",
        sa.Text,
        sa.ForeignKey("livesettings.namespace.name"),
        primary_key=primary_key,
        nullable=False,
    )


NAMESPACE = sa.Table(
    "namespace",
    METADATA,
    sa.Column("name", sa.Text, primary_key=True),
    # The audit trail speaks of it by this.
    sa.Column("id", sa.Uuid, nullable=False),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("schema", JSONB, nullable=False),
    sa.Column("defaults", JSONB, nullable=False),
    sa.Column("edit", sa.Integer, nullable=False),
    sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
    # Null where a game or a release changed it.
    sa.Column("changed_by", sa.Uuid),
    sa.Column("retired_at", sa.DateTime(timezone=True)),
    sa.CheckConstraint(r"name ~ '^[a-z][a-z0-9_.]{1,59}$'", name="name"),
    sa.CheckConstraint(f"owner in ({_OWNERS})", name="owner"),
    sa.CheckConstraint("edit > 0", name="edit"),
    schema=SCHEMA,
)
DRAFT = sa.Table(
    "draft",
    METADATA,
    _namespace(primary_key=True),
    sa.Column("edit", sa.Integer, nullable=False),
    sa.Column("value", JSONB, nullable=False),
    sa.Column("rules", JSONB, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("changed_by", sa.Uuid, nullable=False),
    sa.CheckConstraint("edit > 0", name="edit"),
    schema=SCHEMA,
)
# Written once; all that is ever added is that it was cancelled before it took effect.
PUBLICATION = sa.Table(
    "publication",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True),
    _namespace(),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("value", JSONB, nullable=False),
    sa.Column("rules", JSONB, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("takes_effect_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("published_by", sa.Uuid, nullable=False),
    sa.Column("restores", sa.Integer),
    sa.Column("cancelled_at", sa.DateTime(timezone=True)),
    sa.Column("cancelled_by", sa.Uuid),
    sa.CheckConstraint("version > 0", name="version"),
    sa.CheckConstraint("(cancelled_at is null) = (cancelled_by is null)", name="cancelled"),
    sa.UniqueConstraint("namespace", "version"),
    schema=SCHEMA,
)
