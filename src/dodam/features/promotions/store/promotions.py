"""Statements on promotions."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects.postgresql import insert

from dodam.features.promotions.tables import PROMOTION, REDEMPTION
from dodam.platform.statements import Query, Statement


class Row(Struct, frozen=True):
    """A promotion as it is kept, and how many redeemed a code of it."""

    id: UUID
    name: str
    campaign: str | None
    free_days: int | None
    tickets: int | None
    word: str | None
    codes: int
    uses: int
    valid_from: datetime
    valid_until: datetime
    key: int
    made_by: UUID
    made_at: datetime
    issued_at: datetime | None
    withdrawn_at: datetime | None
    redeemed: int


class Added(Struct, frozen=True):
    id: UUID


_KEPT = Row.__struct_fields__[:-1]
_THIS = PROMOTION.c.id == sa.bindparam("promotion")
_NOW = sa.bindparam("now", type_=sa.DateTime(timezone=True))
_redeemed = (
    sa.select(sa.func.count())
    .select_from(REDEMPTION)
    .where(REDEMPTION.c.promotion_id == PROMOTION.c.id)
    .scalar_subquery()
    .label("redeemed")
)
_select = sa.select(*(PROMOTION.c[name] for name in _KEPT), _redeemed)

ADD = Query(
    insert(PROMOTION)
    .values({name: sa.bindparam(name) for name in _KEPT})
    .on_conflict_do_nothing()
    .returning(PROMOTION.c.id),
    Added,
)
FIND = Query(_select.where(_THIS), Row)
# Those made last first; of those made at once, in some order that stays.
NEWEST = Query(
    _select.order_by(PROMOTION.c.made_at.desc(), PROMOTION.c.id).limit(sa.bindparam("most")), Row
)
HOLD = Query(_select.where(_THIS).with_for_update(of=PROMOTION), Row)
MARK_ISSUED = Statement(sa.update(PROMOTION).where(_THIS).values(issued_at=_NOW))
# Once withdrawn it stays so from then on.
WITHDRAW = Statement(
    sa.update(PROMOTION)
    .where(_THIS)
    .values(withdrawn_at=sa.func.coalesce(PROMOTION.c.withdrawn_at, _NOW))
)
