"""API keys, and who did what."""

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    pass
