"""Statements on what was redeemed."""

from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects.postgresql import insert

from dodam.features.promotions.models.redemptions import Redemption, Use
from dodam.features.promotions.tables import REDEMPTION
from dodam.platform.statements import Query, Statement


class Added(Struct, frozen=True):
    id: UUID


_OF_ACCOUNT = REDEMPTION.c.account_id == sa.bindparam("account", type_=sa.Uuid)
_OF_CHILD = REDEMPTION.c.child_id == sa.bindparam("child")
_OF_PROMOTION = REDEMPTION.c.promotion_id == sa.bindparam("promotion", type_=sa.Uuid)
_COLUMNS = tuple(REDEMPTION.c[name] for name in Redemption.__struct_fields__)

# Whoever adds one keeps the account's others waiting until the transaction ends.
ADD = Query(
    insert(REDEMPTION)
    .values({column.name: sa.bindparam(column.name) for column in REDEMPTION.columns})
    .on_conflict_do_nothing(index_elements=[REDEMPTION.c.account_id, REDEMPTION.c.once])
    .returning(REDEMPTION.c.id),
    Added,
)
NOTE_END = Statement(
    sa.update(REDEMPTION)
    .where(REDEMPTION.c.id == sa.bindparam("redemption"))
    .values(free_until=sa.bindparam("until"))
)
OF_CODE = Query(
    sa.select(*_COLUMNS).where(
        _OF_ACCOUNT, _OF_PROMOTION, REDEMPTION.c.number == sa.bindparam("number")
    ),
    Redemption,
)
OF_ACCOUNT = Query(
    sa.select(*_COLUMNS)
    .where(_OF_ACCOUNT)
    .order_by(REDEMPTION.c.redeemed_at.desc(), REDEMPTION.c.id.desc()),
    Redemption,
)
# Ids are made in the order of time.
PAGE = Query(
    sa.select(*(REDEMPTION.c[name] for name in Use.__struct_fields__))
    .where(_OF_PROMOTION, REDEMPTION.c.id < sa.bindparam("before", type_=sa.Uuid))
    .order_by(REDEMPTION.c.id.desc())
    .limit(sa.bindparam("most")),
    Use,
)

FORGET_ACCOUNT = Statement(sa.update(REDEMPTION).where(_OF_ACCOUNT).values(account_id=sa.null()))
FORGET_CHILD = Statement(sa.update(REDEMPTION).where(_OF_CHILD).values(child_id=sa.null()))
