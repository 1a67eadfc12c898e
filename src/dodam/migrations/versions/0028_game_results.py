"""Results of mini-games, what they add up to, and what a game saves for itself."""

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    """Nothing yet."""
