"""Statements on members of staff."""

from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects.postgresql import ARRAY

from dodam.features.accounts.models.permissions import Role
from dodam.features.accounts.models.staff import StaffMember
from dodam.features.accounts.tables.people import ACCOUNT, STAFF_MEMBER
from dodam.platform.statements import Query, Statement


class Admin(Struct):
    account_id: UUID


class SecondFactorState(Struct):
    """`last_step` is the time step of the last code that was accepted."""

    sealed: bytes | None
    last_step: int | None
    is_in_use: bool


_MEMBER = (
    ACCOUNT.c.id,
    ACCOUNT.c.email,
    ACCOUNT.c.name,
    STAFF_MEMBER.c.roles,
    STAFF_MEMBER.c.created_at,
    STAFF_MEMBER.c.totp_confirmed_at.label("joined_at"),
    STAFF_MEMBER.c.disabled_at,
)
_THIS = STAFF_MEMBER.c.account_id == sa.bindparam("account")
_MEMBERS = sa.select(*_MEMBER).join_from(STAFF_MEMBER, ACCOUNT)
_ENABLED = STAFF_MEMBER.c.disabled_at.is_(None)
_JOINED = STAFF_MEMBER.c.totp_confirmed_at.is_not(None)

INSERT = Statement(
    sa.insert(STAFF_MEMBER).values(
        account_id=sa.bindparam("account_id"),
        roles=sa.bindparam("roles"),
        invited_by=sa.bindparam("invited_by"),
        created_at=sa.bindparam("created_at"),
    )
)
LIST = Query(_MEMBERS.order_by(STAFF_MEMBER.c.created_at, ACCOUNT.c.id), StaffMember)
THESE = Query(
    _MEMBERS.where(
        STAFF_MEMBER.c.account_id == sa.any_(sa.bindparam("accounts", type_=ARRAY(sa.Uuid)))
    ),
    StaffMember,
)
FIND = Query(_MEMBERS.where(_THIS), StaffMember)
FIND_FOR_UPDATE = Query(_MEMBERS.where(_THIS).with_for_update(of=STAFF_MEMBER), StaffMember)
# Of two changes at once, the second sees what the first left: who is no admin any more is not
# among these when its turn comes.
LOCK_ADMINS = Query(
    sa.select(STAFF_MEMBER.c.account_id)
    .where(
        STAFF_MEMBER.c.roles.contains(sa.cast([Role.ADMIN.value], STAFF_MEMBER.c.roles.type)),
        _ENABLED,
        _JOINED,
    )
    .order_by(STAFF_MEMBER.c.account_id)
    .with_for_update(),
    Admin,
)
SET_ROLES = Statement(sa.update(STAFF_MEMBER).where(_THIS).values(roles=sa.bindparam("new_roles")))
SET_DISABLED = Statement(
    sa.update(STAFF_MEMBER).where(_THIS).values(disabled_at=sa.bindparam("new_disabled_at"))
)
LOCK_SECOND_FACTOR = Query(
    sa.select(
        STAFF_MEMBER.c.totp_secret.label("sealed"),
        STAFF_MEMBER.c.totp_last_step.label("last_step"),
        sa.and_(_ENABLED, _JOINED).label("is_in_use"),
    )
    .where(_THIS)
    .with_for_update(),
    SecondFactorState,
)
# Not of somebody who has joined meanwhile.
SET_SECRET = Statement(
    sa.update(STAFF_MEMBER)
    .where(_THIS, _ENABLED, STAFF_MEMBER.c.totp_confirmed_at.is_(None))
    .values(totp_secret=sa.bindparam("new_secret"))
)
# Not of somebody who was disabled while the invitation was on its way.
CONFIRM_SECRET = Statement(
    sa.update(STAFF_MEMBER)
    .where(_THIS, _ENABLED)
    .values(totp_confirmed_at=sa.bindparam("at"), totp_last_step=sa.bindparam("step"))
)
USE_STEP = Statement(
    sa.update(STAFF_MEMBER).where(_THIS).values(totp_last_step=sa.bindparam("step"))
)
FORGET_SECRET = Statement(
    sa.update(STAFF_MEMBER)
    .where(_THIS)
    .values(totp_secret=sa.null(), totp_confirmed_at=sa.null(), totp_last_step=sa.null())
)
SET_PASSWORD = Statement(
    sa.update(ACCOUNT)
    .where(ACCOUNT.c.id == sa.bindparam("account"))
    .values(
        password_hash=sa.bindparam("new_hash"),
        password_must_change=sa.false(),
        # The token came to this address.
        email_verified_at=sa.func.coalesce(ACCOUNT.c.email_verified_at, sa.bindparam("at")),
    )
)
