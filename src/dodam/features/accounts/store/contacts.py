"""How account holders are reached: a statement."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from dodam.features.accounts.models.contacts import Contact
from dodam.features.accounts.tables.people import ACCOUNT
from dodam.features.accounts.tables.phones import PHONE
from dodam.features.accounts.tables.testing_accounts import TEST_ACCOUNT
from dodam.platform.statements import Query

_ACCOUNTS: sa.BindParameter[Sequence[UUID]] = sa.bindparam("accounts", type_=ARRAY(sa.Uuid))

CONTACTS = Query(
    sa.select(
        ACCOUNT.c.id.label("account_id"),
        ACCOUNT.c.name,
        PHONE.c.number,
        ACCOUNT.c.withdrawn_at.is_not(None).label("has_left"),
        TEST_ACCOUNT.c.account_id.is_not(None).label("is_test"),
    )
    .join_from(ACCOUNT, PHONE, PHONE.c.account_id == ACCOUNT.c.id, isouter=True)
    .join(TEST_ACCOUNT, TEST_ACCOUNT.c.account_id == ACCOUNT.c.id, isouter=True)
    .where(ACCOUNT.c.id == sa.any_(_ACCOUNTS)),
    Contact,
)
