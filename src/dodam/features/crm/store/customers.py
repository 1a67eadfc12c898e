"""Statements on customers."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects.postgresql import ARRAY, insert

from dodam.features.crm.tables import CUSTOMER
from dodam.platform.statements import Query, Statement


class CustomerRow(Struct, frozen=True):
    account_id: UUID
    external_id: UUID | None
    page_id: str | None
    wanted: int
    synced: int
    busy_until: datetime | None
    begun_at: datetime | None
    synced_at: datetime | None
    archived_at: datetime | None
    erased_at: datetime | None
    children: int | None
    last_day: date | None
    days_played: int | None


class Wanted(Struct, frozen=True):
    account_id: UUID


_ACCOUNTS: sa.BindParameter[Sequence[UUID]] = sa.bindparam("accounts", type_=ARRAY(sa.Uuid))
_NOW = sa.bindparam("now", type_=sa.DateTime(timezone=True))
_UNTIL = sa.bindparam("until", type_=sa.DateTime(timezone=True))
_THIS = CUSTOMER.c.account_id == sa.bindparam("account", type_=sa.Uuid)
_MINE = (_THIS, CUSTOMER.c.busy_until == _UNTIL)
_COLUMNS = tuple(CUSTOMER.c[name] for name in CustomerRow.__struct_fields__)
_ONE = sa.literal_column("1", sa.BigInteger)

# In the order of ids, so that of two that want the same accounts one waits for the other. Nothing
# comes back for who is erased.
_given = sa.func.unnest(_ACCOUNTS).table_valued(sa.column("id", sa.Uuid)).render_derived("given")
WANT = Query(
    insert(CUSTOMER)
    .from_select(
        ["account_id", "external_id", "wanted", "synced"],
        sa.select(
            _given.c.id, sa.func.gen_random_uuid(), _ONE, sa.literal_column("0", sa.BigInteger)
        ).order_by(_given.c.id),
    )
    .on_conflict_do_update(
        index_elements=[CUSTOMER.c.account_id],
        set_={"wanted": CUSTOMER.c.wanted + _ONE},
        where=CUSTOMER.c.erased_at.is_(None),
    )
    .returning(CUSTOMER.c.account_id),
    Wanted,
)
# Nothing comes back if the page is up to date, or another worker has it.
CLAIM = Query(
    sa.update(CUSTOMER)
    .where(
        _THIS,
        CUSTOMER.c.synced < CUSTOMER.c.wanted,
        sa.or_(CUSTOMER.c.busy_until.is_(None), CUSTOMER.c.busy_until <= _NOW),
    )
    .values(busy_until=_UNTIL)
    .returning(*_COLUMNS),
    CustomerRow,
)
BEGIN = Statement(
    sa.update(CUSTOMER).where(_THIS, CUSTOMER.c.begun_at.is_(None)).values(begun_at=_NOW)
)
RELEASE = Statement(sa.update(CUSTOMER).where(*_MINE).values(busy_until=sa.null()))

_DONE: dict[str, Any] = {
    "synced": sa.bindparam("now_synced"),
    "synced_at": _NOW,
    "busy_until": sa.null(),
}
_NO_FIGURES = {"children": sa.null(), "last_day": sa.null(), "days_played": sa.null()}
SHOWN = Statement(
    sa.update(CUSTOMER)
    .where(*_MINE)
    .values(
        **_DONE,
        page_id=sa.bindparam("page"),
        archived_at=sa.null(),
        children=sa.bindparam("new_children"),
        last_day=sa.bindparam("new_last_day"),
        days_played=sa.bindparam("new_days_played"),
    )
)
HIDDEN = Statement(
    sa.update(CUSTOMER)
    .where(*_MINE)
    .values(**_DONE, **_NO_FIGURES, page_id=sa.bindparam("page"), archived_at=_NOW)
)
# Of a test account there is no page any more, and may be one again.
TAKEN_DOWN = Statement(
    sa.update(CUSTOMER)
    .where(*_MINE)
    .values(**_DONE, **_NO_FIGURES, page_id=sa.null(), begun_at=sa.null(), archived_at=sa.null())
)
# Whatever was wanted meanwhile is void.
ERASED = Statement(
    sa.update(CUSTOMER)
    .where(*_MINE)
    .values(
        **_NO_FIGURES,
        synced=CUSTOMER.c.wanted,
        synced_at=_NOW,
        busy_until=sa.null(),
        page_id=sa.null(),
        external_id=sa.null(),
        erased_at=_NOW,
    )
)

FIND = Query(sa.select(*_COLUMNS).where(_THIS), CustomerRow)
FIND_ALL = Query(
    sa.select(*_COLUMNS).where(CUSTOMER.c.account_id == sa.any_(_ACCOUNTS)), CustomerRow
)
