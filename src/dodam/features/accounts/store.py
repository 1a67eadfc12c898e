"""Statements on accounts, sessions and refresh tokens."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects.postgresql import insert

from dodam.features.accounts.models import Account
from dodam.features.accounts.tables import ACCOUNT, REFRESH_TOKEN, SESSION
from dodam.platform.statements import Query, Statement


class Credentials(Struct):
    """An account with what its password is checked against."""

    id: UUID
    email: str
    name: str
    created_at: datetime
    password_hash: str

    def account(self) -> Account:
        return Account(self.id, self.email, self.name, self.created_at)


class UsedToken(Struct):
    """A refresh token as it stands when it comes in."""

    session_id: UUID
    id: UUID
    email: str
    name: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    ended_at: datetime | None

    def account(self) -> Account:
        return Account(self.id, self.email, self.name, self.created_at)


_ACCOUNT_COLUMNS = (ACCOUNT.c.id, ACCOUNT.c.email, ACCOUNT.c.name, ACCOUNT.c.created_at)

# Nothing comes back when the address is taken.
INSERT_ACCOUNT = Query(
    insert(ACCOUNT)
    .values(
        id=sa.bindparam("id"),
        email=sa.bindparam("email"),
        email_key=sa.bindparam("email_key"),
        name=sa.bindparam("name"),
        password_hash=sa.bindparam("password_hash"),
        created_at=sa.bindparam("created_at"),
    )
    .on_conflict_do_nothing(index_elements=[ACCOUNT.c.email_key])
    .returning(*_ACCOUNT_COLUMNS),
    Account,
)
CREDENTIALS = Query(
    sa.select(*_ACCOUNT_COLUMNS, ACCOUNT.c.password_hash).where(
        ACCOUNT.c.email_key == sa.bindparam("email_key")
    ),
    Credentials,
)
SET_PASSWORD_HASH = Statement(
    sa.update(ACCOUNT)
    .where(ACCOUNT.c.id == sa.bindparam("account_id"))
    .values(password_hash=sa.bindparam("new_hash"))
)
INSERT_SESSION = Statement(
    sa.insert(SESSION).values(
        id=sa.bindparam("id"),
        account_id=sa.bindparam("account_id"),
        device=sa.bindparam("device"),
        created_at=sa.bindparam("created_at"),
    )
)
END_SESSION = Statement(
    sa.update(SESSION)
    .where(SESSION.c.id == sa.bindparam("session_id"), SESSION.c.ended_at.is_(None))
    .values(ended_at=sa.bindparam("at"), ended_by=sa.bindparam("by"))
)
END_ALL_SESSIONS = Statement(
    sa.update(SESSION)
    .where(SESSION.c.account_id == sa.bindparam("account"), SESSION.c.ended_at.is_(None))
    .values(ended_at=sa.bindparam("at"), ended_by=sa.bindparam("by"))
)
INSERT_REFRESH_TOKEN = Statement(
    sa.insert(REFRESH_TOKEN).values(
        digest=sa.bindparam("digest"),
        session_id=sa.bindparam("session_id"),
        expires_at=sa.bindparam("expires_at"),
    )
)
# Locked, so that of two exchanges of one token the second sees the first.
REFRESH_TOKEN_IN_USE = Query(
    sa.select(
        REFRESH_TOKEN.c.session_id,
        *_ACCOUNT_COLUMNS,
        REFRESH_TOKEN.c.expires_at,
        REFRESH_TOKEN.c.used_at,
        SESSION.c.ended_at,
    )
    .join_from(REFRESH_TOKEN, SESSION)
    .join(ACCOUNT)
    .where(REFRESH_TOKEN.c.digest == sa.bindparam("digest"))
    .with_for_update(of=[REFRESH_TOKEN, SESSION]),
    UsedToken,
)
USE_REFRESH_TOKEN = Statement(
    sa.update(REFRESH_TOKEN)
    .where(REFRESH_TOKEN.c.digest == sa.bindparam("used_digest"))
    .values(used_at=sa.bindparam("at"))
)
FORGET_EXPIRED_TOKENS = Statement(
    sa.delete(REFRESH_TOKEN).where(REFRESH_TOKEN.c.expires_at < sa.bindparam("before"))
)
