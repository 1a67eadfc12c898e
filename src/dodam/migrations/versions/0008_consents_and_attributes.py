"""Consent, attributes, devices, test accounts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "user_attribute",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("slot", sa.Text(), nullable=False),
        sa.Column("value", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("granted_by", sa.Uuid(), nullable=True),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.Uuid(), nullable=True),
        sa.Column("superseded_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "valid_until > valid_from", name=op.f("user_attribute_valid_until_check")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.account.id"], name=op.f("user_attribute_account_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("user_attribute_pkey")),
        schema="accounts",
    )
    op.create_index(
        op.f("user_attribute_account_id_key_idx"),
        "user_attribute",
        ["account_id", "key"],
        unique=False,
        schema="accounts",
    )
    op.create_table(
        "consent_document",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("title", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("text", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("effective_from", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind in ('terms', 'privacy', 'child_data', 'child_health', 'marketing')",
            name=op.f("consent_document_kind_check"),
        ),
        sa.CheckConstraint("version >= 1", name=op.f("consent_document_version_check")),
        sa.PrimaryKeyConstraint("kind", "version", name=op.f("consent_document_pkey")),
        schema="accounts",
    )
    op.create_table(
        "consent",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("user_agent", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "kind in ('terms', 'privacy', 'marketing')", name=op.f("consent_kind_check")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.account.id"], name=op.f("consent_account_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["kind", "version"],
            ["accounts.consent_document.kind", "accounts.consent_document.version"],
            name=op.f("consent_kind_fkey"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("consent_pkey")),
        schema="accounts",
    )
    op.create_index(
        op.f("consent_account_id_at_id_idx"),
        "consent",
        ["account_id", "at", "id"],
        unique=False,
        schema="accounts",
    )
    op.create_table(
        "test_account",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("attached_by", sa.Uuid(), nullable=True),
        sa.Column("attached_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("owner_id <> account_id", name=op.f("test_account_owner_id_check")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.account.id"], name=op.f("test_account_account_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["accounts.account.id"], name=op.f("test_account_owner_id_fkey")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("test_account_pkey")),
        schema="accounts",
    )
    op.create_index(
        op.f("test_account_owner_id_idx"),
        "test_account",
        ["owner_id"],
        unique=False,
        schema="accounts",
    )
    op.create_table(
        "child_consent",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("given_by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("user_agent", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "kind in ('child_data', 'child_health')", name=op.f("child_consent_kind_check")
        ),
        sa.CheckConstraint(
            "given_by in ('legal_guardian', 'child')", name=op.f("child_consent_given_by_check")
        ),
        sa.ForeignKeyConstraint(
            ["kind", "version"],
            ["accounts.consent_document.kind", "accounts.consent_document.version"],
            name=op.f("child_consent_kind_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["child_id"], ["children.child.id"], name=op.f("child_consent_child_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("child_consent_pkey")),
        schema="children",
    )
    op.create_index(
        op.f("child_consent_child_id_at_id_idx"),
        "child_consent",
        ["child_id", "at", "id"],
        unique=False,
        schema="children",
    )
    for column in ("consents", "guardian_consents"):
        op.add_column(
            "child",
            sa.Column(
                column,
                postgresql.JSONB(astext_type=sa.Text()),
                server_default="{}",
                nullable=False,
            ),
            schema="children",
        )
