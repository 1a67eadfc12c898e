"""Leaving: what was asked for, and the proof of what was erased."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from dodam.features.accounts.tables.people import SCHEMA
from dodam.platform.tables import METADATA

WITHDRAWAL = sa.Table(
    "withdrawal",
    METADATA,
    # What the person holds to ask later what became of their data: random, and in no other table.
    sa.Column("receipt", sa.Uuid, primary_key=True),
    sa.Column(
        "account_id", sa.Uuid, sa.ForeignKey("accounts.account.id"), nullable=False, index=True
    ),
    sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("erase_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("undone_at", sa.DateTime(timezone=True)),
    sa.Column("erased_at", sa.DateTime(timezone=True)),
    sa.CheckConstraint("undone_at is null or erased_at is null", name="outcome"),
    schema=SCHEMA,
)

ERASURE = sa.Table(
    "erasure",
    METADATA,
    sa.Column("account_id", sa.Uuid, sa.ForeignKey("accounts.account.id"), primary_key=True),
    # Which part of the system erased what it held: accounts, children, …
    sa.Column("part", sa.Text, primary_key=True),
    sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False),
    # How many rows of which kind are gone.
    sa.Column("rows", postgresql.JSONB, nullable=False),
    schema=SCHEMA,
)
