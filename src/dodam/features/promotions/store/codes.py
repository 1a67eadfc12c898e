"""Statements on codes."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects import postgresql

from dodam.features.promotions.tables import CODE, PROMOTION
from dodam.platform.statements import Query, Statement


class Code(Struct, frozen=True):
    """A code with what its promotion says; `withdrawn` is whether either of them was."""

    promotion_id: UUID
    number: int
    campaign: str | None
    free_days: int | None
    tickets: int | None
    valid_from: datetime
    valid_until: datetime
    withdrawn: bool


class Taken(Struct, frozen=True):
    redeemed: int


_THIS = sa.and_(
    CODE.c.promotion_id == sa.bindparam("promotion", type_=sa.Uuid),
    CODE.c.number == sa.bindparam("number", type_=sa.Integer),
)
_NOW = sa.bindparam("now", type_=sa.DateTime(timezone=True))
_WITHDRAWN = sa.or_(CODE.c.withdrawn_at.is_not(None), PROMOTION.c.withdrawn_at.is_not(None))
_new = (
    sa.func.unnest(
        sa.bindparam("numbers", type_=postgresql.ARRAY(sa.Integer)),
        sa.bindparam("digests", type_=postgresql.ARRAY(sa.LargeBinary)),
    )
    .table_valued(sa.column("number", sa.Integer), sa.column("digest", sa.LargeBinary))
    .render_derived(name="new")
)

ADD = Statement(
    sa.insert(CODE).from_select(
        ["promotion_id", "number", "digest", "uses", "redeemed"],
        sa.select(
            sa.bindparam("promotion", type_=sa.Uuid),
            _new.c.number,
            _new.c.digest,
            sa.bindparam("uses", type_=sa.Integer),
            sa.literal(0),
        ),
    )
)
# By digest: how much of a wrong code is right shows in no timing.
FIND = Query(
    sa.select(
        CODE.c.promotion_id,
        CODE.c.number,
        *(PROMOTION.c[name] for name in Code.__struct_fields__[2:-1]),
        _WITHDRAWN.label("withdrawn"),
    )
    .join_from(CODE, PROMOTION)
    .where(
        CODE.c.digest
        == sa.func.any(sa.bindparam("digests", type_=postgresql.ARRAY(sa.LargeBinary)))
    ),
    Code,
)
# Whoever takes one holds the code until the transaction ends; the next sees what is left then.
TAKE = Query(
    sa.update(CODE)
    .where(
        _THIS,
        CODE.c.redeemed < CODE.c.uses,
        CODE.c.promotion_id == PROMOTION.c.id,
        sa.not_(_WITHDRAWN),
    )
    .values(redeemed=CODE.c.redeemed + 1)
    .returning(CODE.c.redeemed),
    Taken,
)
WITHDRAW = Statement(
    sa.update(CODE).where(_THIS).values(withdrawn_at=sa.func.coalesce(CODE.c.withdrawn_at, _NOW))
)
