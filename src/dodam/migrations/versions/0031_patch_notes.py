"""What is new in a version of the app, and who has read it."""

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    """Nothing yet."""
