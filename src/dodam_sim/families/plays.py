"""What really happened at the tablet, before any clock or network touched it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

STARTED, PAUSED, RESUMED, FINISHED = "started", "paused", "resumed", "finished"


@dataclass(frozen=True, slots=True)
class Play:
    """One play of one motion. `accuracy` is in basis points (0 to 10,000), times are UTC."""

    id: UUID
    session_id: UUID
    motion: str
    hand: str
    started_at: datetime
    duration_ms: int
    repetitions: int
    successes: int
    accuracy: int | None = None
    score: int | None = None
    difficulty: int | None = None
    label: str | None = None
    payload: Mapping[str, object] | None = field(default=None, compare=False)

    @property
    def ended_at(self) -> datetime:
        return self.started_at + timedelta(milliseconds=self.duration_ms)


@dataclass(frozen=True, slots=True)
class Session:
    """One sitting of one child at one tablet; it has at least one play, oldest first."""

    id: UUID
    tablet: int
    plays: tuple[Play, ...]

    @property
    def started_at(self) -> datetime:
        return self.plays[0].started_at


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a session, at the true time."""

    id: UUID
    session_id: UUID
    kind: str
    at: datetime
