"""How a child's sessions stand, from its plays and what tablets told."""

from collections import defaultdict
from datetime import date, timedelta
from typing import TypeVar
from uuid import UUID

from msgspec import Struct

from dodam.features.children.models.children import Child
from dodam.features.children.service.children import Children
from dodam.features.therapy.errors import SessionNotFound
from dodam.features.therapy.models.results import Sums
from dodam.features.therapy.models.sessions import (
    Life,
    Moment,
    Session,
    SessionEventKind,
    SessionEvents,
    SessionFlag,
    Sessions,
    SessionState,
    Span,
    life,
    overlapping,
)
from dodam.features.therapy.service.ranges import day_range
from dodam.features.therapy.store import sessions as store
from dodam.features.therapy.store.sessions import EventRow, OfSession, PlayRow
from dodam.features.therapy.store.sums import SessionSums
from dodam.platform.clock import Clock
from dodam.platform.database import Reading

_DAY = timedelta(days=1)
_BOTH_ENDS = frozenset({SessionEventKind.STARTED, SessionEventKind.FINISHED})
_OVER = frozenset({SessionState.FINISHED, SessionState.ABANDONED})
Row = TypeVar("Row", bound=OfSession)


class _Known(Struct, frozen=True):
    """All that is known of a session; `sums` is none where no play of it counts."""

    sums: SessionSums | None
    plays: list[PlayRow]
    events: list[EventRow]
    life: Life

    @property
    def day(self) -> date:
        days = [event.therapy_day for event in self.events]
        return min([*days, self.sums.therapy_day] if self.sums else days)


class SessionsOfChild:
    def __init__(self, clock: Clock, children: Children) -> None:
        self._clock = clock
        self._children = children

    async def between(
        self, db: Reading, child: Child, first: date | None, last: date | None
    ) -> Sessions:
        """The sessions that began in a range of days, the last 31 without one.

        Raises InvalidInput.
        """
        today = child.therapy_day(self._clock.now())
        first, last = day_range(first, last, today, default_days=31)
        return Sessions(child.id, first, last, await self._begun(db, child, first, last))

    async def of(self, db: Reading, child: Child, session_id: UUID) -> Session:
        """One session. Raises SessionNotFound."""
        found = await store.FIRST_DAY.first(db, child=child.id, session=session_id)
        if found is None or found.therapy_day is None:
            raise SessionNotFound
        for session in await self._begun(db, child, found.therapy_day, found.therapy_day):
            if session.session_id == session_id:
                return session
        raise SessionNotFound

    async def _begun(self, db: Reading, child: Child, first: date, last: date) -> list[Session]:
        # A session of the day before or after may be under way at the same time.
        before, after = max(first, date.min + _DAY) - _DAY, min(last, date.max - _DAY) + _DAY
        known = await self._known(db, child, before, after)
        overlaps = overlapping((session_id, each.life) for session_id, each in known.items())
        begun = {key: each for key, each in known.items() if first <= each.day <= last}
        shared: set[UUID] = set()
        if begun:
            siblings = await self._children.siblings(db, child.id)
            rows = await store.SHARED.all(
                db, children=[each.id for each in siblings], sessions=list(begun)
            )
            shared = {row.session_id for row in rows}
        sessions = [
            _session(child, key, each, overlaps=key in overlaps, shared=key in shared)
            for key, each in begun.items()
        ]
        return sorted(sessions, key=lambda each: (each.started_at, each.session_id))

    async def _known(
        self, db: Reading, child: Child, first: date, last: date
    ) -> dict[UUID, _Known]:
        span = {"child": child.id, "from_day": first, "to_day": last}
        sums = {row.session_id: row for row in await store.SUMS.all(db, **span)}
        plays = _by_session(await store.PLAYS.all(db, **span))
        events = _by_session(await store.EVENTS.all(db, **span))
        now = self._clock.now()
        return {
            key: _Known(
                sums.get(key),
                plays[key],
                events[key],
                life(
                    [Moment(event.at, event.kind) for event in events[key]],
                    [_span(play) for play in plays[key]],
                    now,
                ),
            )
            for key in plays.keys() | events.keys()
        }


def _by_session(rows: list[Row]) -> defaultdict[UUID, list[Row]]:
    found: defaultdict[UUID, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.session_id].append(row)
    return found


def _span(play: PlayRow) -> Span:
    return Span(play.started_at, play.started_at + timedelta(milliseconds=play.duration_ms))


def _session(
    child: Child, session_id: UUID, known: _Known, *, overlaps: bool, shared: bool
) -> Session:
    lived = known.life
    crosses = child.therapy_day(lived.started_at) != child.therapy_day(lived.last_at)
    odd = {
        SessionFlag.OVERLAPS: overlaps,
        SessionFlag.SHARED_SESSION_ID: shared,
        SessionFlag.CROSSES_DAYS: crosses,
    }
    return Session(
        session_id=session_id,
        state=lived.state,
        therapy_day=known.day,
        started_at=lived.started_at,
        ended_at=lived.last_at if lived.state in _OVER else None,
        paused_seconds=lived.paused.total_seconds(),
        totals=(known.sums or Sums()).totals(),
        devices=sorted({play.device for play in known.plays if play.device}),
        device_ids=sorted({event.device_id for event in known.events if event.device_id}),
        events=_told({event.kind for event in known.events}),
        flags=[flag for flag, is_so in odd.items() if is_so],
    )


def _told(kinds: set[SessionEventKind]) -> SessionEvents:
    if not kinds:
        return SessionEvents.NONE
    return SessionEvents.COMPLETE if kinds >= _BOTH_ENDS else SessionEvents.INCOMPLETE
