"""Statements on granted plays."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects.postgresql import ARRAY

from dodam.features.games.tables.plays import PLAY
from dodam.platform.database import Transaction
from dodam.platform.statements import Query, Statement


class StoredPlay(Struct, frozen=True):
    id: UUID
    game: str
    version: int
    granted_at: datetime
    tickets_spent: int
    given_back_at: datetime | None
    result_id: UUID | None


class PlaysOfGame(Struct, frozen=True):
    """Those since the day began, and the last one, which may lie before."""

    game: str
    today: int
    last_at: datetime


class _Result(Struct, frozen=True):
    result_id: UUID


_PLAY = PLAY.c
_THIS_CHILD = _PLAY.child_id == sa.bindparam("child")
_THIS_ONE = sa.and_(_THIS_CHILD, _PLAY.id == sa.bindparam("play"))

FIND = Query(
    sa.select(*(_PLAY[name] for name in StoredPlay.__struct_fields__)).where(_THIS_ONE), StoredPlay
)
# Without an end: where another instance's clock is ahead, its plays count all the same.
LATELY = Query(
    sa.select(
        _PLAY.game,
        sa.func.count()
        .filter(_PLAY.granted_at >= sa.bindparam("day_began_at", type_=_PLAY.granted_at.type))
        .label("today"),
        sa.func.max(_PLAY.granted_at).label("last_at"),
    )
    .where(
        _THIS_CHILD,
        _PLAY.granted_at >= sa.bindparam("since", type_=_PLAY.granted_at.type),
        _PLAY.given_back_at.is_(None),
    )
    .group_by(_PLAY.game),
    PlaysOfGame,
)
ADD = Statement(
    sa.insert(PLAY).values({column.name: sa.bindparam(column.name) for column in PLAY.columns})
)
GIVE_BACK = Statement(sa.update(PLAY).where(_THIS_ONE).values(given_back_at=sa.bindparam("now")))

_given = (
    sa.func.unnest(
        sa.bindparam("results", type_=ARRAY(sa.Uuid)),
        sa.bindparam("plays", type_=ARRAY(sa.Uuid)),
        sa.bindparam("games", type_=ARRAY(sa.Text)),
    )
    .table_valued(
        sa.column("result_id", sa.Uuid), sa.column("play_id", sa.Uuid), sa.column("game", sa.Text)
    )
    .render_derived(name="given")
)
_CLAIM = Query(
    sa.update(PLAY)
    .where(
        _THIS_CHILD,
        _PLAY.id == _given.c.play_id,
        _PLAY.game == _given.c.game,
        _PLAY.given_back_at.is_(None),
        _PLAY.result_id.is_(None),
    )
    .values(result_id=_given.c.result_id)
    .returning(_PLAY.result_id),
    _Result,
)


async def claim(
    tx: Transaction, child_id: UUID, results: Mapping[tuple[UUID, str], UUID]
) -> set[UUID]:
    """Join results, by their plays and games, to plays that were granted and have none so far."""
    if not results:
        return set()
    plays, games = zip(*results, strict=True)
    claimed = await _CLAIM.all(
        tx, child=child_id, results=list(results.values()), plays=plays, games=games
    )
    return {each.result_id for each in claimed}
