"""Pseudonyms, which uploaded events were taken, and what is deleted at the analytics service."""

import sqlalchemy as sa

from dodam.platform.tables import METADATA

SCHEMA = "insight"

# A row for who consents now: it goes in the transaction of the withdrawal.
PERSON = sa.Table(
    "person",
    METADATA,
    sa.Column("account_id", sa.Uuid, sa.ForeignKey("accounts.account.id"), primary_key=True),
    sa.Column("distinct_id", sa.Uuid, nullable=False, unique=True),
    sa.Column("consent_version", sa.SmallInteger, nullable=False),
    sa.Column("consented_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("followed_since", sa.DateTime(timezone=True)),
    schema=SCHEMA,
)

# Uploaded events wait in the queue only. That they came is kept a while longer: of an event from a
# tablet whose clock is wrong the time is corrected at each upload, and with another time Mixpanel
# takes it for another event.
TAKEN_EVENT = sa.Table(
    "taken_event",
    METADATA,
    sa.Column(
        "distinct_id",
        sa.Uuid,
        sa.ForeignKey("insight.person.distinct_id", ondelete="cascade"),
        primary_key=True,
    ),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False, index=True),
    schema=SCHEMA,
)

# The proof that what had been sent was deleted. Whose it was goes with the account.
DELETION = sa.Table(
    "deletion",
    METADATA,
    sa.Column("distinct_id", sa.Uuid, primary_key=True),
    sa.Column("account_id", sa.Uuid, sa.ForeignKey("accounts.account.id"), index=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
    # The analytics service's own name for it.
    sa.Column("tracking_id", sa.Text),
    sa.Column("ordered_at", sa.DateTime(timezone=True)),
    sa.Column("done_at", sa.DateTime(timezone=True)),
    sa.CheckConstraint(
        "reason in ('consent_withdrawn', 'test_account', 'account_erased')", name="reason"
    ),
    sa.CheckConstraint("(tracking_id is null) = (ordered_at is null)", name="ordered"),
    schema=SCHEMA,
)
