"""Statements on API keys and their secrets."""

import sqlalchemy as sa

from dodam.features.accounts.models.api_keys import ApiKey
from dodam.features.accounts.tables.api_keys import API_KEY, API_KEY_SECRET
from dodam.platform.statements import Query, Statement

_COLUMNS = tuple(API_KEY.c[name] for name in ApiKey.__struct_fields__)
_THIS = API_KEY.c.id == sa.bindparam("key")
_NOW = sa.bindparam("now", type_=sa.DateTime(timezone=True))
_NOT_REVOKED = API_KEY.c.revoked_at.is_(None)
_IN_USE = sa.and_(_NOT_REVOKED, sa.or_(API_KEY.c.expires_at.is_(None), API_KEY.c.expires_at > _NOW))

INSERT = Statement(
    sa.insert(API_KEY).values(**{column.name: sa.bindparam(column.name) for column in _COLUMNS})
)
LIST = Query(
    sa.select(*_COLUMNS).where(_NOT_REVOKED).order_by(API_KEY.c.created_at, API_KEY.c.id), ApiKey
)
FIND_IN_USE = Query(sa.select(*_COLUMNS).where(_THIS, _IN_USE), ApiKey)
# Locked, so that rotations and revocations of one key come one after the other.
FIND_IN_USE_FOR_UPDATE = Query(sa.select(*_COLUMNS).where(_THIS, _IN_USE).with_for_update(), ApiKey)
# Found by digest: how far a wrong secret is right shows in no timing.
FIND_BY_SECRET = Query(
    sa.select(*_COLUMNS)
    .join_from(API_KEY_SECRET, API_KEY)
    .where(
        API_KEY_SECRET.c.digest == sa.bindparam("digest"),
        sa.or_(API_KEY_SECRET.c.expires_at.is_(None), API_KEY_SECRET.c.expires_at > _NOW),
        _THIS,
        _IN_USE,
    ),
    ApiKey,
)
CHANGE = Statement(sa.update(API_KEY).where(_THIS).values(scopes=sa.bindparam("scopes")))
REVOKE = Statement(sa.update(API_KEY).where(_THIS, _NOT_REVOKED).values(revoked_at=_NOW))
# Of many calls at once, one writes.
NOTE_USE = Statement(
    sa.update(API_KEY)
    .where(
        _THIS,
        sa.or_(
            API_KEY.c.last_used_at.is_(None),
            API_KEY.c.last_used_at <= sa.bindparam("unless_used_since"),
        ),
    )
    .values(last_used_at=_NOW)
)
INSERT_SECRET = Statement(
    sa.insert(API_KEY_SECRET).values(
        digest=sa.bindparam("digest"), api_key_id=sa.bindparam("api_key_id")
    )
)
# A secret that is to expire already does not live longer for another rotation.
EXPIRE_SECRETS = Statement(
    sa.update(API_KEY_SECRET)
    .where(
        API_KEY_SECRET.c.api_key_id == sa.bindparam("key"),
        API_KEY_SECRET.c.expires_at.is_(None),
    )
    .values(expires_at=sa.bindparam("until"))
)
FORGET_EXPIRED_SECRETS = Statement(
    sa.delete(API_KEY_SECRET).where(API_KEY_SECRET.c.expires_at < sa.bindparam("before"))
)
