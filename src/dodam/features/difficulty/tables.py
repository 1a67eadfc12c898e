"""What care teams decided on levels. All else is worked out from the plays."""

import sqlalchemy as sa

from dodam.features.content.models.motions import TherapyHand
from dodam.platform.tables import METADATA

SCHEMA = "difficulty"
_HANDS = ", ".join(f"'{hand}'" for hand in TherapyHand)

# A row is a version: it is written once, and lifting a decision is a version too.
DECISION = sa.Table(
    "decision",
    METADATA,
    sa.Column("child_id", sa.Uuid, sa.ForeignKey("children.child.id"), primary_key=True),
    sa.Column("motion", sa.Text, sa.ForeignKey("content.motion.id"), primary_key=True),
    sa.Column("hand", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    # Null where it lifts the version before.
    sa.Column("lowest", sa.SmallInteger),
    sa.Column("highest", sa.SmallInteger),
    sa.Column("reason", sa.Text),
    sa.Column("until", sa.Date),
    sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
    # Null once the child is pseudonymised.
    sa.Column("made_by", sa.Uuid, sa.ForeignKey("accounts.account.id")),
    sa.CheckConstraint(f"hand in ({_HANDS})", name="hand"),
    sa.CheckConstraint("version >= 1", name="version"),
    sa.CheckConstraint("1 <= lowest and lowest <= highest and highest <= 10", name="levels"),
    sa.CheckConstraint("(lowest is null) = (highest is null)", name="lifted"),
    schema=SCHEMA,
)
