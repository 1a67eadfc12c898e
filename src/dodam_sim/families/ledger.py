"""The ledger: what a child really played, and the summaries that follow from it.

An implementation of its own, in whole numbers, to hold the server's against.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from dodam_sim.families.plays import Play
from dodam_sim.families.therapy_day import TherapyDays


@dataclass(slots=True)
class Sums:
    """Sums over plays; `accuracy` sums basis points over the `accuracies` plays that had one."""

    plays: int = 0
    repetitions: int = 0
    successes: int = 0
    milliseconds: int = 0
    accuracy: int = 0
    accuracies: int = 0
    score: int = 0

    def add(self, play: Play) -> None:
        self.plays += 1
        self.repetitions += play.repetitions
        self.successes += play.successes
        self.milliseconds += play.duration_ms
        if play.accuracy is not None:
            self.accuracy += play.accuracy
            self.accuracies += 1
        self.score += play.score or 0


def sums(plays: Iterable[Play]) -> Sums:
    total = Sums()
    for play in plays:
        total.add(play)
    return total


def sums_by_motion(plays: Iterable[Play]) -> dict[tuple[str, str], Sums]:
    """Return the sums of each motion and hand."""
    parts: defaultdict[tuple[str, str], Sums] = defaultdict(Sums)
    for play in plays:
        parts[play.motion, play.hand].add(play)
    return dict(parts)


@dataclass(frozen=True, slots=True)
class SessionEntry:
    """A session over all its plays; it belongs to the therapy day of the first one."""

    day: date
    started_at: datetime
    ended_at: datetime
    sums: Sums


@dataclass(slots=True)
class Ledger:
    """Everything one child played, each play once, at the time it counts for."""

    days: TherapyDays
    _plays: dict[UUID, Play] = field(default_factory=dict[UUID, Play])
    _by_day: dict[date, list[Play]] = field(default_factory=dict[date, list[Play]])

    def write(self, play: Play) -> bool:
        """Note a play; False, and nothing changes, if it was noted before."""
        if play.id in self._plays:
            return False
        self._plays[play.id] = play
        self._by_day.setdefault(self.days.day_of(play.started_at), []).append(play)
        return True

    def __len__(self) -> int:
        return len(self._plays)

    @property
    def played_days(self) -> list[date]:
        """The therapy days with at least one play, oldest first."""
        return sorted(self._by_day)

    def on(self, day: date) -> list[Play]:
        return self._by_day.get(day, [])

    def between(self, first: date, last: date) -> list[Play]:
        """Return the plays of the therapy days from `first` to `last`, both included."""
        return [
            play for day, plays in self._by_day.items() if first <= day <= last for play in plays
        ]

    def sessions(self) -> Mapping[date, Mapping[UUID, SessionEntry]]:
        """Return every session by the day it belongs to and its id."""
        together: defaultdict[UUID, list[Play]] = defaultdict(list)
        for play in self._plays.values():
            together[play.session_id].append(play)
        by_day: defaultdict[date, dict[UUID, SessionEntry]] = defaultdict(dict)
        for session_id, plays in together.items():
            started_at = min(play.started_at for play in plays)
            day = self.days.day_of(started_at)
            ended_at = max(play.ended_at for play in plays)
            by_day[day][session_id] = SessionEntry(day, started_at, ended_at, sums(plays))
        return dict(by_day)
