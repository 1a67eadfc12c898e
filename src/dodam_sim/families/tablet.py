"""Tablets: clocks that may be wrong, records as they are written, uploads as they arrive."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from dodam_sim.families.chance import lucky
from dodam_sim.families.plays import Event, Play
from dodam_sim.families.therapy_day import TherapyDays

LARGEST_UPLOAD = 500
PLAYS, SESSION_EVENTS = "play-records", "session-events"
CLOCK_TOLERANCE = timedelta(minutes=2)
"""The server leaves the times of a tablet alone whose clock is off by no more than this."""

_WRONG_BY = (
    timedelta(hours=3),
    timedelta(hours=-9),
    timedelta(days=1),
    timedelta(days=-40, minutes=7),
    timedelta(days=365 * 3),
    timedelta(days=-365 * 6, hours=5),
)
_SLIGHTLY_OFF = (timedelta(seconds=40), timedelta(seconds=-45))


@dataclass(frozen=True, slots=True)
class Tablet:
    """One tablet. Its clock shows the true time plus `clock_error`, always.

    `tells_time`: it says with every record what its clock shows when it sends. `offline` is the
    chance that a session is followed by a day or more without a network.
    """

    name: str
    zone: ZoneInfo
    clock_error: timedelta
    tells_time: bool
    writes_utc: bool
    offline: float

    @property
    def is_corrected(self) -> bool:
        """Whether the server must notice the clock, and shift what the tablet sends."""
        return abs(self.clock_error) > CLOCK_TOLERANCE

    def text(self, at: datetime) -> str:
        """Write the moment `at` as this tablet's clock shows it, to the millisecond."""
        shown = (at + self.clock_error).astimezone(UTC if self.writes_utc else self.zone)
        return shown.isoformat(timespec="milliseconds")

    def counted_at(self, at: datetime) -> datetime:
        """Return the time at which `at` must count: a small clock error stays uncorrected."""
        return at if self.is_corrected else at + self.clock_error

    def as_counted(self, play: Play) -> Play:
        """Return the play at the time it must count."""
        return replace(play, started_at=self.counted_at(play.started_at))


def make_tablets(chance: Random, zone: ZoneInfo) -> tuple[Tablet, ...]:
    """Return a family's one or two tablets."""
    return tuple(
        _make_tablet(chance, zone, n) for n in range(chance.choices((1, 2), weights=(75, 25))[0])
    )


def _make_tablet(chance: Random, zone: ZoneInfo, n: int) -> Tablet:
    kind = chance.choices(("right", "slightly off", "wrong"), weights=(70, 15, 15))[0]
    errors = {"right": (timedelta(),), "slightly off": _SLIGHTLY_OFF, "wrong": _WRONG_BY}
    return Tablet(
        name=f"tablet-{n + 1}",
        zone=zone,
        clock_error=chance.choice(errors[kind]),
        tells_time=kind == "wrong" or lucky(chance, 0.7),
        writes_utc=lucky(chance, 0.5),
        offline=chance.choice((0.0, 0.05, 0.3)),
    )


@dataclass(frozen=True, slots=True)
class Rejection:
    """How a bad record must be refused: by the field that is wrong, or by a code."""

    field: str | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """One record as uploaded. `day` is the therapy day it counts for; bad ones have none."""

    content: Mapping[str, object]
    day: date | None = None
    rejection: Rejection | None = None

    @property
    def id(self) -> object:
        return self.content.get("id")


@dataclass(frozen=True, slots=True)
class Upload:
    """One request of one tablet for one child, to the route that is named by `to`.

    `late`: it holds plays of a day before.
    `hasty`: the tablet does not wait for the answer before it sends the same once more.
    """

    child_id: UUID
    tablet: Tablet
    records: tuple[Record, ...]
    to: str = PLAYS
    late: bool = False
    hasty: bool = False

    def body(self, now: datetime) -> bytes:
        """Encode the request as sent at the true time `now`; a lone record goes without a list."""
        contents: Sequence[Mapping[str, object]] = [record.content for record in self.records]
        if self.tablet.tells_time:
            sent_at = self.tablet.text(now)
            contents = [{**content, "sent_at": sent_at} for content in contents]
        return msgspec.json.encode(contents[0] if len(contents) == 1 else contents)


def write_record(play: Play, tablet: Tablet, days: TherapyDays) -> Record:
    """Write down a play the way a tablet does: fields it has nothing for are left out."""
    optional: dict[str, object] = {
        "accuracy": None if play.accuracy is None else play.accuracy / 10_000,
        "score": play.score,
        "difficulty": play.difficulty,
        "label": play.label,
        "payload": play.payload,
    }
    content: dict[str, object] = {
        "id": str(play.id),
        "session_id": str(play.session_id),
        "motion": play.motion,
        "hand": play.hand,
        "started_at": tablet.text(play.started_at),
        "duration_ms": play.duration_ms,
        "repetitions": play.repetitions,
        "successes": play.successes,
        "device": tablet.name,
        **{name: value for name, value in optional.items() if value is not None},
    }
    return Record(content, day=days.day_of(tablet.as_counted(play).started_at))


def write_event(event: Event, tablet: Tablet, days: TherapyDays) -> Record:
    """Write down what happened to a session the way a tablet does."""
    content = {
        "id": str(event.id),
        "session_id": str(event.session_id),
        "kind": event.kind,
        "at": tablet.text(event.at),
    }
    return Record(content, day=days.day_of(tablet.counted_at(event.at)))
