"""Daily results, and who else may have them."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


_DOCUMENTS = "terms", "privacy", "child_data", "child_health", "marketing", "analytics", "sharing"


def upgrade() -> None:
    _results()
    _sharing()
    # One kind of document more.
    listed = ", ".join(f"'{kind}'" for kind in _DOCUMENTS)
    op.drop_constraint(op.f("consent_document_kind_check"), "consent_document", schema="accounts")
    op.create_check_constraint(
        op.f("consent_document_kind_check"),
        "consent_document",
        f"kind in ({listed})",
        schema="accounts",
        postgresql_not_valid=True,
    )


def _results() -> None:
    # The rules of the revision before hold for old rows too.
    for table in ("consent_document", "consent"):
        op.execute(f"alter table accounts.{table} validate constraint {table}_kind_check")
    op.create_table(
        "daily_result",
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("therapy_day", sa.Date(), nullable=False),
        sa.Column("summed_up_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("goal_reached", sa.Boolean(), nullable=False),
        sa.Column("planned_motions", sa.SmallInteger(), nullable=False),
        sa.Column("reached_motions", sa.SmallInteger(), nullable=False),
        sa.Column("planned_repetitions", sa.Integer(), nullable=False),
        sa.Column("planned_minutes", sa.Integer(), nullable=False),
        sa.Column("plays", sa.Integer(), nullable=False),
        sa.Column("repetitions", sa.BigInteger(), nullable=False),
        sa.Column("successes", sa.BigInteger(), nullable=False),
        sa.Column("active_ms", sa.BigInteger(), nullable=False),
        sa.Column("accuracy_bp", sa.BigInteger(), nullable=False),
        sa.Column("accuracy_plays", sa.Integer(), nullable=False),
        sa.Column("score", sa.BigInteger(), nullable=False),
        sa.Column("current_streak", sa.Integer(), nullable=False),
        sa.Column("next_planned_day", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "status in ('planned', 'done', 'partial', 'missed', 'rest', 'extra', 'excused')",
            name=op.f("daily_result_status_check"),
        ),
        sa.ForeignKeyConstraint(
            ["child_id"], ["children.child.id"], name=op.f("daily_result_child_id_fkey")
        ),
        sa.PrimaryKeyConstraint("child_id", "therapy_day", name=op.f("daily_result_pkey")),
        schema="therapy",
    )
    op.create_table(
        "evening",
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["child_id"], ["children.child.id"], name=op.f("evening_child_id_fkey")
        ),
        sa.PrimaryKeyConstraint("child_id", name=op.f("evening_pkey")),
        schema="therapy",
    )
    op.create_index(
        op.f("evening_due_at_idx"), "evening", ["due_at"], unique=False, schema="therapy"
    )
    # Looked at once, each is then due in its own evening.
    op.execute(
        "insert into therapy.evening (child_id, due_at)"
        " select id, now() from children.child where pseudonymised_at is null"
    )
    op.create_table(
        "reached_goal",
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("therapy_day", sa.Date(), nullable=False),
        sa.Column("reached_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["child_id"], ["children.child.id"], name=op.f("reached_goal_child_id_fkey")
        ),
        sa.PrimaryKeyConstraint("child_id", "therapy_day", name=op.f("reached_goal_pkey")),
        schema="therapy",
    )


def _sharing() -> None:
    op.execute("create schema sharing")
    op.create_table(
        "endpoint",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("system_id", sa.Uuid(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("disabled_by", sa.Text(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("rests_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "disabled_by in ('owner', 'gone', 'key')", name=op.f("endpoint_disabled_by_check")
        ),
        sa.ForeignKeyConstraint(
            ["system_id"], ["accounts.api_key.id"], name=op.f("endpoint_system_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("endpoint_pkey")),
        schema="sharing",
    )
    op.create_index(
        op.f("endpoint_system_id_idx"), "endpoint", ["system_id"], unique=False, schema="sharing"
    )
    op.create_table(
        "feed",
        sa.Column("system_id", sa.Uuid(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["system_id"], ["accounts.api_key.id"], name=op.f("feed_system_id_fkey")
        ),
        sa.PrimaryKeyConstraint("system_id", name=op.f("feed_pkey")),
        schema="sharing",
    )
    op.create_table(
        "endpoint_secret",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("endpoint_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["endpoint_id"], ["sharing.endpoint.id"], name=op.f("endpoint_secret_endpoint_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("endpoint_secret_pkey")),
        schema="sharing",
    )
    op.create_index(
        op.f("endpoint_secret_endpoint_id_idx"),
        "endpoint_secret",
        ["endpoint_id"],
        unique=False,
        schema="sharing",
    )
    op.create_table(
        "grant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("system_id", sa.Uuid(), nullable=False),
        sa.Column("system_name", sa.Text(), nullable=False),
        sa.Column("consent_version", sa.SmallInteger(), nullable=False),
        sa.Column("granted_by", sa.Uuid(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "ended_by in ('guardian', 'consent', 'removal', 'key')",
            name=op.f("grant_ended_by_check"),
        ),
        sa.CheckConstraint(
            "(ended_at is null) = (ended_by is null)", name=op.f("grant_ended_check")
        ),
        sa.ForeignKeyConstraint(
            ["child_id"], ["children.child.id"], name=op.f("grant_child_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["system_id"], ["accounts.api_key.id"], name=op.f("grant_system_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("grant_pkey")),
        schema="sharing",
    )
    op.create_index(
        op.f("grant_child_id_idx"), "grant", ["child_id"], unique=False, schema="sharing"
    )
    op.create_index(
        "grant_child_id_system_id_idx",
        "grant",
        ["child_id", "system_id"],
        unique=True,
        schema="sharing",
        postgresql_where=sa.text("ended_at is null"),
    )
    op.create_index(
        op.f("grant_system_id_idx"), "grant", ["system_id"], unique=False, schema="sharing"
    )
    op.create_table(
        "shared_result",
        sa.Column("system_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("grant_id", sa.Uuid(), nullable=False),
        sa.Column("therapy_day", sa.Date(), nullable=False),
        sa.Column("shared_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["grant_id"], ["sharing.grant.id"], name=op.f("shared_result_grant_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["system_id"], ["accounts.api_key.id"], name=op.f("shared_result_system_id_fkey")
        ),
        sa.PrimaryKeyConstraint("system_id", "position", name=op.f("shared_result_pkey")),
        sa.UniqueConstraint(
            "grant_id", "therapy_day", name=op.f("shared_result_grant_id_therapy_day_key")
        ),
        schema="sharing",
    )
    op.create_table(
        "delivery",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("endpoint_id", sa.Uuid(), nullable=False),
        sa.Column("grant_id", sa.Uuid(), nullable=False),
        sa.Column("therapy_day", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("last_status", sa.SmallInteger(), nullable=True),
        sa.Column("last_reason", sa.Text(), nullable=True),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('waiting', 'delivered', 'dropped', 'given_up', 'held')",
            name=op.f("delivery_state_check"),
        ),
        sa.ForeignKeyConstraint(
            ["endpoint_id"], ["sharing.endpoint.id"], name=op.f("delivery_endpoint_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["grant_id", "therapy_day"],
            ["sharing.shared_result.grant_id", "sharing.shared_result.therapy_day"],
            name=op.f("delivery_grant_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("delivery_pkey")),
        sa.UniqueConstraint(
            "endpoint_id",
            "grant_id",
            "therapy_day",
            name=op.f("delivery_endpoint_id_grant_id_therapy_day_key"),
        ),
        schema="sharing",
    )
    op.create_index(
        "delivery_created_at_idx",
        "delivery",
        ["created_at"],
        unique=False,
        schema="sharing",
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index(
        op.f("delivery_endpoint_id_created_at_idx"),
        "delivery",
        ["endpoint_id", "created_at"],
        unique=False,
        schema="sharing",
    )
    op.create_index(
        "delivery_endpoint_id_next_try_at_idx",
        "delivery",
        ["endpoint_id", "next_try_at"],
        unique=False,
        schema="sharing",
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index(
        op.f("delivery_grant_id_idx"), "delivery", ["grant_id"], unique=False, schema="sharing"
    )
