"""API keys, and who did what."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"

_APPEND_ONLY = """
create function audit.refuse() returns trigger language plpgsql as $$
begin
    raise exception 'the audit trail is only ever added to' using errcode = 'insufficient_privilege';
end
$$
"""


def upgrade() -> None:
    op.create_table(
        "api_key",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("api_key_pkey")),
        schema="accounts",
    )
    op.create_table(
        "api_key_secret",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("api_key_id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["api_key_id"], ["accounts.api_key.id"], name=op.f("api_key_secret_api_key_id_fkey")
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("api_key_secret_pkey")),
        schema="accounts",
    )
    for column in ("api_key_id", "expires_at"):
        op.create_index(
            op.f(f"api_key_secret_{column}_idx"),
            "api_key_secret",
            [column],
            unique=False,
            schema="accounts",
        )
    op.execute("create schema audit")
    op.create_table(
        "entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "actor_kind in ('guardian', 'staff', 'api_key', 'operator', 'system')",
            name=op.f("entry_actor_kind_check"),
        ),
        sa.CheckConstraint("jsonb_typeof(details) = 'object'", name=op.f("entry_details_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("entry_pkey")),
        schema="audit",
    )
    for columns in (["at", "id"], ["subject_id", "at", "id"], ["actor_id", "at", "id"]):
        op.create_index(
            op.f(f"entry_{'_'.join(columns)}_idx"), "entry", columns, unique=False, schema="audit"
        )
    op.execute(_APPEND_ONLY)
    op.execute(
        "create trigger append_only before update or delete or truncate on audit.entry"
        " for each statement execute function audit.refuse()"
    )
