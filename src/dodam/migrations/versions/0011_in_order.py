"""Events that are delivered in order."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "in_order",
        sa.Column("place", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("handler", sa.Text(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("event", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("place", name=op.f("in_order_pkey")),
        schema="outbox",
    )
    op.create_index(
        "in_order_handler_key_place",
        "in_order",
        ["handler", "key", "place"],
        schema="outbox",
    )
