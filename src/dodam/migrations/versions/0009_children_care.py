"""Diagnoses, and removing children for good."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

# Checked for new rows from now on; the next revision looks through the old ones.
_RULES = (
    ("removed_by", "removed_by in ('guardian', 'withdrawal')"),
    ("removed", "removed_by is null or removed_at is not null"),
    ("erase_at", "erase_at is null or removed_by = 'guardian'"),
    (
        "pseudonymised",
        "num_nulls(guardian_id, name) = case when pseudonymised_at is null then 0 else 2 end",
    ),
)
_LEVELS = "in ('I', 'II', 'III', 'IV', 'V')"


def upgrade() -> None:
    op.create_table(
        "erased_child",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("erased_child_pkey")),
        schema="children",
    )
    op.create_table(
        "diagnosis",
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("diagnosed_on", sa.Date(), nullable=False),
        sa.Column("institution", sa.Text(), nullable=True),
        sa.Column("macs", sa.Text(), nullable=True),
        sa.Column("mini_macs", sa.Text(), nullable=True),
        sa.Column("gmfcs", sa.Text(), nullable=True),
        sa.Column("bfmf", sa.Text(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("diagnosis_version_check")),
        sa.CheckConstraint(
            r"code ~ '^[A-Z][0-9]{2}(\.[0-9]{1,3})?$'", name=op.f("diagnosis_code_check")
        ),
        *(
            sa.CheckConstraint(f"{scale} {_LEVELS}", name=op.f(f"diagnosis_{scale}_check"))
            for scale in ("macs", "mini_macs", "gmfcs", "bfmf")
        ),
        sa.ForeignKeyConstraint(
            ["child_id"], ["children.child.id"], name=op.f("diagnosis_child_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["accounts.account.id"], name=op.f("diagnosis_changed_by_fkey")
        ),
        sa.PrimaryKeyConstraint("child_id", "id", "version", name=op.f("diagnosis_pkey")),
        schema="children",
    )
    for column in (
        sa.Column("removed_by", sa.Text(), nullable=True),
        sa.Column("erase_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pseudonymised_at", sa.DateTime(timezone=True), nullable=True),
    ):
        op.add_column("child", column, schema="children")
    op.alter_column(
        "child", "guardian_id", existing_type=sa.UUID(), nullable=True, schema="children"
    )
    op.alter_column("child", "name", existing_type=sa.TEXT(), nullable=True, schema="children")
    op.execute(
        "update children.child set removed_by = 'guardian',"
        " erase_at = removed_at + interval '30 days' where removed_at is not null"
    )
    for name, rule in _RULES:
        op.create_check_constraint(
            op.f(f"child_{name}_check"), "child", rule, schema="children", postgresql_not_valid=True
        )
