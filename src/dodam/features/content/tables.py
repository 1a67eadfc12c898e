"""The motion catalogue, as the database knows it."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from dodam.features.content.models.motions import HandClassLabel
from dodam.platform.tables import METADATA

SCHEMA = "content"
_LABELS = ", ".join(f"'{label}'" for label in HandClassLabel)

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
    sa.CheckConstraint("id ~ '^[a-z][a-z_]{1,39}$'", name="id"),
    sa.CheckConstraint(f"labels <@ array[{_LABELS}]::text[]", name="labels"),
    sa.CheckConstraint("default_repetitions between 1 and 2000", name="default_repetitions"),
    schema=SCHEMA,
)
