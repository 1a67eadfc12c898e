"""What accounts hold at the stores, and the ledger of what was paid."""

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    pass
