"""Errors that nobody expected, by what they have in common."""

revision = "0039"
down_revision = "0038"


def upgrade() -> None:
    pass
