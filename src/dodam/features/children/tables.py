"""Children. A removed child's row stays, hidden, until it is erased."""

import sqlalchemy as sa

from dodam.platform.tables import METADATA

SCHEMA = "children"

CHILD = sa.Table(
    "child",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column(
        "guardian_id",
        sa.Uuid,
        sa.ForeignKey("accounts.account.id"),
        nullable=False,
        index=True,
    ),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("birth_date", sa.Date, nullable=False),
    sa.Column("sex", sa.Text, nullable=False),
    sa.Column("grade", sa.SmallInteger),
    sa.Column("affected_hand", sa.Text, nullable=False),
    sa.Column("dominant_hand", sa.Text, nullable=False),
    sa.Column("time_zone", sa.Text, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("day_start_hour", sa.SmallInteger, nullable=False),
    sa.Column("therapy_starts_on", sa.Date, nullable=False),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("removed_at", sa.DateTime(timezone=True)),
    sa.CheckConstraint("sex in ('female', 'male', 'undisclosed')", name="sex"),
    sa.CheckConstraint("affected_hand in ('left', 'right', 'both')", name="affected_hand"),
    sa.CheckConstraint("dominant_hand in ('left', 'right', 'undecided')", name="dominant_hand"),
    sa.CheckConstraint("language in ('ko', 'en')", name="language"),
    sa.CheckConstraint("grade between 0 and 12", name="grade"),
    sa.CheckConstraint("day_start_hour between 0 and 12", name="day_start_hour"),
    schema=SCHEMA,
)
