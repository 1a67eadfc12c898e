"""Customers in the CRM."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.execute("create schema crm")
    op.create_table(
        "customer",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("external_id", sa.Uuid(), nullable=True),
        sa.Column("page_id", sa.Text(), nullable=True),
        sa.Column("wanted", sa.BigInteger(), nullable=False),
        sa.Column("synced", sa.BigInteger(), nullable=False),
        sa.Column("busy_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("synced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("children", sa.SmallInteger(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("days_played", sa.SmallInteger(), nullable=True),
        sa.CheckConstraint("synced <= wanted", name=op.f("customer_synced_check")),
        sa.CheckConstraint(
            "erased_at is null or num_nonnulls(external_id, page_id, children, last_day,"
            " days_played) = 0",
            name=op.f("customer_erased_check"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.account.id"], name=op.f("customer_account_id_fkey")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("customer_pkey")),
        sa.UniqueConstraint("external_id", name=op.f("customer_external_id_key")),
        schema="crm",
    )
    op.create_table(
        "report",
        sa.Column("week", sa.Text(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("page_id", sa.Text(), nullable=True),
        sa.Column("busy_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("week", name=op.f("report_pkey")),
        schema="crm",
    )
    # Plays are uploaded meanwhile.
    with op.get_context().autocommit_block():
        op.execute("set statement_timeout = 0")
        op.execute("drop index concurrently if exists therapy.play_record_received_at_idx")
        op.execute(
            "create index concurrently play_record_received_at_idx on therapy.play_record"
            " using brin (received_at)"
        )
        op.execute("set statement_timeout = '60s'")
