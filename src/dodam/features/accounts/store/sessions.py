"""Statements on sessions, refresh tokens and tokens that work once."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct

from dodam.features.accounts.models.sessions import Session
from dodam.features.accounts.tables.people import STAFF_MEMBER
from dodam.features.accounts.tables.sessions import ONE_TIME_TOKEN, REFRESH_TOKEN, SESSION
from dodam.platform.statements import Query, Statement


class SessionId(Struct):
    id: UUID


class Roles(Struct):
    roles: list[str]


class UsedToken(Struct):
    """A refresh token as it stands when it comes in."""

    session_id: UUID
    account_id: UUID
    expires_at: datetime
    used_at: datetime | None
    ended_at: datetime | None


class OneTime(Struct):
    account_id: UUID | None
    detail: str | None


_THIS = SESSION.c.id == sa.bindparam("session_id")
_ACCOUNTS = SESSION.c.account_id == sa.bindparam("account")
_LIVE = SESSION.c.ended_at.is_(None)

INSERT_SESSION = Statement(
    sa.insert(SESSION).values(
        id=sa.bindparam("id"),
        account_id=sa.bindparam("account_id"),
        device=sa.bindparam("device"),
        method=sa.bindparam("method"),
        address=sa.bindparam("address"),
        user_agent=sa.bindparam("user_agent"),
        created_at=sa.bindparam("created_at"),
    )
)
TOUCH_SESSION = Statement(
    sa.update(SESSION)
    .where(_THIS)
    .values(
        last_used_at=sa.bindparam("at"),
        address=sa.bindparam("new_address"),
        user_agent=sa.bindparam("new_user_agent"),
    )
)
# A session lives as long as it has a refresh token that can still be exchanged.
LIVE_SESSIONS = Query(
    sa.select(*(SESSION.c[name] for name in Session.__struct_fields__ if name != "is_current"))
    .where(
        _ACCOUNTS,
        _LIVE,
        sa.exists().where(
            REFRESH_TOKEN.c.session_id == SESSION.c.id,
            REFRESH_TOKEN.c.used_at.is_(None),
            REFRESH_TOKEN.c.expires_at > sa.bindparam("now"),
        ),
    )
    .order_by(sa.func.coalesce(SESSION.c.last_used_at, SESSION.c.created_at).desc(), SESSION.c.id),
    Session,
)
END_SESSION = Query(
    sa.update(SESSION)
    .where(_THIS, _ACCOUNTS, _LIVE)
    .values(ended_at=sa.bindparam("at"), ended_by=sa.bindparam("by"))
    .returning(SESSION.c.id),
    SessionId,
)
# Locked, so that whoever ends the session sees what was done in its name meanwhile.
LIVE_SESSION = Query(
    sa.select(SESSION.c.id).where(_THIS, _LIVE).with_for_update(read=True), SessionId
)
END_ALL_SESSIONS = Query(
    sa.update(SESSION)
    .where(
        _ACCOUNTS,
        _LIVE,
        sa.or_(
            sa.bindparam("spared", type_=sa.Uuid).is_(None),
            SESSION.c.id != sa.bindparam("spared", type_=sa.Uuid),
        ),
        sa.or_(
            sa.bindparam("only_method", type_=sa.Text).is_(None),
            SESSION.c.method == sa.bindparam("only_method", type_=sa.Text),
        ),
    )
    .values(ended_at=sa.bindparam("at"), ended_by=sa.bindparam("by"))
    .returning(SESSION.c.id),
    SessionId,
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
        SESSION.c.account_id,
        REFRESH_TOKEN.c.expires_at,
        REFRESH_TOKEN.c.used_at,
        SESSION.c.ended_at,
    )
    .join_from(REFRESH_TOKEN, SESSION)
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
ROLES = Query(
    sa.select(STAFF_MEMBER.c.roles).where(STAFF_MEMBER.c.account_id == sa.bindparam("account")),
    Roles,
)

INSERT_ONE_TIME_TOKEN = Statement(
    sa.insert(ONE_TIME_TOKEN).values(
        digest=sa.bindparam("digest"),
        purpose=sa.bindparam("purpose"),
        account_id=sa.bindparam("account_id"),
        detail=sa.bindparam("detail"),
        created_at=sa.bindparam("created_at"),
        expires_at=sa.bindparam("expires_at"),
    )
)
_OPEN = (
    ONE_TIME_TOKEN.c.digest == sa.bindparam("digest_given"),
    ONE_TIME_TOKEN.c.purpose == sa.bindparam("for_purpose"),
    ONE_TIME_TOKEN.c.used_at.is_(None),
    ONE_TIME_TOKEN.c.expires_at > sa.bindparam("now"),
)
LOOK_AT_ONE_TIME_TOKEN = Query(
    sa.select(ONE_TIME_TOKEN.c.account_id, ONE_TIME_TOKEN.c.detail).where(*_OPEN), OneTime
)
# Of two uses at once, the second waits for the first and then finds nothing.
USE_ONE_TIME_TOKEN = Query(
    sa.update(ONE_TIME_TOKEN)
    .where(*_OPEN)
    .values(used_at=sa.bindparam("now"))
    .returning(ONE_TIME_TOKEN.c.account_id, ONE_TIME_TOKEN.c.detail),
    OneTime,
)
CANCEL_ONE_TIME_TOKENS = Statement(
    sa.delete(ONE_TIME_TOKEN).where(
        ONE_TIME_TOKEN.c.account_id == sa.bindparam("account"),
        ONE_TIME_TOKEN.c.purpose == sa.bindparam("for_purpose"),
    )
)
FORGET_EXPIRED_ONE_TIME_TOKENS = Statement(
    sa.delete(ONE_TIME_TOKEN).where(ONE_TIME_TOKEN.c.expires_at < sa.bindparam("before"))
)
