"""Statements on plays; what is stored is added to the sums."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

import asyncpg
import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import astuple
from sqlalchemy.dialects.postgresql import ARRAY, Insert, insert
from sqlalchemy.sql.elements import CompilerElement

from dodam.features.children.errors import ChildNotFound
from dodam.features.content.models.motions import TherapyHand
from dodam.features.therapy.models.plausibility import Flag
from dodam.features.therapy.models.plays import DeviceClock
from dodam.features.therapy.store.plans import THIS_CHILD
from dodam.features.therapy.store.summing import keys, summed, together
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
    flags: list[Flag]


class Added(Struct, frozen=True):
    """The `(child_id, id)` of plays that were new, and the `(child_id, day)` they began."""

    plays: set[tuple[UUID, UUID]]
    first_days: set[tuple[UUID, date]]


class _Created(Struct, frozen=True):
    child_id: UUID
    id: UUID
    therapy_day: date
    plays_of_day: int


class StoredRecord(Struct, frozen=True):
    """What tells a repeated upload from an id used for something else."""

    id: UUID
    therapy_day: date
    fingerprint: int


_COLUMNS = NewPlay.__struct_fields__
_COMMA = sa.literal_column("','", sa.Text)


def _add_plays() -> CompilerElement:
    """Insert plays and, from those really inserted, add to the sums: all in one statement.

    Rows come in the order of their keys, so that two uploads wait for each other rather than
    block each other for good.
    """
    columns = [PLAY_RECORD.c[name] for name in _COLUMNS]
    # Arrays of arrays cannot be unnested to arrays, so flags come as text.
    given_as = {c.name: sa.Text() if c is PLAY_RECORD.c.flags else c.type for c in columns}
    given = (
        sa.func.unnest(*(sa.bindparam(name, type_=ARRAY(kind)) for name, kind in given_as.items()))
        .table_valued(*(sa.column(name, kind) for name, kind in given_as.items()))
        .render_derived(name="given")
    )
    inserted = (
        insert(PLAY_RECORD)
        .from_select(
            list(given_as),
            sa.select(
                *(sa.func.string_to_array(c, _COMMA) if c.name == "flags" else c for c in given.c)
            ),
        )
        .on_conflict_do_nothing(index_elements=[PLAY_RECORD.c.child_id, PLAY_RECORD.c.id])
        .returning(*columns)
        .cte("inserted")
    )
    play = inserted.c

    def add_up(table: sa.Table) -> Insert:
        by = [play[name] for name in keys(table)]
        sums = summed(table, play)
        new = insert(table).from_select(
            [*keys(table), *sums],
            sa.select(*by, *sums.values()).group_by(*by).order_by(*by),
        )
        return new.on_conflict_do_update(
            index_elements=keys(table),
            set_={name: together(name, table.c[name], new.excluded[name]) for name in sums},
        )

    of_day = DAILY_ACTIVITY_LOG.c
    # Asked for its rows, it goes first: whoever holds a day's row is alone with the day's sums.
    day = (
        add_up(DAILY_ACTIVITY_LOG)
        .returning(of_day.child_id, of_day.therapy_day, of_day.plays)
        .cte("day")
    )
    motions = add_up(DAILY_MOTION_LOG).cte("motions")
    sessions = add_up(THERAPY_RESULT).cte("sessions")
    same_day = sa.and_(day.c.child_id == play.child_id, day.c.therapy_day == play.therapy_day)
    return (
        sa.select(play.child_id, play.id, play.therapy_day, day.c.plays.label("plays_of_day"))
        .join_from(inserted, day, same_day)
        .add_cte(motions, sessions)
    )


_ADD_PLAYS = Query(_add_plays(), _Created)


async def add_plays(tx: Transaction, plays: Iterable[NewPlay]) -> Added:
    """Store plays and add them to their sums; which of them were new.

    Raises ChildNotFound if a child was erased while its plays were on their way.
    """
    rows = sorted(map(_row, plays), key=lambda row: row[:2])
    arrays = zip(*rows, strict=True)
    try:
        created = await _ADD_PLAYS.all(tx, **dict(zip(_COLUMNS, arrays, strict=True)))
    except asyncpg.ForeignKeyViolationError as error:
        # Motions stay for ever, so it is the child that is no longer there.
        raise ChildNotFound from error
    new_on = Counter((play.child_id, play.therapy_day) for play in created)
    return Added(
        plays={(play.child_id, play.id) for play in created},
        # A day that has no more plays than were added just now had none before.
        first_days={
            (play.child_id, play.therapy_day)
            for play in created
            if play.plays_of_day == new_on[play.child_id, play.therapy_day]
        },
    )


def _row(play: NewPlay) -> tuple[Any, ...]:
    *values, flags = astuple(play)
    return (*values, ",".join(flags) or None)


STORED_PLAYS = Query(
    sa.select(PLAY_RECORD.c.id, PLAY_RECORD.c.therapy_day, PLAY_RECORD.c.fingerprint).where(
        PLAY_RECORD.c.child_id == THIS_CHILD,
        PLAY_RECORD.c.id == sa.any_(sa.bindparam("ids", type_=ARRAY(sa.Uuid))),
    ),
    StoredRecord,
)
