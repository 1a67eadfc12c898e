"""Children and their diagnoses. A removed child's row stays, hidden, until it is erased."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from dodam.platform.tables import METADATA

SCHEMA = "children"

CHILD = sa.Table(
    "child",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True),
    # Neither guardian nor name is left of a pseudonymised child, and of its birth date the year.
    sa.Column("guardian_id", sa.Uuid, sa.ForeignKey("accounts.account.id"), index=True),
    sa.Column("name", sa.Text),
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
    sa.Column("removed_by", sa.Text),
    # Null while it is not known: a child hidden with its guardian's account goes with that.
    sa.Column("erase_at", sa.DateTime(timezone=True)),
    sa.Column("pseudonymised_at", sa.DateTime(timezone=True)),
    # The version of each document that is consented to now: for the child, and by its guardian for
    # themselves. What there was before is in `child_consent`, and in the guardian's own answers.
    sa.Column("consents", JSONB, nullable=False, server_default="{}"),
    sa.Column("guardian_consents", JSONB, nullable=False, server_default="{}"),
    sa.CheckConstraint("sex in ('female', 'male', 'undisclosed')", name="sex"),
    sa.CheckConstraint("affected_hand in ('left', 'right', 'both')", name="affected_hand"),
    sa.CheckConstraint("dominant_hand in ('left', 'right', 'undecided')", name="dominant_hand"),
    sa.CheckConstraint("language in ('ko', 'en')", name="language"),
    sa.CheckConstraint("grade between 0 and 12", name="grade"),
    sa.CheckConstraint("day_start_hour between 0 and 12", name="day_start_hour"),
    sa.CheckConstraint("removed_by in ('guardian', 'withdrawal')", name="removed_by"),
    sa.CheckConstraint("removed_by is null or removed_at is not null", name="removed"),
    sa.CheckConstraint("erase_at is null or removed_by = 'guardian'", name="erase_at"),
    sa.CheckConstraint(
        "num_nulls(guardian_id, name) = case when pseudonymised_at is null then 0 else 2 end",
        name="pseudonymised",
    ),
    schema=SCHEMA,
)

# All that is left of an erased child: its id is never given to another.
ERASED_CHILD = sa.Table(
    "erased_child",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False),
    schema=SCHEMA,
)


# Answers for a child, only ever added to. Of a pseudonymised child they stay as proof, and no
# longer say whose they were.
CHILD_CONSENT = sa.Table(
    "child_consent",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("child_id", sa.Uuid, sa.ForeignKey("children.child.id"), nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("version", sa.SmallInteger, nullable=False),
    # Given, or withdrawn.
    sa.Column("given", sa.Boolean, nullable=False),
    sa.Column("given_by", sa.Text, nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    # The signed-in guardian, and where the answer came from.
    sa.Column("account_id", sa.Uuid),
    sa.Column("address", sa.Text),
    sa.Column("user_agent", sa.Text),
    sa.ForeignKeyConstraint(
        ["kind", "version"],
        ["accounts.consent_document.kind", "accounts.consent_document.version"],
    ),
    sa.CheckConstraint("kind in ('child_data', 'child_health')", name="kind"),
    sa.CheckConstraint("given_by in ('legal_guardian', 'child')", name="given_by"),
    sa.Index(None, "child_id", "at", "id"),
    schema=SCHEMA,
)


# Who of the staff treats a child, and treated it.
CARE_TEAM = sa.Table(
    "care_team",
    METADATA,
    sa.Column("child_id", sa.Uuid, sa.ForeignKey("children.child.id"), primary_key=True),
    sa.Column("member_id", sa.Uuid, sa.ForeignKey("accounts.account.id"), primary_key=True),
    sa.Column("joined_at", sa.DateTime(timezone=True), primary_key=True),
    sa.Column("left_at", sa.DateTime(timezone=True)),
    sa.Index(
        "care_team_member_id_child_id_idx",
        "member_id",
        "child_id",
        unique=True,
        postgresql_where=sa.text("left_at is null"),
    ),
    schema=SCHEMA,
)


def _level(scale: str) -> tuple[sa.Column[str], sa.CheckConstraint]:
    return (
        sa.Column(scale, sa.Text),
        sa.CheckConstraint(f"{scale} in ('I', 'II', 'III', 'IV', 'V')", name=scale),
    )


# A row is a version: it is written once, and deleting a diagnosis is a version too.
DIAGNOSIS = sa.Table(
    "diagnosis",
    METADATA,
    sa.Column("child_id", sa.Uuid, sa.ForeignKey("children.child.id"), primary_key=True),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("diagnosed_on", sa.Date, nullable=False),
    sa.Column("institution", sa.Text),
    *_level("macs"),
    *_level("mini_macs"),
    *_level("gmfcs"),
    *_level("bfmf"),
    # Of the newest assessment; null without levels, and where it was not noted.
    sa.Column("assessed_on", sa.Date),
    sa.Column("notes", sa.Text),
    sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
    # Null once the child is pseudonymised.
    sa.Column("changed_by", sa.Uuid, sa.ForeignKey("accounts.account.id")),
    sa.Column("deleted", sa.Boolean, nullable=False),
    sa.CheckConstraint("version >= 1", name="version"),
    sa.CheckConstraint(r"code ~ '^[A-Z][0-9]{2}(\.[0-9]{1,3})?$'", name="code"),
    schema=SCHEMA,
)
