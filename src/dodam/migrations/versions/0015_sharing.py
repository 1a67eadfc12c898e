"""Daily results, and who else may have them."""

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    pass
