"""Tickets that are earned and spent."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"

_REASONS = (
    "attendance",
    "goal_reached",
    "streak",
    "game_reward",
    "game_played",
    "game_given_back",
    "granted_by_staff",
)
_APPEND_ONLY = """
create function rewards.refuse() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' and not exists (
        select from rewards.ledger where ledger.child_id = old.child_id
    ) then
        return old;
    end if;
    raise exception 'a ledger of tickets is only ever added to'
        using errcode = 'insufficient_privilege';
end
$$
"""


def upgrade() -> None:
    op.execute("create schema rewards")
    op.create_table(
        "ledger",
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("balance", sa.Integer(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.CheckConstraint("balance >= 0", name=op.f("ledger_balance_check")),
        sa.ForeignKeyConstraint(
            ["child_id"], ["children.child.id"], name=op.f("ledger_child_id_fkey")
        ),
        sa.PrimaryKeyConstraint("child_id", name=op.f("ledger_pkey")),
        schema="rewards",
    )
    reasons = ", ".join(f"'{reason}'" for reason in _REASONS)
    op.create_table(
        "entry",
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("tickets", sa.Integer(), nullable=False),
        sa.Column("balance", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("entry_number_check")),
        sa.CheckConstraint(f"reason in ({reasons})", name=op.f("entry_reason_check")),
        sa.CheckConstraint("tickets <> 0", name=op.f("entry_tickets_check")),
        sa.CheckConstraint("balance >= 0", name=op.f("entry_balance_check")),
        sa.ForeignKeyConstraint(
            ["child_id"],
            ["rewards.ledger.child_id"],
            name=op.f("entry_child_id_fkey"),
            ondelete="cascade",
        ),
        sa.PrimaryKeyConstraint("child_id", "number", name=op.f("entry_pkey")),
        sa.UniqueConstraint(
            "child_id", "reason", "reference", name=op.f("entry_child_id_reason_reference_key")
        ),
        schema="rewards",
    )
    op.execute(_APPEND_ONLY)
    op.execute(
        "create trigger append_only before update or delete on rewards.entry"
        " for each row execute function rewards.refuse()"
    )
    op.execute(
        "create trigger never_emptied before truncate on rewards.entry"
        " for each statement execute function rewards.refuse()"
    )
    op.create_table(
        "grant",
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["child_id"], ["children.child.id"], name=op.f("grant_child_id_fkey")
        ),
        sa.PrimaryKeyConstraint("child_id", "id", name=op.f("grant_pkey")),
        schema="rewards",
    )
