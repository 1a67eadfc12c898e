"""Statements on the times that accounts may play in."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects.postgresql import insert

from dodam.features.billing.models.stores import Environment
from dodam.features.billing.tables.subscriptions import FREE_PERIOD, SUBSCRIPTION
from dodam.platform.statements import Query, Statement


class Times(Struct, frozen=True):
    """A time that entitles; `environment` is null of one that is not bought."""

    environment: Environment | None
    begins_at: datetime
    ends_at: datetime


class End(Struct, frozen=True):
    ends_at: datetime


_ACCOUNT = sa.bindparam("account", type_=sa.Uuid)
_NOW = sa.bindparam("now", type_=sa.DateTime(timezone=True))
_FREE = FREE_PERIOD.c.account_id == _ACCOUNT


def _ahead() -> sa.CompoundSelect[Any, datetime, datetime]:
    span = sa.func.unnest(SUBSCRIPTION.c.entitled).column_valued("span")
    begins, ends = (
        sa.func.lower(span, type_=sa.DateTime(timezone=True)),
        sa.func.upper(span, type_=sa.DateTime(timezone=True)),
    )
    bought = sa.select(
        SUBSCRIPTION.c.environment, begins.label("begins_at"), ends.label("ends_at")
    ).where(SUBSCRIPTION.c.account_id == _ACCOUNT, ends > _NOW)
    free = sa.select(
        sa.null().label("environment"), FREE_PERIOD.c.begins_at, FREE_PERIOD.c.ends_at
    ).where(_FREE, FREE_PERIOD.c.ends_at > _NOW)
    return sa.union_all(bought, free)


AHEAD = Query(_ahead(), Times)

# One account's free times are added one after the other.
HOLD_FREE = Statement(
    sa.select(
        sa.func.pg_advisory_xact_lock(
            sa.func.hashtextextended(
                sa.func.concat("billing.free_period:", sa.cast(_ACCOUNT, sa.Text)), 0
            )
        )
    )
)
GRANTED = Query(
    sa.select(FREE_PERIOD.c.ends_at).where(
        _FREE, FREE_PERIOD.c.reference == sa.bindparam("reference")
    ),
    End,
)
LAST_FREE = Query(
    sa.select(FREE_PERIOD.c.ends_at).where(_FREE).order_by(FREE_PERIOD.c.ends_at.desc()).limit(1),
    End,
)
GRANT = Statement(
    insert(FREE_PERIOD).values(
        {column.name: sa.bindparam(column.name) for column in FREE_PERIOD.columns}
    )
)
ERASE_FREE = Statement(sa.delete(FREE_PERIOD).where(_FREE))
