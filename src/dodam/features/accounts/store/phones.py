"""Statements on phone numbers and codes under way."""

from datetime import datetime

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects.postgresql import insert

from dodam.features.accounts.models.phones import MOST_ATTEMPTS, Phone
from dodam.features.accounts.tables.phones import PHONE, PHONE_VERIFICATION
from dodam.platform.statements import Query, Statement


class UnderWay(Struct):
    number: str
    country: str
    reference: str | None
    attempts: int
    created_at: datetime
    expires_at: datetime


class Attempt(Struct):
    """A code may be checked: the `attempts`th one."""

    number: str
    country: str
    reference: str
    attempts: int


_THIS = PHONE_VERIFICATION.c.id == sa.bindparam("verification")
_ACCOUNTS = PHONE_VERIFICATION.c.account_id == sa.bindparam("account")
_RIVALS = sa.or_(_ACCOUNTS, PHONE_VERIFICATION.c.number == sa.bindparam("to_number"))
_UNDER_WAY = tuple(PHONE_VERIFICATION.c[name] for name in UnderWay.__struct_fields__)

# Requests for one number wait for each other, whoever's they are, so that the pause holds.
LOCK_NUMBER = Statement(
    sa.select(
        sa.func.pg_advisory_xact_lock(
            sa.func.hashtextextended(sa.bindparam("to_number", type_=sa.Text), 0)
        )
    )
)
RIVALS = Query(
    sa.select(*_UNDER_WAY).where(_RIVALS).order_by(PHONE_VERIFICATION.c.created_at.desc()), UnderWay
)
RESERVE = Statement(
    sa.insert(PHONE_VERIFICATION).values(
        id=sa.bindparam("id"),
        account_id=sa.bindparam("account_id"),
        number=sa.bindparam("number"),
        country=sa.bindparam("country"),
        created_at=sa.bindparam("created_at"),
        expires_at=sa.bindparam("expires_at"),
    )
)
SENT = Statement(
    sa.update(PHONE_VERIFICATION).where(_THIS).values(reference=sa.bindparam("new_reference"))
)
REMOVE_RIVALS = Statement(
    sa.delete(PHONE_VERIFICATION).where(
        _RIVALS, PHONE_VERIFICATION.c.id != sa.bindparam("verification")
    )
)
REMOVE = Statement(sa.delete(PHONE_VERIFICATION).where(_THIS))
FIND = Query(sa.select(*_UNDER_WAY).where(_THIS, _ACCOUNTS), UnderWay)

# Counted before the code is looked at: of any number of guesses at once, the first five are.
COUNT_ATTEMPT = Query(
    sa.update(PHONE_VERIFICATION)
    .where(
        _THIS,
        _ACCOUNTS,
        PHONE_VERIFICATION.c.reference.is_not(None),
        PHONE_VERIFICATION.c.attempts < sa.literal_column(str(MOST_ATTEMPTS)),
        PHONE_VERIFICATION.c.expires_at > sa.bindparam("now"),
    )
    .values(attempts=PHONE_VERIFICATION.c.attempts + sa.literal_column("1"))
    .returning(*(PHONE_VERIFICATION.c[name] for name in Attempt.__struct_fields__)),
    Attempt,
)
GIVE_ATTEMPT_BACK = Statement(
    sa.update(PHONE_VERIFICATION)
    .where(_THIS)
    .values(attempts=PHONE_VERIFICATION.c.attempts - sa.literal_column("1"))
)
FORGET_EXPIRED = Statement(
    sa.delete(PHONE_VERIFICATION).where(PHONE_VERIFICATION.c.expires_at < sa.bindparam("before"))
)

_PHONE = tuple(PHONE.c[name] for name in Phone.__struct_fields__)
_HOLDERS = PHONE.c.account_id == sa.bindparam("account")
_NEW_PHONE = insert(PHONE).values(
    account_id=sa.bindparam("account_id"),
    number=sa.bindparam("number"),
    country=sa.bindparam("country"),
    verified_at=sa.bindparam("verified_at"),
)
KEEP_PHONE = Query(
    _NEW_PHONE.on_conflict_do_update(
        index_elements=[PHONE.c.account_id],
        set_={name: _NEW_PHONE.excluded[name] for name in Phone.__struct_fields__},
    ).returning(*_PHONE),
    Phone,
)
FIND_PHONE = Query(sa.select(*_PHONE).where(_HOLDERS), Phone)
REMOVE_PHONE = Statement(sa.delete(PHONE).where(_HOLDERS))
