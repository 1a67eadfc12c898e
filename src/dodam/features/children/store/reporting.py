"""Statements on children across accounts."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects.postgresql import ARRAY

from dodam.features.children.store.removal import ChildKey
from dodam.features.children.tables import CHILD
from dodam.platform.statements import Query


class OnDay(Struct, frozen=True):
    day: date
    count: int


_GUARDIANS: sa.BindParameter[Sequence[UUID]] = sa.bindparam("guardians", type_=ARRAY(sa.Uuid))
_registered_on = sa.cast(sa.func.timezone(sa.literal_column("'UTC'"), CHILD.c.created_at), sa.Date)

OF_GUARDIANS = Query(
    sa.select(CHILD.c.id).where(CHILD.c.guardian_id == sa.any_(_GUARDIANS)), ChildKey
)
HIDDEN = Query(sa.select(CHILD.c.id).where(CHILD.c.removed_at.is_not(None)), ChildKey)
REGISTERED = Query(
    sa.select(_registered_on.label("day"), sa.func.count().label("count"))
    .where(
        _registered_on.between(sa.bindparam("from_day"), sa.bindparam("to_day")),
        CHILD.c.id != sa.all_(sa.bindparam("without", type_=ARRAY(sa.Uuid))),
    )
    .group_by(_registered_on),
    OnDay,
)
