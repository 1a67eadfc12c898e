"""What was done about subscriptions."""

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    pass
