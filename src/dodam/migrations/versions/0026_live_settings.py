"""Settings of the game in versions, published at a time, for whom they are meant."""

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    """Nothing yet."""
