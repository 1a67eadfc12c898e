"""Statements on results."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects.postgresql import ARRAY

from dodam.features.games.models.results import GameResult
from dodam.features.games.models.tallies import Counted
from dodam.features.games.tables.results import RESULT
from dodam.features.therapy.models.plausibility import Flag
from dodam.features.therapy.models.plays import DeviceClock
from dodam.platform.database import Transaction
from dodam.platform.statements import Query, Statement

THIS_CHILD: sa.BindParameter[UUID] = sa.bindparam("child", type_=sa.Uuid)
THIS_GAME: sa.BindParameter[str] = sa.bindparam("game", type_=sa.Text)
_BEFORE: sa.BindParameter[UUID] = sa.bindparam("before", type_=sa.Uuid)
_MOST = sa.bindparam("most", type_=sa.Integer)


class NewResult(Counted, frozen=True):
    """A result as it is stored, but for whether it counts."""

    child_id: UUID
    game: str
    version: int
    play_id: UUID | None
    therapy_day: date
    duration_ms: int
    device: str | None
    clock: DeviceClock
    device_started_at: datetime | None
    received_at: datetime
    fingerprint: int

    @property
    def flags(self) -> tuple[Flag, ...]:
        """What is odd about a result is for its game's schema to refuse."""
        return ()


class StoredResult(Struct, frozen=True):
    """What tells a repeated upload from an id used for something else."""

    id: UUID
    therapy_day: date
    fingerprint: int


_RESULT = RESULT.c
_FIELDS = NewResult.__struct_fields__
_COLUMNS = (*_FIELDS, "counted")
_given = (
    sa.func.unnest(*(sa.bindparam(name, type_=ARRAY(_RESULT[name].type)) for name in _COLUMNS))
    .table_valued(*(sa.column(name, _RESULT[name].type) for name in _COLUMNS))
    .render_derived(name="given")
)
_ADD = Statement(sa.insert(RESULT).from_select(list(_COLUMNS), sa.select(*_given.c)))


async def add_results(
    tx: Transaction, results: Collection[NewResult], counted: Collection[UUID]
) -> None:
    """Store results of a child that is held, none of whose ids it had before."""
    arrays: dict[str, list[Any]] = {
        name: [getattr(each, name) for each in results] for name in _FIELDS
    }
    await _ADD.execute(tx, counted=[each.id in counted for each in results], **arrays)


STORED = Query(
    sa.select(_RESULT.id, _RESULT.therapy_day, _RESULT.fingerprint).where(
        _RESULT.child_id == THIS_CHILD,
        _RESULT.id == sa.any_(sa.bindparam("ids", type_=ARRAY(sa.Uuid))),
    ),
    StoredResult,
)

_OF_GAME = (_RESULT.child_id == THIS_CHILD, _RESULT.game == THIS_GAME)
_ORDER = (_RESULT.started_at, _RESULT.id)
_shown = RESULT.alias("shown")
_last_shown = (
    sa.select(_shown.c.started_at, _shown.c.id)
    .where(_shown.c.child_id == THIS_CHILD, _shown.c.id == _BEFORE)
    .scalar_subquery()
)
PAGE = Query(
    sa.select(*(_RESULT[name] for name in GameResult.__struct_fields__))
    .where(*_OF_GAME, sa.or_(_BEFORE.is_(None), sa.tuple_(*_ORDER) < _last_shown))
    .order_by(*(column.desc() for column in _ORDER))
    .limit(_MOST),
    GameResult,
)
COUNTED = Query(
    sa.select(*(_RESULT[name] for name in Counted.__struct_fields__))
    .where(
        *_OF_GAME,
        _RESULT.counted,
        sa.tuple_(*_ORDER)
        > sa.tuple_(
            sa.bindparam("after", type_=_RESULT.started_at.type),
            sa.bindparam("after_id", type_=sa.Uuid),
        ),
    )
    .order_by(*_ORDER)
    .limit(_MOST),
    Counted,
)
