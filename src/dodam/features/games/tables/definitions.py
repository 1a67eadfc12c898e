"""Mini-games, their versions and their drafts. None of it is of a child."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from dodam.platform.tables import METADATA

SCHEMA = "games"


def _game(*, primary_key: bool = False) -> sa.Column[str]:
    return sa.Column(
        "game", sa.Text, sa.ForeignKey("games.game.id"), primary_key=primary_key, nullable=False
    )


GAME = sa.Table(
    "game",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    # The audit trail speaks of it by this.
    sa.Column("uuid", sa.Uuid, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("retired", sa.Boolean, nullable=False),
    # The newest; null before there is one.
    sa.Column("version", sa.Integer),
    sa.CheckConstraint("id ~ '^[a-z][a-z0-9_]{1,39}$'", name="id"),
    sa.CheckConstraint("version > 0", name="version"),
    schema=SCHEMA,
)
# Written once and never changed: results of every version are taken for ever.
VERSION = sa.Table(
    "version",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True),
    _game(),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("definition", JSONB, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
    # Null where it came with a release.
    sa.Column("published_by", sa.Uuid),
    sa.CheckConstraint("version > 0", name="version"),
    sa.UniqueConstraint("game", "version"),
    schema=SCHEMA,
)
DRAFT = sa.Table(
    "draft",
    METADATA,
    _game(primary_key=True),
    sa.Column("id", sa.Uuid, nullable=False),
    sa.Column("edit", sa.Integer, nullable=False),
    sa.Column("definition", JSONB, nullable=False),
    sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("changed_by", sa.Uuid, nullable=False),
    sa.CheckConstraint("edit > 0", name="edit"),
    schema=SCHEMA,
)
