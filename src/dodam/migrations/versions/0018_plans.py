"""Plans of several sources, pauses and templates."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"

_REASONS = "'illness', 'holiday', 'hospital', 'travel', 'other'"


def upgrade() -> None:
    _plans()
    _pauses()
    _templates()


def _plans() -> None:
    for column in (
        sa.Column("hand_rule", postgresql.JSONB(), nullable=True),
        sa.Column(
            "rests_on", postgresql.ARRAY(sa.Date()), nullable=False, server_default=sa.text("'{}'")
        ),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
    ):
        op.add_column("plan", column, schema="therapy")
    op.create_check_constraint(
        op.f("plan_ended_check"),
        "plan",
        "(ended_on is null) = (ended_at is null)",
        schema="therapy",
        postgresql_not_valid=True,
    )
    op.create_check_constraint(
        op.f("plan_hand_check"),
        "plan",
        "(hand_rule is null) <> jsonb_path_exists(days, '$[*] ? (@.hand == null)')",
        schema="therapy",
        postgresql_not_valid=True,
    )
    # Until now a guardian's plan ended the default one for good. Days that are over keep that; from
    # the day after tomorrow, which has begun nowhere, the default is there again.
    op.execute(
        """
        with taken_over as (
            select child_id, min(starts_on) as day, max(version) as version
            from therapy.plan where source = 'guardian' group by child_id
        ), ended as (
            update therapy.plan set ended_on = taken_over.day - 1, ended_at = now()
            from taken_over
            where plan.child_id = taken_over.child_id and plan.source = 'default'
            returning plan.child_id, plan.version, taken_over.version as newest, plan.days
        )
        insert into therapy.plan
            (child_id, version, source, starts_on, ends_on, days, created_at)
        select distinct on (child_id)
            child_id, newest + 1, 'default', current_date + 2, null, days, now()
        from ended order by child_id, version desc
        """
    )


def _pauses() -> None:
    op.create_table(
        "pause",
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("to_day", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"reason in ({_REASONS})", name=op.f("pause_reason_check")),
        sa.ForeignKeyConstraint(
            ["child_id"], ["children.child.id"], name=op.f("pause_child_id_fkey")
        ),
        sa.PrimaryKeyConstraint("child_id", "id", name=op.f("pause_pkey")),
        schema="therapy",
    )


def _templates() -> None:
    op.create_table(
        "plan_template",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("days", postgresql.JSONB(), nullable=False),
        sa.Column("hand_rule", postgresql.JSONB(), nullable=True),
        sa.Column("rests_on_holidays_of", sa.Text(), nullable=True),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("version >= 1", name=op.f("plan_template_version_check")),
        sa.PrimaryKeyConstraint("id", "version", name=op.f("plan_template_pkey")),
        schema="therapy",
    )
