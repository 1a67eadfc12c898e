"""What a tablet tells of its sessions: that they began, paused, went on, ended; or nothing of it.

What each comes to is known from how it is made up here, and is worked out from no event.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random
from uuid import UUID

from dodam_sim.families.chance import lucky, stream, uuid7
from dodam_sim.families.persona import Child
from dodam_sim.families.plays import FINISHED, PAUSED, RESUMED, STARTED, Event, Session
from dodam_sim.families.therapy_day import TherapyDays

_MANNERS = {
    "whole": 50,
    "silent": 15,  # an app that is older than session events
    "dies": 12,  # an empty battery: nothing is told of the end
    "left paused": 8,
    "finished early": 8,  # by a slip of the finger: the child plays on
    "start lost": 7,
    "left open": 7,  # ended hours later, perhaps on another day or during another session
}
_ENDED = {"whole", "finished early", "start lost", "left open"}


@dataclass(frozen=True, slots=True)
class Told:
    """What a tablet tells of one session, and what the session comes to once it is over.

    `is_finished` is whether it was ended, not just left; `paused` is how long it paused in all.
    """

    session_id: UUID
    tablet: int
    events: tuple[Event, ...]
    is_finished: bool
    paused: timedelta = timedelta()

    @property
    def completeness(self) -> str:
        """How much was told, in the API's words."""
        kinds = {event.kind for event in self.events}
        if not kinds:
            return "none"
        return "complete" if {STARTED, FINISHED} <= kinds else "incomplete"


def tell(child: Child, sessions: Sequence[Session]) -> list[Told]:
    """Return what is told of each session, and of a few in which nothing was played."""
    chance = stream(child.id, "session events")
    told: list[Told] = []
    for session in sessions:
        if lucky(chance, 0.03):
            told.append(_opened_only(session, child.days, chance))
        told.append(_tell(session, child, chance))
    return told


def _opened_only(session: Session, days: TherapyDays, chance: Random) -> Told:
    """The app is opened before the session, and closed again without a play."""
    at = days.away_from_edge(session.started_at - timedelta(minutes=40))
    session_id = uuid7(at, chance)
    ends = at + timedelta(seconds=chance.randint(20, 90))
    events = [(STARTED, at), (FINISHED, ends)]
    return Told(session_id, session.tablet, _events(session_id, events, chance), is_finished=True)


def _tell(session: Session, child: Child, chance: Random) -> Told:
    """What is told in one of the manners above."""
    days = child.days
    manner = chance.choices(list(_MANNERS), weights=list(_MANNERS.values()))[0]
    moments: list[tuple[str, datetime]] = []
    paused = timedelta()
    if manner not in {"silent", "start lost"}:
        before = timedelta(milliseconds=chance.randint(2_000, 9_000))
        moments.append((STARTED, session.started_at - before))
    gaps = [] if manner == "silent" else list(_gaps(session, days))
    if manner == "finished early" and gaps:
        moments.append((FINISHED, _within(chance.choice(gaps), 4)))
        gaps = []
    for gap in gaps:
        if lucky(chance, 0.15):
            pauses, goes_on = _within(gap, 3), gap[1]
            moments.append((PAUSED, pauses))
            # That it goes on need not be told: the next play says it too.
            if lucky(chance, 0.7):
                goes_on = _within(gap, 7)
                moments.append((RESUMED, goes_on))
            paused += goes_on - pauses
    end = _end(session, days, chance.randint(1_500, 20_000))
    if manner == "left open":
        noticed = _end(session, days, chance.randint(1, 14) * 3_600_000)
        end = noticed if days.day_of(noticed) <= child.last_day else end
    if manner in _ENDED and FINISHED not in dict(moments):
        moments.append((FINISHED, end))
    elif manner == "left paused":
        moments.append((PAUSED, end))
    events = _events(session.id, moments, chance)
    return Told(session.id, session.tablet, events, manner in _ENDED, paused)


def _end(session: Session, days: TherapyDays, milliseconds: int) -> datetime:
    """A moment so long after its last play."""
    last = max(play.ended_at for play in session.plays)
    return days.away_from_edge(last + timedelta(milliseconds=milliseconds))


def _gaps(session: Session, days: TherapyDays) -> Iterator[tuple[datetime, datetime]]:
    """The breaths between two plays; they take seconds, or minutes where a day ends."""
    for play, following in pairwise(session.plays):
        gap = play.ended_at, following.started_at
        if all(
            days.away_from_edge(_within(gap, tenths)) == _within(gap, tenths)
            for tenths in (3, 4, 7)
        ):
            yield gap


def _within(gap: tuple[datetime, datetime], tenths: int) -> datetime:
    """A moment after so many tenths of a gap, in whole milliseconds."""
    begins, ends = gap
    length = (ends - begins) // timedelta(milliseconds=1)
    return begins + timedelta(milliseconds=length * tenths // 10)


def _events(
    session_id: UUID, moments: Sequence[tuple[str, datetime]], chance: Random
) -> tuple[Event, ...]:
    return tuple(Event(uuid7(at, chance), session_id, kind, at) for kind, at in moments)
