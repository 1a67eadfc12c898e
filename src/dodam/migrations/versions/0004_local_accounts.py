"""Trusted devices; and the rules of the revision before hold for old rows too."""

from alembic import op

revision = "0004"
down_revision = "0003"

_RULES = (
    ("account", "kind"),
    ("account", "country"),
    ("account", "language"),
    ("account", "email"),
    ("account", "withdrawn"),
    ("account", "erased"),
    ("session", "method"),
    ("session", "ended_by"),
)


def upgrade() -> None:
    for table, name in _RULES:
        op.execute(f"alter table accounts.{table} validate constraint {table}_{name}_check")
