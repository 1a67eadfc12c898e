"""Messages about subscriptions."""

from alembic import op

revision = "0036"
down_revision = "0035"

_KINDS = (
    "welcome",
    "therapy_goal_reached",
    "daily_result",
    "subscription_started",
    "payment_failed",
    "price_increase",
    "subscription_ended",
)


def upgrade() -> None:
    name = op.f("message_kind_check")
    op.drop_constraint(name, "message", schema="messaging")
    kinds = ", ".join(f"'{kind}'" for kind in _KINDS)
    op.create_check_constraint(
        name, "message", f"kind in ({kinds})", schema="messaging", postgresql_not_valid=True
    )
