"""Statements on attributes."""

from datetime import datetime

import sqlalchemy as sa

from dodam.features.accounts.models.attributes import Attribute, HeldAttribute
from dodam.features.accounts.tables.attributes import USER_ATTRIBUTE
from dodam.platform.statements import Query, Statement

_ATTRIBUTE = tuple(USER_ATTRIBUTE.c[name] for name in Attribute.__struct_fields__)
_ACCOUNTS = USER_ATTRIBUTE.c.account_id == sa.bindparam("account")
_ONE_KEY = USER_ATTRIBUTE.c.key == sa.bindparam("of_key")
_AT = sa.bindparam("at", type_=sa.DateTime(timezone=True))
_FROM = sa.bindparam("from_instant", type_=sa.DateTime(timezone=True))
_UNTIL = sa.bindparam("until_instant", type_=sa.DateTime(timezone=True))


def _after(
    column: sa.Column[object], instant: sa.BindParameter[datetime]
) -> sa.ColumnElement[bool]:
    return sa.or_(column.is_(None), column > instant)


_HELD = (
    _ACCOUNTS,
    USER_ATTRIBUTE.c.valid_from <= _AT,
    _after(USER_ATTRIBUTE.c.valid_until, _AT),
    _after(USER_ATTRIBUTE.c.revoked_at, _AT),
)
_NEWEST_FIRST = (USER_ATTRIBUTE.c.granted_at.desc(), USER_ATTRIBUTE.c.id.desc())

INSERT = Query(
    sa.insert(USER_ATTRIBUTE)
    .values({column.name: sa.bindparam(column.name) for column in USER_ATTRIBUTE.columns})
    .returning(*_ATTRIBUTE),
    Attribute,
)
HELD = Query(
    sa.select(*_ATTRIBUTE).where(*_HELD).order_by(USER_ATTRIBUTE.c.key, *_NEWEST_FIRST), Attribute
)
HELD_OF_KEY = Query(
    sa.select(*_ATTRIBUTE).where(*_HELD, _ONE_KEY).order_by(*_NEWEST_FIRST), Attribute
)
AHEAD = Query(
    sa.select(
        USER_ATTRIBUTE.c.key,
        USER_ATTRIBUTE.c.value,
        USER_ATTRIBUTE.c.valid_from,
        # The earlier one; of nulls PostgreSQL's `least` takes no notice.
        sa.func.least(USER_ATTRIBUTE.c.valid_until, USER_ATTRIBUTE.c.revoked_at).label(
            "valid_until"
        ),
    )
    .where(
        _ACCOUNTS,
        _ONE_KEY,
        _after(USER_ATTRIBUTE.c.valid_until, _AT),
        _after(USER_ATTRIBUTE.c.revoked_at, _AT),
        # What was revoked or replaced before its time never holds.
        sa.or_(
            USER_ATTRIBUTE.c.revoked_at.is_(None),
            USER_ATTRIBUTE.c.revoked_at > USER_ATTRIBUTE.c.valid_from,
        ),
    )
    .order_by(USER_ATTRIBUTE.c.valid_from),
    HeldAttribute,
)
HISTORY = Query(sa.select(*_ATTRIBUTE).where(_ACCOUNTS).order_by(*_NEWEST_FIRST), Attribute)
FIND = Query(
    sa.select(*_ATTRIBUTE).where(_ACCOUNTS, USER_ATTRIBUTE.c.id == sa.bindparam("attribute")),
    Attribute,
)
# Whatever of the slot holds at some instant of the new grant's time ends as that begins.
SUPERSEDE = Statement(
    sa.update(USER_ATTRIBUTE)
    .where(
        _ACCOUNTS,
        _ONE_KEY,
        USER_ATTRIBUTE.c.slot == sa.bindparam("of_slot"),
        sa.or_(_UNTIL.is_(None), USER_ATTRIBUTE.c.valid_from < _UNTIL),
        _after(USER_ATTRIBUTE.c.valid_until, _FROM),
        _after(USER_ATTRIBUTE.c.revoked_at, _FROM),
    )
    .values(
        revoked_at=_FROM, revoked_by=sa.bindparam("by"), superseded_by=sa.bindparam("new_attribute")
    )
)
REVOKE = Statement(
    sa.update(USER_ATTRIBUTE)
    .where(USER_ATTRIBUTE.c.id == sa.bindparam("attribute"))
    .values(revoked_at=_AT, revoked_by=sa.bindparam("by"))
)
