"""Documents people consent to, and their answers. Both are only ever added to."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from dodam.features.accounts.models.consents import ACCOUNT_KINDS, ConsentKind
from dodam.features.accounts.tables.people import SCHEMA
from dodam.platform.tables import METADATA


def _kinds(kinds: tuple[ConsentKind, ...]) -> str:
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    return f"kind in ({listed})"


CONSENT_DOCUMENT = sa.Table(
    "consent_document",
    METADATA,
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("version", sa.SmallInteger, primary_key=True),
    sa.Column("required", sa.Boolean, nullable=False),
    sa.Column("title", JSONB, nullable=False),
    sa.Column("text", JSONB, nullable=False),
    sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("effective_from", sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint(_kinds(tuple(ConsentKind)), name="kind"),
    sa.CheckConstraint("version >= 1", name="version"),
    schema=SCHEMA,
)

CONSENT = sa.Table(
    "consent",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("account_id", sa.Uuid, sa.ForeignKey("accounts.account.id"), nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("version", sa.SmallInteger, nullable=False),
    # Given, or withdrawn.
    sa.Column("given", sa.Boolean, nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    # Where the answer came from.
    sa.Column("address", sa.Text),
    sa.Column("user_agent", sa.Text),
    sa.ForeignKeyConstraint(
        ["kind", "version"],
        ["accounts.consent_document.kind", "accounts.consent_document.version"],
    ),
    sa.CheckConstraint(_kinds(ACCOUNT_KINDS), name="kind"),
    sa.Index(None, "account_id", "at", "id"),
    schema=SCHEMA,
)
