"""Codes that give free time or tickets; a ledger of tickets that the database keeps right."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"

_REASONS = (
    "attendance",
    "goal_reached",
    "streak",
    "game_reward",
    "game_played",
    "game_given_back",
    "granted_by_staff",
    "promotion",
)
# After each statement, for it moves both: what a ledger says is what its newest line says, and that
# one follows on the line before. So, from the first line on, it is what all lines add up to.
_RIGHT = """
create function rewards.check_ledger() returns trigger language plpgsql as $$
begin
    if not exists (
        select from rewards.ledger
        left join rewards.entry as newest
            on newest.child_id = ledger.child_id and newest.number = ledger.entries
        left join rewards.entry as before
            on before.child_id = ledger.child_id and before.number = ledger.entries - 1
        where ledger.child_id = new.child_id
            and ledger.balance = coalesce(newest.balance, 0)
            and ledger.balance = coalesce(before.balance, 0) + coalesce(newest.tickets, 0)
            and (newest.number is null) = (ledger.entries = 0)
            and (before.number is null) = (ledger.entries <= 1)
            and not exists (
                select from rewards.entry as later
                where later.child_id = ledger.child_id and later.number > ledger.entries
            )
    ) then
        raise exception 'a ledger of tickets is what its lines add up to'
            using errcode = 'check_violation';
    end if;
    return null;
end
$$
"""


def upgrade() -> None:
    _promotions()
    _tickets()


def _tickets() -> None:
    listed = ", ".join(f"'{reason}'" for reason in _REASONS)
    op.drop_constraint(op.f("entry_reason_check"), "entry", schema="rewards")
    op.create_check_constraint(
        op.f("entry_reason_check"),
        "entry",
        f"reason in ({listed})",
        schema="rewards",
        postgresql_not_valid=True,
    )
    op.execute(_RIGHT)
    for name, when, on in (
        ("added_up", "insert", "entry"),
        ("opened", "insert", "ledger"),
        # Whoever just holds a ledger writes it as it is.
        ("moved", "update", "ledger"),
    ):
        changed = " when (old.* is distinct from new.*)" if when == "update" else ""
        op.execute(
            f"create trigger {name} after {when} on rewards.{on}"
            f" for each row{changed} execute function rewards.check_ledger()"
        )


def _promotions() -> None:
    op.execute("create schema promotions")
    op.create_table(
        "promotion",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("campaign", sa.Text(), nullable=True),
        sa.Column("free_days", sa.SmallInteger(), nullable=True),
        sa.Column("tickets", sa.SmallInteger(), nullable=True),
        sa.Column("word", sa.Text(), nullable=True),
        sa.Column("codes", sa.Integer(), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key", sa.SmallInteger(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("free_days between 1 and 366", name=op.f("promotion_free_days_check")),
        sa.CheckConstraint("tickets between 1 and 1000", name=op.f("promotion_tickets_check")),
        sa.CheckConstraint(
            "num_nonnulls(free_days, tickets) > 0", name=op.f("promotion_gives_check")
        ),
        sa.CheckConstraint("codes between 1 and 100000", name=op.f("promotion_codes_check")),
        sa.CheckConstraint(
            "uses >= 1 and (word is null or codes = 1)", name=op.f("promotion_uses_check")
        ),
        sa.CheckConstraint("valid_from < valid_until", name=op.f("promotion_valid_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("promotion_pkey")),
        sa.UniqueConstraint("word", name=op.f("promotion_word_key")),
        schema="promotions",
    )
    op.create_index(op.f("promotion_made_at_idx"), "promotion", ["made_at"], schema="promotions")
    op.create_table(
        "code",
        sa.Column("promotion_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("redeemed", sa.Integer(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("redeemed between 0 and uses", name=op.f("code_redeemed_check")),
        sa.ForeignKeyConstraint(
            ["promotion_id"], ["promotions.promotion.id"], name=op.f("code_promotion_id_fkey")
        ),
        sa.PrimaryKeyConstraint("promotion_id", "number", name=op.f("code_pkey")),
        sa.UniqueConstraint("digest", name=op.f("code_digest_key")),
        schema="promotions",
    )
    op.create_table(
        "redemption",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("promotion_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("once", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("child_id", sa.Uuid(), nullable=True),
        sa.Column("free_days", sa.SmallInteger(), nullable=True),
        sa.Column("free_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tickets", sa.SmallInteger(), nullable=True),
        sa.Column("redeemed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["child_id"], ["children.child.id"], name=op.f("redemption_child_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["promotion_id", "number"],
            ["promotions.code.promotion_id", "promotions.code.number"],
            name=op.f("redemption_promotion_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("redemption_pkey")),
        sa.UniqueConstraint("account_id", "once", name=op.f("redemption_account_id_once_key")),
        schema="promotions",
    )
    op.create_index(
        op.f("redemption_child_id_idx"), "redemption", ["child_id"], schema="promotions"
    )
    op.create_index(
        op.f("redemption_promotion_id_id_idx"),
        "redemption",
        ["promotion_id", "id"],
        schema="promotions",
    )
