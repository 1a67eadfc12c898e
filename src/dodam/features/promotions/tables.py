"""Promotions, their codes, and who redeemed which."""

import sqlalchemy as sa

from dodam.features.promotions.models.promotions import MOST_CODES, MOST_FREE_DAYS, MOST_TICKETS
from dodam.platform.tables import METADATA

SCHEMA = "promotions"

PROMOTION = sa.Table(
    "promotion",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("campaign", sa.Text),
    sa.Column("free_days", sa.SmallInteger),
    sa.Column("tickets", sa.SmallInteger),
    # The one code that everybody uses, where there is one.
    sa.Column("word", sa.Text, unique=True),
    sa.Column("codes", sa.Integer, nullable=False),
    # How many accounts may use each of its codes.
    sa.Column("uses", sa.Integer, nullable=False),
    sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
    sa.Column("valid_until", sa.DateTime(timezone=True), nullable=False),
    # Which of the deployment's keys its codes follow from, from 1.
    sa.Column("key", sa.SmallInteger, nullable=False),
    sa.Column("made_by", sa.Uuid, nullable=False),
    sa.Column("made_at", sa.DateTime(timezone=True), nullable=False, index=True),
    sa.Column("issued_at", sa.DateTime(timezone=True)),
    sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
    sa.CheckConstraint(f"free_days between 1 and {MOST_FREE_DAYS}", name="free_days"),
    sa.CheckConstraint(f"tickets between 1 and {MOST_TICKETS}", name="tickets"),
    sa.CheckConstraint("num_nonnulls(free_days, tickets) > 0", name="gives"),
    sa.CheckConstraint(f"codes between 1 and {MOST_CODES}", name="codes"),
    sa.CheckConstraint("uses >= 1 and (word is null or codes = 1)", name="uses"),
    sa.CheckConstraint("valid_from < valid_until", name="valid"),
    schema=SCHEMA,
)

CODE = sa.Table(
    "code",
    METADATA,
    sa.Column("promotion_id", sa.Uuid, sa.ForeignKey("promotions.promotion.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    # HMAC-SHA-256 of the code: without the deployment's key it tells nothing.
    sa.Column("digest", sa.LargeBinary, nullable=False, unique=True),
    sa.Column("uses", sa.Integer, nullable=False),
    sa.Column("redeemed", sa.Integer, nullable=False),
    sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
    sa.CheckConstraint("redeemed between 0 and uses", name="redeemed"),
    schema=SCHEMA,
)

# What was given, as it was promised on that day.
REDEMPTION = sa.Table(
    "redemption",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("promotion_id", sa.Uuid, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    # What is given to an account once: the campaign, or else the promotion.
    sa.Column("once", sa.Text, nullable=False),
    # Null once the account is erased.
    sa.Column("account_id", sa.Uuid),
    # Null once the child is erased or pseudonymised.
    sa.Column("child_id", sa.Uuid, sa.ForeignKey("children.child.id"), index=True),
    sa.Column("free_days", sa.SmallInteger),
    sa.Column("free_until", sa.DateTime(timezone=True)),
    sa.Column("tickets", sa.SmallInteger),
    sa.Column("redeemed_at", sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(
        ["promotion_id", "number"], ["promotions.code.promotion_id", "promotions.code.number"]
    ),
    sa.UniqueConstraint("account_id", "once"),
    sa.Index(None, "promotion_id", "id"),
    schema=SCHEMA,
)
