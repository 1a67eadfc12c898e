"""Statements on test accounts, and on what reports count without them."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects.postgresql import ARRAY, insert

from dodam.features.accounts.models.people import AccountKind
from dodam.features.accounts.models.testing_accounts import TestAccount
from dodam.features.accounts.tables.people import ACCOUNT
from dodam.features.accounts.tables.testing_accounts import TEST_ACCOUNT
from dodam.platform.statements import Query


class Named(Struct, frozen=True):
    """An account, by what it may be named with."""

    id: UUID
    email_key: str | None


class Attachment(Struct, frozen=True):
    account_id: UUID
    owner_id: UUID


class AccountKey(Struct, frozen=True):
    account_id: UUID


class OnDay(Struct, frozen=True):
    day: date
    count: int


_IDS: sa.BindParameter[Sequence[UUID]] = sa.bindparam("ids", type_=ARRAY(sa.Uuid))
_OWNERS = TEST_ACCOUNT.c.owner_id == sa.bindparam("owner")

FIND_ALL = Query(
    sa.select(ACCOUNT.c.id, ACCOUNT.c.email_key).where(
        ACCOUNT.c.kind == AccountKind.GUARDIAN.value,
        sa.or_(
            ACCOUNT.c.id == sa.any_(_IDS),
            ACCOUNT.c.email_key == sa.any_(sa.bindparam("addresses", type_=ARRAY(sa.Text))),
        ),
    ),
    Named,
)
# In the order of ids, so that of two that attach the same accounts one waits for the other.
_given = sa.func.unnest(_IDS).table_valued(sa.column("id", sa.Uuid)).render_derived(name="given")
ATTACH = Query(
    insert(TEST_ACCOUNT)
    .from_select(
        ["account_id", "owner_id", "attached_by", "attached_at"],
        sa.select(
            _given.c.id,
            sa.bindparam("owner", type_=sa.Uuid),
            sa.bindparam("by", type_=sa.Uuid),
            sa.bindparam("at", type_=sa.DateTime(timezone=True)),
        ).order_by(_given.c.id),
    )
    .on_conflict_do_nothing()
    .returning(TEST_ACCOUNT.c.account_id),
    AccountKey,
)
ATTACHED = Query(
    sa.select(TEST_ACCOUNT.c.account_id, TEST_ACCOUNT.c.owner_id).where(
        TEST_ACCOUNT.c.account_id == sa.any_(_IDS)
    ),
    Attachment,
)
DETACH = Query(
    sa.delete(TEST_ACCOUNT)
    .where(_OWNERS, TEST_ACCOUNT.c.account_id == sa.any_(_IDS))
    .returning(TEST_ACCOUNT.c.account_id),
    AccountKey,
)
LIST = Query(
    sa.select(
        ACCOUNT.c.id,
        ACCOUNT.c.email,
        ACCOUNT.c.name,
        TEST_ACCOUNT.c.attached_at,
        TEST_ACCOUNT.c.attached_by,
    )
    .join_from(TEST_ACCOUNT, ACCOUNT, TEST_ACCOUNT.c.account_id == ACCOUNT.c.id)
    .where(_OWNERS)
    .order_by(TEST_ACCOUNT.c.attached_at, ACCOUNT.c.email, ACCOUNT.c.id),
    TestAccount,
)
ALL = Query(sa.select(TEST_ACCOUNT.c.account_id), AccountKey)

_opened_on = sa.cast(sa.func.timezone(sa.literal_column("'UTC'"), ACCOUNT.c.created_at), sa.Date)
OPENED = Query(
    sa.select(_opened_on.label("day"), sa.func.count().label("count"))
    .where(
        ACCOUNT.c.kind == AccountKind.GUARDIAN.value,
        _opened_on.between(sa.bindparam("from_day"), sa.bindparam("to_day")),
        ACCOUNT.c.id != sa.all_(sa.bindparam("without", type_=ARRAY(sa.Uuid))),
    )
    .group_by(_opened_on),
    OnDay,
)
