"""Messages to people."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.execute("create schema messaging")
    op.create_table(
        "message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("child_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("template", sa.Text(), nullable=True),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("content", sa.Text(), nullable=True),
        sa.Column("tries", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("provider_id", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sending_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind in ('welcome', 'therapy_goal_reached', 'daily_result')",
            name=op.f("message_kind_check"),
        ),
        sa.CheckConstraint(
            "state in ('waiting', 'sending', 'accepted', 'delivered', 'delivered_by_sms',"
            " 'failed', 'not_sent')",
            name=op.f("message_state_check"),
        ),
        sa.CheckConstraint(
            "case when reason is null then state not in ('failed', 'not_sent')"
            " else state in ('failed', 'not_sent', 'delivered_by_sms') end",
            name=op.f("message_reason_check"),
        ),
        sa.CheckConstraint(
            "state <> 'sending' or num_nulls(template, number, content, sending_at) = 0",
            name=op.f("message_sending_check"),
        ),
        sa.CheckConstraint(
            "state <> 'accepted' or num_nulls(request_id, provider_id, sent_at) = 0",
            name=op.f("message_accepted_check"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.account.id"], name=op.f("message_account_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["child_id"], ["children.child.id"], name=op.f("message_child_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("message_pkey")),
        sa.UniqueConstraint("provider_id", name=op.f("message_provider_id_key")),
        schema="messaging",
    )
    for column in ("child_id", "created_at", "request_id"):
        op.create_index(op.f(f"message_{column}_idx"), "message", [column], schema="messaging")
    op.create_index(
        "message_about_idx",
        "message",
        ["account_id", "kind", "child_id", "day"],
        unique=True,
        postgresql_nulls_not_distinct=True,
        schema="messaging",
    )
    op.create_index(
        "message_account_id_id_idx", "message", ["account_id", "id"], schema="messaging"
    )
    op.create_index(
        "message_due_at_idx",
        "message",
        ["due_at"],
        postgresql_where=sa.text("due_at is not null"),
        schema="messaging",
    )
    op.create_index(
        "message_sending_idx",
        "message",
        ["number"],
        postgresql_where=sa.text("state = 'sending'"),
        schema="messaging",
    )
    op.create_table(
        "turned_off",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("turned_off_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.account.id"], name=op.f("turned_off_account_id_fkey")
        ),
        sa.PrimaryKeyConstraint("account_id", "kind", name=op.f("turned_off_pkey")),
        schema="messaging",
    )
