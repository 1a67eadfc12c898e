"""A tablet that is handed to a sibling and goes on under the same session id."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from dodam_sim.families.chance import lucky, stream
from dodam_sim.families.persona import Child
from dodam_sim.families.plays import Session

_SHORTLY = timedelta(hours=2)


def hand_on(child: Child, sessions: Sequence[Session], others: Iterable[Session]) -> list[Session]:
    """Let the child go on with sessions that siblings began shortly before at the same tablet."""
    chance = stream(child.id, "handed on")
    begun = list(others)
    taken: set[UUID] = set()
    handed: list[Session] = []
    for session in sessions:
        open_ones = [
            other.id
            for other in begun
            if other.tablet == session.tablet
            and timedelta() <= session.started_at - other.started_at < _SHORTLY
            and other.id not in taken
        ]
        if open_ones and lucky(chance, 0.5):
            handed.append(_renamed(session, chance.choice(open_ones)))
            taken.add(handed[-1].id)
        else:
            handed.append(session)
    return handed


def _renamed(session: Session, session_id: UUID) -> Session:
    plays = tuple(replace(play, session_id=session_id) for play in session.plays)
    return replace(session, id=session_id, plays=plays)
