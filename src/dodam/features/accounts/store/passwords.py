"""Statements on what accounts are opened with."""

from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct

from dodam.features.accounts.models.people import Account, AccountKind
from dodam.features.accounts.store.people import ACCOUNT_COLUMNS
from dodam.features.accounts.tables.people import ACCOUNT
from dodam.features.accounts.tables.trusted_devices import TRUSTED_DEVICE
from dodam.platform.statements import Query, Statement


class Opening(Struct):
    """What a sign-in is checked against; `is_trusted` is of the device that asks."""

    account_id: UUID
    kind: AccountKind
    password_hash: str | None
    is_trusted: bool


_THIS = ACCOUNT.c.id == sa.bindparam("account")
_HASH_IS = ACCOUNT.c.password_hash == sa.bindparam("checked_hash")

# One statement, known address or not: neither its answer nor its time tells which.
OPENING = Query(
    sa.select(
        ACCOUNT.c.id.label("account_id"),
        ACCOUNT.c.kind,
        ACCOUNT.c.password_hash,
        sa.exists()
        .where(
            TRUSTED_DEVICE.c.account_id == ACCOUNT.c.id,
            TRUSTED_DEVICE.c.digest == sa.bindparam("device_digest"),
            TRUSTED_DEVICE.c.expires_at > sa.bindparam("now"),
        )
        .label("is_trusted"),
    ).where(ACCOUNT.c.email_key == sa.bindparam("email_key")),
    Opening,
)
# Locked, so that no session begins on a password that is being replaced.
STILL_OPENED = Query(
    sa.select(*ACCOUNT_COLUMNS).where(_THIS, _HASH_IS).with_for_update(read=True), Account
)
REPLACE_HASH = Statement(
    sa.update(ACCOUNT)
    .where(_THIS, _HASH_IS)
    .values(password_hash=sa.bindparam("new_hash"), password_must_change=sa.false())
)
SET_HASH = Statement(
    sa.update(ACCOUNT)
    .where(_THIS)
    .values(password_hash=sa.bindparam("new_hash"), password_must_change=sa.false())
)
SET_FIRST_HASH = Statement(
    sa.update(ACCOUNT)
    .where(_THIS, ACCOUNT.c.password_hash.is_(None))
    .values(password_hash=sa.bindparam("new_hash"), password_must_change=sa.false())
)
TAKE_HASH_AWAY = Statement(
    sa.update(ACCOUNT)
    .where(_THIS, ACCOUNT.c.withdrawn_at.is_(None))
    .values(password_hash=sa.null(), password_must_change=sa.true())
)
