"""Plays of mini-games that were granted."""

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    """Nothing yet."""
