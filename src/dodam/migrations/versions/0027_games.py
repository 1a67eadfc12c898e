"""Mini-games are data: definitions in versions."""

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    """Nothing yet."""
