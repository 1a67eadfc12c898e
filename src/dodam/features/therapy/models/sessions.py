"""The life of a sitting: what tablets tell of it, and what follows from that and from its plays."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from dodam.features.therapy.models.results import Totals
from dodam.platform.masking.sensitive import Sensitive

# After so long without an event or a play nobody is sitting there any more.
SILENCE = timedelta(minutes=30)


class SessionEventKind(StrEnum):
    STARTED = "started"
    PAUSED = "paused"
    RESUMED = "resumed"
    FINISHED = "finished"


class SessionEvent(Struct, frozen=True):
    """Something that happened to a session, as the tablet saw it.

    `id` and `session_id` are made by the tablet (UUIDv7); `device_id` is the registered device's.
    Times carry an offset; by `sent_at` a wrong clock is noticed and corrected, as with plays.
    """

    id: UUID
    session_id: UUID
    kind: SessionEventKind
    at: Annotated[datetime, Meta(tz=True)]
    device_id: UUID | None = None
    sent_at: Annotated[datetime, Meta(tz=True)] | None = None


class SessionState(StrEnum):
    """How a session stands. `abandoned` had no event and no play for 30 minutes, and no finish.

    A finish stands until the session is started or resumed again: a play that begins later counts
    and moves the end.
    """

    OPEN = "open"
    PAUSED = "paused"
    FINISHED = "finished"
    ABANDONED = "abandoned"


class SessionEvents(StrEnum):
    """How much the tablet told: nothing, so that all is known from plays; not when it began or
    ended; or both.
    """

    NONE = "none"
    INCOMPLETE = "incomplete"
    COMPLETE = "complete"


class SessionFlag(StrEnum):
    """What is odd about a session.

    `overlaps` is another session of the child at the same time, as with two tablets;
    `shared_session_id` is a sibling's session of the same id, as with a tablet that was handed on.
    """

    OVERLAPS = "overlaps"
    SHARED_SESSION_ID = "shared_session_id"
    CROSSES_DAYS = "crosses_days"


class Session(Struct, frozen=True):
    """One sitting of a child. `totals` are of its plays, as in therapy results.

    `therapy_day` is the day it began on. `ended_at` is null while it is open or paused; of an
    abandoned one it is the last that is known. `paused_seconds` is from each pause to whatever
    came next. `devices` are the names and ids that plays and events gave.
    """

    session_id: UUID
    state: SessionState
    therapy_day: date
    started_at: datetime
    ended_at: datetime | None
    paused_seconds: float
    totals: Totals
    devices: Annotated[list[str], Sensitive]
    device_ids: list[UUID]
    events: SessionEvents
    flags: list[SessionFlag]


class Sessions(Struct, frozen=True):
    """The sessions that began on a therapy day from `from_day` to `to_day`, the oldest first."""

    child_id: UUID
    from_day: date
    to_day: date
    sessions: list[Session]


class Moment(Struct, frozen=True):
    """When something happened to a session."""

    at: datetime
    kind: SessionEventKind


class Span(Struct, frozen=True):
    """When a play began and ended."""

    started_at: datetime
    ended_at: datetime


class Life(Struct, frozen=True):
    """What a session's moments and plays come to; `last_at` is the last that is known of it."""

    state: SessionState
    started_at: datetime
    last_at: datetime
    paused: timedelta


# Of what happened at the same time: a beginning goes before an end.
_ORDER = list(SessionEventKind)
_STARTS = frozenset({SessionEventKind.STARTED, SessionEventKind.RESUMED})


def life(moments: Iterable[Moment], plays: Sequence[Span], now: datetime) -> Life:
    """A session's life, by when things happened: the order in which they came in does not matter.

    There is at least one moment or play.
    """
    state = SessionState.OPEN
    paused = timedelta()
    paused_at: datetime | None = None
    ended = [play.ended_at for play in plays]
    steps = [
        *((moment.at, 1 + _ORDER.index(moment.kind), moment.kind) for moment in moments),
        *((play.started_at, 0, None) for play in plays),
    ]
    started_at = min(at for at, _, _ in steps)
    for at, _, kind in sorted(steps, key=lambda step: step[:2]):
        if state is SessionState.FINISHED and kind not in _STARTS | {SessionEventKind.FINISHED}:
            continue
        ended.append(at)
        if kind is SessionEventKind.PAUSED:
            state, paused_at = SessionState.PAUSED, paused_at or at
            continue
        if paused_at is not None:
            paused, paused_at = paused + (at - paused_at), None
        is_finish = kind is SessionEventKind.FINISHED
        state = SessionState.FINISHED if is_finish else SessionState.OPEN
    last_at = max(ended)
    until = now
    if state is not SessionState.FINISHED and now - last_at > SILENCE:
        state, until = SessionState.ABANDONED, last_at
    if paused_at is not None:
        paused += max(until - paused_at, timedelta())
    return Life(state, started_at, last_at, paused)


def overlapping(lives: Iterable[tuple[UUID, Life]]) -> set[UUID]:
    """Those of a child's sessions during which another was under way."""
    in_order = sorted(lives, key=lambda each: (each[1].started_at, each[1].last_at))
    found: set[UUID] = set()
    latest: tuple[UUID, Life] | None = None
    for session_id, each in in_order:
        if latest is not None and each.started_at < latest[1].last_at:
            found |= {session_id, latest[0]}
        if latest is None or each.last_at > latest[1].last_at:
            latest = session_id, each
    return found
