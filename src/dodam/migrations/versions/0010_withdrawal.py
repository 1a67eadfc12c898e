"""What was erased, and when."""

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    pass
