"""What account holders are known by: statements."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from dodam.features.accounts.models.people import AccountKind
from dodam.features.accounts.models.profiles import Profile
from dodam.features.accounts.tables.people import ACCOUNT
from dodam.features.accounts.tables.phones import PHONE
from dodam.features.accounts.tables.testing_accounts import TEST_ACCOUNT
from dodam.platform.statements import Query

_ACCOUNTS: sa.BindParameter[Sequence[UUID]] = sa.bindparam("accounts", type_=ARRAY(sa.Uuid))
_AFTER = sa.bindparam("after", type_=sa.Uuid)
_PROFILES = (
    sa.select(
        ACCOUNT.c.id.label("account_id"),
        ACCOUNT.c.name,
        PHONE.c.number,
        ACCOUNT.c.withdrawn_at.is_not(None).label("has_left"),
        TEST_ACCOUNT.c.account_id.is_not(None).label("is_test"),
        ACCOUNT.c.email,
        ACCOUNT.c.country,
        ACCOUNT.c.language,
        ACCOUNT.c.created_at,
        ACCOUNT.c.erased_at.is_not(None).label("is_erased"),
    )
    .join_from(ACCOUNT, PHONE, PHONE.c.account_id == ACCOUNT.c.id, isouter=True)
    .join(TEST_ACCOUNT, TEST_ACCOUNT.c.account_id == ACCOUNT.c.id, isouter=True)
    .where(ACCOUNT.c.kind == AccountKind.GUARDIAN.value)
)

PROFILES = Query(_PROFILES.where(ACCOUNT.c.id == sa.any_(_ACCOUNTS)), Profile)
NEXT = Query(
    _PROFILES.where(sa.or_(_AFTER.is_(None), ACCOUNT.c.id > _AFTER))
    .order_by(ACCOUNT.c.id)
    .limit(sa.bindparam("most")),
    Profile,
)
