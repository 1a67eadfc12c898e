"""Diagnoses, and removing children for good."""

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    pass
