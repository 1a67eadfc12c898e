"""Tickets: a ledger for each child, and its lines.

Triggers refuse to change a line, and whatever leaves a ledger that is not what its lines add up to.
"""

import sqlalchemy as sa

from dodam.features.rewards.models import TicketReason
from dodam.platform.tables import METADATA

SCHEMA = "rewards"
_REASONS = ", ".join(f"'{reason}'" for reason in TicketReason)

# What a child has: what its newest line says, and how many lines there are.
LEDGER = sa.Table(
    "ledger",
    METADATA,
    sa.Column("child_id", sa.Uuid, sa.ForeignKey("children.child.id"), primary_key=True),
    sa.Column("balance", sa.Integer, nullable=False),
    sa.Column("entries", sa.Integer, nullable=False),
    sa.CheckConstraint("balance >= 0", name="balance"),
    schema=SCHEMA,
)

ENTRY = sa.Table(
    "entry",
    METADATA,
    # Lines go with their ledger, and only so: the trigger lets none be deleted while it is there.
    sa.Column(
        "child_id",
        sa.Uuid,
        sa.ForeignKey("rewards.ledger.child_id", ondelete="cascade"),
        primary_key=True,
    ),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("reference", sa.Text, nullable=False),
    sa.Column("tickets", sa.Integer, nullable=False),
    sa.Column("balance", sa.Integer, nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("number >= 1", name="number"),
    sa.CheckConstraint(f"reason in ({_REASONS})", name="reason"),
    sa.CheckConstraint("tickets <> 0", name="tickets"),
    sa.CheckConstraint("balance >= 0", name="balance"),
    sa.UniqueConstraint("child_id", "reason", "reference"),
    schema=SCHEMA,
)

# What members of staff wrote as they gave tickets or took some back. The line refers to its id.
GRANT = sa.Table(
    "grant",
    METADATA,
    sa.Column("child_id", sa.Uuid, sa.ForeignKey("children.child.id"), primary_key=True),
    sa.Column("id", sa.Uuid, primary_key=True),
    # Null once the child is pseudonymised.
    sa.Column("reason", sa.Text),
    schema=SCHEMA,
)
