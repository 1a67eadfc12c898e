"""Statements on plans, plays and their running sums."""

from collections.abc import Callable, Iterable, Sequence
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
from dodam.features.therapy.models.plans import Plan
from dodam.features.therapy.models.plays import DeviceClock
from dodam.features.therapy.models.results import ExceptionReason, Sums
from dodam.features.therapy.tables import (
    DAILY_ACTIVITY_LOG,
    DAILY_MOTION_LOG,
    EXCEPTIONAL_DAY,
    PLAN,
    PLAY_RECORD,
    THERAPY_RESULT,
)
from dodam.platform.database import Transaction
from dodam.platform.statements import Query, Statement

_CHILD: sa.BindParameter[UUID] = sa.bindparam("child", type_=sa.Uuid)

# --- plans and exceptional days --------------------------------------------------------------


class Version(Struct):
    version: int


class ExceptionRow(Struct, frozen=True):
    day: date
    reason: ExceptionReason


# Plans of one child are made one after the other, so that versions have no gap and no twin.
LOCK_PLANS = Statement(
    sa.select(
        sa.func.pg_advisory_xact_lock(
            sa.func.hashtextextended(sa.cast(_CHILD, sa.Text), 1),
        )
    )
)
PLANS = Query(
    sa.select(
        PLAN.c.version,
        PLAN.c.source,
        PLAN.c.starts_on,
        PLAN.c.ends_on,
        PLAN.c.days,
        PLAN.c.created_at,
    )
    .where(PLAN.c.child_id == _CHILD)
    .order_by(PLAN.c.version.desc()),
    Plan,
)
INSERT_PLAN = Statement(
    sa.insert(PLAN).values({column.name: sa.bindparam(column.name) for column in PLAN.columns})
)

_put_exception = insert(EXCEPTIONAL_DAY).values(
    {column.name: sa.bindparam(column.name) for column in EXCEPTIONAL_DAY.columns}
)
PUT_EXCEPTION = Statement(
    _put_exception.on_conflict_do_update(
        index_elements=[EXCEPTIONAL_DAY.c.child_id, EXCEPTIONAL_DAY.c.day],
        set_={"reason": _put_exception.excluded.reason, "note": _put_exception.excluded.note},
    )
)
DROP_EXCEPTION = Statement(
    sa.delete(EXCEPTIONAL_DAY).where(
        EXCEPTIONAL_DAY.c.child_id == _CHILD, EXCEPTIONAL_DAY.c.day == sa.bindparam("on_day")
    )
)
EXCEPTIONS = Query(
    sa.select(EXCEPTIONAL_DAY.c.day, EXCEPTIONAL_DAY.c.reason).where(
        EXCEPTIONAL_DAY.c.child_id == _CHILD,
        EXCEPTIONAL_DAY.c.day.between(sa.bindparam("from_day"), sa.bindparam("to_day")),
    ),
    ExceptionRow,
)

# --- plays -----------------------------------------------------------------------------------


class NewPlay(Struct, frozen=True):
    """A play as it is stored: a field for every column of the table, in the same order."""

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


_SUMS = Sums.__struct_fields__


def _add_plays() -> CompilerElement:
    """Insert plays and, from those really inserted, add to the sums: all in one statement.

    Rows come in the order of their keys, so that two uploads wait for each other rather than
    block each other for good.
    """
    columns = PLAY_RECORD.columns
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
_COLUMNS = [column.name for column in PLAY_RECORD.columns]


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
        PLAY_RECORD.c.child_id == _CHILD,
        PLAY_RECORD.c.id == sa.any_(sa.bindparam("ids", type_=ARRAY(sa.Uuid))),
    ),
    StoredPlay,
)

# --- sums ------------------------------------------------------------------------------------


class MotionSums(Sums, frozen=True, kw_only=True):
    therapy_day: date
    motion: str
    hand: TherapyHand


class DaySums(Sums, frozen=True, kw_only=True):
    therapy_day: date
    first_play_at: datetime
    last_play_at: datetime


class SessionSums(Sums, frozen=True, kw_only=True):
    session_id: UUID
    therapy_day: date
    started_at: datetime
    ended_at: datetime


class DayRow(Struct, frozen=True):
    therapy_day: date


def _between(table: sa.Table) -> Sequence[sa.ColumnElement[bool]]:
    return (
        table.c.child_id == _CHILD,
        table.c.therapy_day.between(sa.bindparam("from_day"), sa.bindparam("to_day")),
    )


def _sum_columns(table: sa.Table) -> list[sa.Column[object]]:
    return [column for column in table.columns if column.name != "child_id"]


MOTION_SUMS = Query(
    sa.select(*_sum_columns(DAILY_MOTION_LOG))
    .where(*_between(DAILY_MOTION_LOG))
    .order_by(*DAILY_MOTION_LOG.primary_key.columns),
    MotionSums,
)
DAY_SUMS = Query(
    sa.select(*_sum_columns(DAILY_ACTIVITY_LOG))
    .where(*_between(DAILY_ACTIVITY_LOG))
    .order_by(DAILY_ACTIVITY_LOG.c.therapy_day),
    DaySums,
)
SESSION_SUMS = Query(
    sa.select(*_sum_columns(THERAPY_RESULT))
    .where(*_between(THERAPY_RESULT))
    .order_by(THERAPY_RESULT.c.started_at, THERAPY_RESULT.c.session_id),
    SessionSums,
)
ATTENDED_DAYS = Query(
    sa.select(DAILY_ACTIVITY_LOG.c.therapy_day)
    .where(DAILY_ACTIVITY_LOG.c.child_id == _CHILD)
    .order_by(DAILY_ACTIVITY_LOG.c.therapy_day),
    DayRow,
)

# --- all children ----------------------------------------------------------------------------


class PlayedByAll(Struct, frozen=True):
    therapy_day: date
    children: int
    plays: int
    active_ms: int


def _total(column: sa.Column[object]) -> sa.Label[int]:
    return sa.cast(sa.func.sum(column), sa.BigInteger).label(column.name)


PLAYED_BY_ALL = Query(
    sa.select(
        DAILY_ACTIVITY_LOG.c.therapy_day,
        sa.func.count().label("children"),
        _total(DAILY_ACTIVITY_LOG.c.plays),
        _total(DAILY_ACTIVITY_LOG.c.active_ms),
    )
    .where(
        DAILY_ACTIVITY_LOG.c.therapy_day.between(sa.bindparam("from_day"), sa.bindparam("to_day")),
        DAILY_ACTIVITY_LOG.c.child_id != sa.all_(sa.bindparam("without", type_=ARRAY(sa.Uuid))),
    )
    .group_by(DAILY_ACTIVITY_LOG.c.therapy_day),
    PlayedByAll,
)

# --- a child's end ---------------------------------------------------------------------------

ERASE_CHILD = tuple(
    Statement(sa.delete(table).where(table.c.child_id == _CHILD))
    for table in (
        PLAY_RECORD,
        DAILY_MOTION_LOG,
        DAILY_ACTIVITY_LOG,
        THERAPY_RESULT,
        EXCEPTIONAL_DAY,
        PLAN,
    )
)
CUT_NOTES = Statement(
    sa.update(EXCEPTIONAL_DAY).where(EXCEPTIONAL_DAY.c.child_id == _CHILD).values(note=sa.null())
)
# A device's name may be its owner's.
CUT_DEVICES = Statement(
    sa.update(PLAY_RECORD)
    .where(PLAY_RECORD.c.child_id == _CHILD, PLAY_RECORD.c.device.is_not(None))
    .values(device=sa.null())
)
