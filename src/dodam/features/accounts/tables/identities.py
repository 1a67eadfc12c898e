"""Identities: persons at Google or Apple who sign in to an account; and Apple's notices."""

import sqlalchemy as sa

from dodam.features.accounts.tables.people import SCHEMA
from dodam.platform.tables import METADATA

IDENTITY = sa.Table(
    "identity",
    METADATA,
    sa.Column("provider", sa.Text, primary_key=True),
    # The provider's id of the person, which never changes.
    sa.Column("subject", sa.Text, primary_key=True),
    sa.Column("account_id", sa.Uuid, sa.ForeignKey("accounts.account.id"), nullable=False),
    # The app the person signed in to last: a refresh token is revoked in its name.
    sa.Column("client_id", sa.Text, nullable=False),
    sa.Column("email", sa.Text),
    sa.Column("email_is_relay", sa.Boolean, nullable=False),
    # Whether Apple forwards mail from its relay address; and since when, by Apple's clock.
    sa.Column("mail_forwarded", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("mail_changed_at", sa.DateTime(timezone=True)),
    # Apple's refresh token, encrypted.
    sa.Column("sealed_token", sa.LargeBinary),
    sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
    # When the person signed in at the provider last, by its clock.
    sa.Column("authorized_at", sa.DateTime(timezone=True), nullable=False),
    # The person took the consent back at Apple: no way in any more, until they sign in there again.
    sa.Column("revoked_at", sa.DateTime(timezone=True)),
    sa.UniqueConstraint("account_id", "provider"),
    sa.CheckConstraint("provider in ('google', 'apple')", name="provider"),
    sa.CheckConstraint("revoked_at is null or sealed_token is null", name="revoked"),
    schema=SCHEMA,
)

APPLE_NOTICE = sa.Table(
    "apple_notice",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
    # From then on Apple's signature on it is too old to be taken again.
    sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False, index=True),
    schema=SCHEMA,
)
