"""Which page is whose, and how far it is behind; and which reports were written."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from dodam.platform.tables import METADATA

SCHEMA = "crm"

CUSTOMER = sa.Table(
    "customer",
    METADATA,
    sa.Column("account_id", sa.Uuid, sa.ForeignKey("accounts.account.id"), primary_key=True),
    # By what the page is found again. Random, so that an erased person's page is nobody's.
    sa.Column("external_id", sa.Uuid, unique=True),
    sa.Column("page_id", sa.Text),
    # Counts up with every fact; the page says what was so at `synced`.
    sa.Column("wanted", sa.BigInteger, nullable=False),
    sa.Column("synced", sa.BigInteger, nullable=False),
    # Until then one worker has the page to itself.
    sa.Column("busy_until", sa.DateTime(timezone=True)),
    # When a page was first asked for: before, there is none, whatever became of the answer.
    sa.Column("begun_at", sa.DateTime(timezone=True)),
    sa.Column("synced_at", sa.DateTime(timezone=True)),
    sa.Column("archived_at", sa.DateTime(timezone=True)),
    sa.Column("erased_at", sa.DateTime(timezone=True)),
    # The figures the page shows.
    sa.Column("children", sa.SmallInteger),
    sa.Column("last_day", sa.Date),
    sa.Column("days_played", sa.SmallInteger),
    sa.CheckConstraint("synced <= wanted", name="synced"),
    sa.CheckConstraint(
        "erased_at is null or num_nonnulls(external_id, page_id, children, last_day, days_played)"
        " = 0",
        name="erased",
    ),
    schema=SCHEMA,
)

REPORT = sa.Table(
    "report",
    METADATA,
    # ISO 8601: 2026-W12.
    sa.Column("week", sa.Text, primary_key=True),
    # As it was first made up, so that a page which was begun is finished with the same figures.
    sa.Column("content", JSONB),
    sa.Column("page_id", sa.Text),
    # Until then one worker has the page to itself.
    sa.Column("busy_until", sa.DateTime(timezone=True)),
    sa.Column("written_at", sa.DateTime(timezone=True)),
    schema=SCHEMA,
)
