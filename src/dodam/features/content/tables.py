"""The motion catalogue, and images and videos, as the database knows them."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from dodam.features.content.models.motions import HandClassLabel
from dodam.platform.tables import METADATA

SCHEMA = "content"
_LABELS = ", ".join(f"'{label}'" for label in HandClassLabel)

# As it is now; `by_staff` says whether staff ever changed it.
MOTION = sa.Table(
    "motion",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("position", sa.SmallInteger, nullable=False),
    sa.Column("name", JSONB, nullable=False),
    sa.Column("description", JSONB, nullable=False),
    sa.Column("instruction", JSONB, nullable=False),
    sa.Column("labels", ARRAY(sa.Text), nullable=False),
    sa.Column("bimanual", sa.Boolean, nullable=False),
    sa.Column("default_repetitions", sa.SmallInteger, nullable=False),
    sa.Column("video", sa.Uuid, nullable=True),
    sa.Column("images", ARRAY(sa.Uuid), nullable=False, server_default=sa.text("'{}'")),
    sa.Column("retired", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("by_staff", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("version", sa.Integer, nullable=False, server_default=sa.text("1")),
    sa.CheckConstraint("id ~ '^[a-z][a-z_]{1,39}$'", name="id"),
    sa.CheckConstraint(f"labels <@ array[{_LABELS}]::text[]", name="labels"),
    sa.CheckConstraint("default_repetitions between 1 and 2000", name="default_repetitions"),
    schema=SCHEMA,
)
# As it was saved each time: rows are added only.
MOTION_VERSION = sa.Table(
    "motion_version",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("motion", sa.Text, sa.ForeignKey(MOTION.c.id), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("content", JSONB, nullable=False),
    sa.Column("retired", sa.Boolean, nullable=False),
    sa.Column("saved_by", sa.Uuid, nullable=True),
    sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
    sa.UniqueConstraint("motion", "version"),
    schema=SCHEMA,
)
MEDIUM = sa.Table(
    "medium",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    sa.Column("content_type", sa.Text, nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("alt", JSONB, nullable=False),
    sa.Column("uploaded_by", sa.Uuid, nullable=True),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    schema=SCHEMA,
)
# What shows a medium, such as `motion:pinch`, so that none is removed that is shown.
MEDIUM_USE = sa.Table(
    "medium_use",
    METADATA,
    sa.Column("used_by", sa.Text, primary_key=True),
    sa.Column("medium_id", sa.Uuid, sa.ForeignKey(MEDIUM.c.id), primary_key=True, index=True),
    schema=SCHEMA,
)
