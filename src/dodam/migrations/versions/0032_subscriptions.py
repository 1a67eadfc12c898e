"""What accounts hold at the stores, and the ledger of what was paid."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0032"
down_revision = "0031"

_STORES = "store in ('apple', 'google')"
_STATES = (
    "pending",
    "trial",
    "active",
    "cancelled",
    "grace",
    "billing_retry",
    "paused",
    "expired",
    "refunded",
    "revoked",
    "replaced",
)
_OUTCOMES = (
    "waiting",
    "accepted",
    "belongs_to_another_account",
    "sandbox_purchase",
    "family_shared",
    "unknown_purchase",
)
_APPEND_ONLY = """
create function billing.refuse() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' and not exists (
        select from billing.subscription where subscription.id = old.subscription_id
    ) then
        return old;
    end if;
    raise exception 'the ledger of payments is only ever added to'
        using errcode = 'insufficient_privilege';
end
$$
"""


def upgrade() -> None:
    op.execute("create schema if not exists billing")
    op.create_table(
        "subscription",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("store", sa.Text(), nullable=False),
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("renewal", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("naming", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("replaces", sa.Text(), nullable=True),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged", sa.Boolean(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("transaction_id", sa.Text(), nullable=True),
        sa.Column("product_id", sa.Text(), nullable=False),
        sa.Column("changes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paid_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("family_shared", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entitled", postgresql.TSTZMULTIRANGE(), nullable=False),
        sa.CheckConstraint(
            "environment in ('production', 'sandbox')", name=op.f("subscription_environment_check")
        ),
        sa.CheckConstraint(f"state in ({_listed(_STATES)})", name=op.f("subscription_state_check")),
        sa.CheckConstraint(_STORES, name=op.f("subscription_store_check")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.account.id"], name=op.f("subscription_account_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("subscription_pkey")),
        sa.UniqueConstraint(
            "store", "environment", "key", name=op.f("subscription_store_environment_key_key")
        ),
        schema="billing",
    )
    op.create_index(
        op.f("subscription_account_id_idx"),
        "subscription",
        ["account_id"],
        unique=False,
        schema="billing",
    )
    op.create_index(
        op.f("subscription_changes_at_idx"),
        "subscription",
        ["changes_at"],
        unique=False,
        schema="billing",
    )
    op.create_index(
        op.f("subscription_due_at_idx"), "subscription", ["due_at"], unique=False, schema="billing"
    )
    op.create_index(
        op.f("subscription_paid_until_idx"),
        "subscription",
        ["paid_until"],
        unique=False,
        schema="billing",
    )
    op.create_index(
        "subscription_replaces_idx",
        "subscription",
        ["store", "environment", "replaces"],
        unique=False,
        schema="billing",
        postgresql_where=sa.text("replaces is not null"),
    )
    op.create_table(
        "period",
        sa.Column("subscription_id", sa.Uuid(), nullable=False),
        sa.Column("transaction_id", sa.Text(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("product_id", sa.Text(), nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paid_micros", sa.BigInteger(), nullable=True),
        sa.Column("paid_currency", sa.Text(), nullable=True),
        sa.Column("offer_kind", sa.Text(), nullable=True),
        sa.Column("offer_mode", sa.Text(), nullable=True),
        sa.Column("offer_id", sa.Text(), nullable=True),
        sa.Column("refunded_micros", sa.BigInteger(), nullable=True),
        sa.Column("refunded_currency", sa.Text(), nullable=True),
        sa.Column("refunded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(paid_micros is null) = (paid_currency is null)", name=op.f("period_paid_check")
        ),
        sa.CheckConstraint(
            "(refunded_micros is null) = (refunded_currency is null)",
            name=op.f("period_refunded_check"),
        ),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["billing.subscription.id"],
            name=op.f("period_subscription_id_fkey"),
            ondelete="cascade",
        ),
        sa.PrimaryKeyConstraint("subscription_id", "transaction_id", name=op.f("period_pkey")),
        schema="billing",
    )
    op.create_table(
        "payment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subscription_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("transaction_id", sa.Text(), nullable=False),
        sa.Column("product_id", sa.Text(), nullable=False),
        sa.Column("offer_kind", sa.Text(), nullable=True),
        sa.Column("offer_mode", sa.Text(), nullable=True),
        sa.Column("offer_id", sa.Text(), nullable=True),
        sa.Column("micros", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("period_begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("period_ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "case kind when 'charge' then micros > 0 when 'refund' then micros < 0 when 'refund_reversed' then micros > 0 else micros <> 0 end",
            name=op.f("payment_micros_check"),
        ),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("payment_currency_check")),
        sa.CheckConstraint(
            "kind in ('charge', 'refund', 'refund_reversed', 'correction')",
            name=op.f("payment_kind_check"),
        ),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["billing.subscription.id"],
            name=op.f("payment_subscription_id_fkey"),
            ondelete="cascade",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("payment_pkey")),
        sa.UniqueConstraint(
            "subscription_id",
            "transaction_id",
            "kind",
            "currency",
            "told_at",
            "micros",
            name="payment_once_key",
        ),
        schema="billing",
    )
    op.create_index(op.f("payment_at_idx"), "payment", ["at"], unique=False, schema="billing")
    op.create_table(
        "payment_result",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("store", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("subscription_id", sa.Uuid(), nullable=True),
        sa.Column("transaction_id", sa.Text(), nullable=True),
        sa.Column("purchase_token", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(outcome = 'waiting') = (purchase_token is not null)",
            name=op.f("payment_result_waiting_check"),
        ),
        sa.CheckConstraint(
            f"outcome in ({_listed(_OUTCOMES)})", name=op.f("payment_result_outcome_check")
        ),
        sa.CheckConstraint(_STORES, name=op.f("payment_result_store_check")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.account.id"], name=op.f("payment_result_account_id_fkey")
        ),
        sa.PrimaryKeyConstraint("account_id", "digest", name=op.f("payment_result_pkey")),
        schema="billing",
    )
    op.create_table(
        "free_period",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("begins_at < ends_at", name=op.f("free_period_ends_at_check")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.account.id"], name=op.f("free_period_account_id_fkey")
        ),
        sa.PrimaryKeyConstraint("account_id", "reference", name=op.f("free_period_pkey")),
        schema="billing",
    )
    op.execute(_APPEND_ONLY)
    op.execute(
        "create trigger append_only before update or delete on billing.payment"
        " for each row execute function billing.refuse()"
    )
    op.execute(
        "create trigger never_emptied before truncate on billing.payment"
        " for each statement execute function billing.refuse()"
    )


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)
