"""Statements on what tablets tell of sessions, and on what is known of them."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

import asyncpg
import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import astuple
from sqlalchemy.dialects.postgresql import ARRAY, insert

from dodam.features.children.errors import ChildNotFound
from dodam.features.therapy.models.plausibility import Flag
from dodam.features.therapy.models.plays import DeviceClock
from dodam.features.therapy.models.sessions import SessionEventKind
from dodam.features.therapy.store.plans import THIS_CHILD
from dodam.features.therapy.store.plays import StoredRecord
from dodam.features.therapy.store.sums import SessionSums
from dodam.features.therapy.tables import (
    FINISHED_SESSION,
    PLAY_RECORD,
    SESSION_EVENT,
    THERAPY_RESULT,
)
from dodam.platform.database import Transaction
from dodam.platform.statements import Query


class NewEvent(Struct, frozen=True):
    """A session event as it is stored: a field for every column of the table."""

    child_id: UUID
    id: UUID
    session_id: UUID
    kind: SessionEventKind
    therapy_day: date
    at: datetime
    clock: DeviceClock
    device_at: datetime | None
    device_id: UUID | None
    received_at: datetime
    fingerprint: int

    @property
    def flags(self) -> Sequence[Flag]:
        """Nothing is odd about an event by itself."""
        return ()


class OfSession(Struct, frozen=True):
    session_id: UUID


class EventRow(OfSession, frozen=True):
    kind: SessionEventKind
    therapy_day: date
    at: datetime
    device_id: UUID | None


class PlayRow(OfSession, frozen=True):
    started_at: datetime
    duration_ms: int
    device: str | None


class RecordId(Struct, frozen=True):
    id: UUID


class FirstDay(Struct, frozen=True):
    therapy_day: date | None


_EVENT = SESSION_EVENT.c
_COLUMNS = NewEvent.__struct_fields__
_given = (
    sa.func.unnest(*(sa.bindparam(name, type_=ARRAY(_EVENT[name].type)) for name in _COLUMNS))
    .table_valued(*(sa.column(name, _EVENT[name].type) for name in _COLUMNS))
    .render_derived(name="given")
)
_ADD_EVENTS = Query(
    insert(SESSION_EVENT)
    .from_select(list(_COLUMNS), sa.select(*_given.c))
    .on_conflict_do_nothing(index_elements=[_EVENT.child_id, _EVENT.id])
    .returning(_EVENT.id),
    RecordId,
)


async def add_events(tx: Transaction, events: Iterable[NewEvent]) -> set[UUID]:
    """Store the events of one child; the ids of those that were new.

    Raises ChildNotFound if the child was erased while they were on their way.
    """
    arrays = zip(*sorted(map(astuple, events), key=lambda row: row[:2]), strict=True)
    try:
        added = await _ADD_EVENTS.all(tx, **dict(zip(_COLUMNS, arrays, strict=True)))
    except asyncpg.ForeignKeyViolationError as error:
        raise ChildNotFound from error
    return {each.id for each in added}


STORED_EVENTS = Query(
    sa.select(_EVENT.id, _EVENT.therapy_day, _EVENT.fingerprint).where(
        _EVENT.child_id == THIS_CHILD,
        _EVENT.id == sa.any_(sa.bindparam("ids", type_=ARRAY(sa.Uuid))),
    ),
    StoredRecord,
)
# Nothing comes back for a session that was noted before.
NOTE_FINISHED = Query(
    insert(FINISHED_SESSION)
    .values({column.name: sa.bindparam(column.name) for column in FINISHED_SESSION.columns})
    .on_conflict_do_nothing()
    .returning(FINISHED_SESSION.c.session_id),
    OfSession,
)

_SESSIONS: sa.BindParameter[Sequence[UUID]] = sa.bindparam("sessions", type_=ARRAY(sa.Uuid))
# A session has plays that count, or events, or both.
_KEPT_IN = (THERAPY_RESULT, SESSION_EVENT)


def _with_a_day_in_range() -> sa.Select[tuple[UUID]]:
    days = sa.bindparam("from_day", type_=sa.Date), sa.bindparam("to_day", type_=sa.Date)
    found = sa.union(
        *(
            sa.select(table.c.session_id).where(
                table.c.child_id == THIS_CHILD, table.c.therapy_day.between(*days)
            )
            for table in _KEPT_IN
        )
    ).subquery("found")
    return sa.select(found.c.session_id)


_RESULT = THERAPY_RESULT.c
SUMS = Query(
    sa.select(*(column for column in THERAPY_RESULT.columns if column.name != "child_id")).where(
        _RESULT.child_id == THIS_CHILD, _RESULT.session_id.in_(_with_a_day_in_range())
    ),
    SessionSums,
)
EVENTS = Query(
    sa.select(*(_EVENT[name] for name in EventRow.__struct_fields__)).where(
        _EVENT.child_id == THIS_CHILD, _EVENT.session_id.in_(_with_a_day_in_range())
    ),
    EventRow,
)
# A session's plays lie on its first day and those up to its end. What is said of that end in UTC
# is a day early at most.
_last_day = sa.cast(
    sa.func.timezone(sa.literal_column("'UTC'", sa.Text), _RESULT.ended_at), sa.Date
) + sa.literal_column("1", sa.Integer)
PLAYS = Query(
    sa.select(*(PLAY_RECORD.c[name] for name in PlayRow.__struct_fields__))
    .join_from(
        THERAPY_RESULT,
        PLAY_RECORD,
        sa.and_(
            PLAY_RECORD.c.child_id == _RESULT.child_id,
            PLAY_RECORD.c.session_id == _RESULT.session_id,
            PLAY_RECORD.c.therapy_day.between(_RESULT.therapy_day, _last_day),
        ),
    )
    .where(
        _RESULT.child_id == THIS_CHILD,
        _RESULT.session_id.in_(_with_a_day_in_range()),
        PLAY_RECORD.c.voided_at.is_(None),
    ),
    PlayRow,
)

_days_of_one = sa.union_all(
    *(
        sa.select(table.c.therapy_day).where(
            table.c.child_id == THIS_CHILD, table.c.session_id == sa.bindparam("session")
        )
        for table in _KEPT_IN
    )
).subquery("days_of_one")
# Null where there is no such session.
FIRST_DAY = Query(sa.select(sa.func.min(_days_of_one.c.therapy_day).label("therapy_day")), FirstDay)

# Which of the sessions are those of other children too.
SHARED = Query(
    sa.union(
        *(
            sa.select(table.c.session_id).where(
                table.c.child_id == sa.any_(sa.bindparam("children", type_=ARRAY(sa.Uuid))),
                table.c.session_id == sa.any_(_SESSIONS),
            )
            for table in _KEPT_IN
        )
    ),
    OfSession,
)
