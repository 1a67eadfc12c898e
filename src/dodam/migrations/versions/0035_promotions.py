"""Codes that give free time or tickets."""

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    pass
