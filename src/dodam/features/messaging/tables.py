"""Messages to guardians, and the kinds they turned off."""

import sqlalchemy as sa

from dodam.platform.tables import METADATA

SCHEMA = "messaging"

# One row a message, of which there is one for each thing there is to tell: an account once, a
# child's day once, of a subscription once a day and kind.
MESSAGE = sa.Table(
    "message",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("account_id", sa.Uuid, sa.ForeignKey("accounts.account.id"), nullable=False),
    sa.Column("child_id", sa.Uuid, sa.ForeignKey("children.child.id"), index=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("day", sa.Date),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("reason", sa.Text),
    # When it is to be looked at again: sent, or its fate asked for. Null while a task does so.
    sa.Column("due_at", sa.DateTime(timezone=True)),
    # As it was last handed over. The number goes once the message's fate is known.
    sa.Column("template", sa.Text),
    sa.Column("number", sa.Text),
    sa.Column("content", sa.Text),
    sa.Column("tries", sa.SmallInteger, nullable=False, server_default="0"),
    # The service's own ids, of the order and of the message.
    sa.Column("request_id", sa.Text, index=True),
    sa.Column("provider_id", sa.Text, unique=True),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, index=True),
    sa.Column("sending_at", sa.DateTime(timezone=True)),
    sa.Column("sent_at", sa.DateTime(timezone=True)),
    sa.Column("ended_at", sa.DateTime(timezone=True)),
    sa.CheckConstraint(
        "kind in ('welcome', 'therapy_goal_reached', 'daily_result', 'subscription_started',"
        " 'payment_failed', 'price_increase', 'subscription_ended')",
        name="kind",
    ),
    sa.CheckConstraint(
        "state in ('waiting', 'sending', 'accepted', 'delivered', 'delivered_by_sms', 'failed',"
        " 'not_sent')",
        name="state",
    ),
    sa.CheckConstraint(
        "case when reason is null then state not in ('failed', 'not_sent')"
        " else state in ('failed', 'not_sent', 'delivered_by_sms') end",
        name="reason",
    ),
    sa.CheckConstraint(
        "state <> 'sending' or num_nulls(template, number, content, sending_at) = 0",
        name="sending",
    ),
    sa.CheckConstraint(
        "state <> 'accepted' or num_nulls(request_id, provider_id, sent_at) = 0", name="accepted"
    ),
    sa.Index(
        "message_about_idx",
        "account_id",
        "kind",
        "child_id",
        "day",
        unique=True,
        postgresql_nulls_not_distinct=True,
    ),
    sa.Index("message_account_id_id_idx", "account_id", "id"),
    sa.Index("message_due_at_idx", "due_at", postgresql_where=sa.text("due_at is not null")),
    sa.Index("message_sending_idx", "number", postgresql_where=sa.text("state = 'sending'")),
    schema=SCHEMA,
)

TURNED_OFF = sa.Table(
    "turned_off",
    METADATA,
    sa.Column("account_id", sa.Uuid, sa.ForeignKey("accounts.account.id"), primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("turned_off_at", sa.DateTime(timezone=True), nullable=False),
    schema=SCHEMA,
)
