"""Statements on how many results were rewarded."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TypeAlias
from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects.postgresql import ARRAY, insert

from dodam.features.games.store.results import THIS_CHILD
from dodam.features.games.tables.results import REWARDED
from dodam.platform.database import Transaction
from dodam.platform.statements import Query, Statement

# A therapy day, a game, and the name of a reward.
Key: TypeAlias = tuple[date, str, str]


class _Row(Struct, frozen=True):
    therapy_day: date
    game: str
    reward: str
    results: int


_FIELDS = _Row.__struct_fields__
_ON_DAYS = Query(
    sa.select(*(REWARDED.c[name] for name in _FIELDS)).where(
        REWARDED.c.child_id == THIS_CHILD,
        REWARDED.c.therapy_day == sa.any_(sa.bindparam("days", type_=ARRAY(sa.Date))),
    ),
    _Row,
)
_given = (
    sa.func.unnest(*(sa.bindparam(name, type_=ARRAY(REWARDED.c[name].type)) for name in _FIELDS))
    .table_valued(*(sa.column(name, REWARDED.c[name].type) for name in _FIELDS))
    .render_derived(name="given")
)
_insert = insert(REWARDED).from_select(["child_id", *_FIELDS], sa.select(THIS_CHILD, *_given.c))
_KEEP = Statement(
    _insert.on_conflict_do_update(
        index_elements=list(REWARDED.primary_key.columns),
        set_={"results": _insert.excluded.results},
    )
)


async def on_days(tx: Transaction, child_id: UUID, days: Iterable[date]) -> dict[Key, int]:
    """How many results of each day were rewarded with what."""
    rows = await _ON_DAYS.all(tx, child=child_id, days=list(days))
    return {(row.therapy_day, row.game, row.reward): row.results for row in rows}


async def keep(tx: Transaction, child_id: UUID, rewarded: Mapping[Key, int]) -> None:
    days, games, rewards = zip(*rewarded, strict=True)
    await _KEEP.execute(
        tx,
        child=child_id,
        therapy_day=days,
        game=games,
        reward=rewards,
        results=list(rewarded.values()),
    )
