"""Statements on plays; what is stored is added to the sums."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from uuid import UUID

import asyncpg
import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import astuple
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.sql.elements import CompilerElement

from dodam.features.children.errors import ChildNotFound
from dodam.features.content.models import TherapyHand
from dodam.features.therapy.models.plays import DeviceClock
from dodam.features.therapy.models.results import Sums
from dodam.features.therapy.store.plans import THIS_CHILD
from dodam.features.therapy.tables import (
    DAILY_ACTIVITY_LOG,
    DAILY_MOTION_LOG,
    PLAY_RECORD,
    THERAPY_RESULT,
)
from dodam.platform.database import Transaction
from dodam.platform.statements import Query


class NewPlay(Struct, frozen=True):
    """A play as it is stored: a field for each column that an upload fills."""

    child_id: UUID
    id: UUID
    session_id: UUID
    motion: str
    hand: TherapyHand
    therapy_day: date
    started_at: datetime
    duration_ms: int
    repetitions: int
    successes: int
    accuracy_bp: int | None
    score: int | None
    difficulty: int | None
    label: str | None
    device: str | None
    payload: dict[str, object] | None
    clock: DeviceClock
    device_started_at: datetime | None
    received_at: datetime
    fingerprint: int


class PlayId(Struct, frozen=True):
    child_id: UUID
    id: UUID


class StoredPlay(Struct, frozen=True):
    id: UUID
    therapy_day: date
    fingerprint: int


_COLUMNS = NewPlay.__struct_fields__
_SUMS = Sums.__struct_fields__


def _add_plays() -> CompilerElement:
    """Insert plays and, from those really inserted, add to the sums: all in one statement.

    Rows come in the order of their keys, so that two uploads wait for each other rather than
    block each other for good.
    """
    columns = [PLAY_RECORD.c[name] for name in _COLUMNS]
    given = (
        sa.func.unnest(*(sa.bindparam(c.name, type_=ARRAY(c.type)) for c in columns))
        .table_valued(*(sa.column(c.name, c.type) for c in columns))
        .render_derived(name="given")
    )
    inserted = (
        insert(PLAY_RECORD)
        .from_select([c.name for c in columns], sa.select(*given.c))
        .on_conflict_do_nothing(index_elements=[PLAY_RECORD.c.child_id, PLAY_RECORD.c.id])
        .returning(*columns)
        .cte("inserted")
    )
    play = inserted.c
    millisecond = sa.literal_column("interval '1 millisecond'", sa.Interval)
    started = sa.func.min(play.started_at)
    ended = sa.func.max(play.started_at + play.duration_ms * millisecond)
    sums = [
        sa.func.count(),
        sa.func.sum(play.repetitions),
        sa.func.sum(play.successes),
        sa.func.sum(play.duration_ms),
        sa.func.coalesce(sa.func.sum(play.accuracy_bp), 0),
        sa.func.count(play.accuracy_bp),
        sa.func.coalesce(sa.func.sum(play.score), 0),
    ]

    def add_up(
        table: sa.Table,
        extra: dict[str, sa.ColumnElement[object]],
        merge: dict[str, Callable[..., sa.ColumnElement[object]]],
    ) -> sa.CTE:
        keys = [play[c.name] for c in table.primary_key.columns]
        names = [*(c.name for c in table.primary_key.columns), *extra, *_SUMS]
        new = insert(table).from_select(
            names,
            sa.select(*keys, *extra.values(), *sums).group_by(*keys).order_by(*keys),
        )
        old, add = table.c, new.excluded
        changes = {name: old[name] + add[name] for name in _SUMS}
        changes |= {name: choose(old[name], add[name]) for name, choose in merge.items()}
        return new.on_conflict_do_update(
            index_elements=list(table.primary_key.columns), set_=changes
        ).cte(table.name)

    least, greatest = sa.func.least, sa.func.greatest
    daily = add_up(
        DAILY_ACTIVITY_LOG,
        {"first_play_at": started, "last_play_at": ended},
        {"first_play_at": least, "last_play_at": greatest},
    )
    motions = add_up(DAILY_MOTION_LOG, {}, {})
    sessions = add_up(
        THERAPY_RESULT,
        {"therapy_day": sa.func.min(play.therapy_day), "started_at": started, "ended_at": ended},
        {"therapy_day": least, "started_at": least, "ended_at": greatest},
    )
    return sa.select(play.child_id, play.id).add_cte(daily, motions, sessions)


_ADD_PLAYS = Query(_add_plays(), PlayId)


async def add_plays(tx: Transaction, plays: Iterable[NewPlay]) -> set[tuple[UUID, UUID]]:
    """Store plays and add them to their sums; `(child_id, id)` of those that were new.

    Raises ChildNotFound if a child was erased while its plays were on their way.
    """
    rows = sorted(map(astuple, plays), key=lambda row: row[:2])
    arrays = zip(*rows, strict=True)
    try:
        created = await _ADD_PLAYS.all(tx, **dict(zip(_COLUMNS, arrays, strict=True)))
    except asyncpg.ForeignKeyViolationError as error:
        # Motions stay for ever, so it is the child that is no longer there.
        raise ChildNotFound from error
    return {(play.child_id, play.id) for play in created}


STORED_PLAYS = Query(
    sa.select(PLAY_RECORD.c.id, PLAY_RECORD.c.therapy_day, PLAY_RECORD.c.fingerprint).where(
        PLAY_RECORD.c.child_id == THIS_CHILD,
        PLAY_RECORD.c.id == sa.any_(sa.bindparam("ids", type_=ARRAY(sa.Uuid))),
    ),
    StoredPlay,
)
