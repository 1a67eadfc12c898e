"""Days as a child lives them: a therapy day begins at an hour of the child's own wall clock."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

EDGE = timedelta(minutes=1)
"""No play begins this close to the edge of a day: a corrected clock is off by milliseconds."""


def days_between(first: date, last: date) -> list[date]:
    """Every day from `first` to `last`, both included."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def instant(day: date, minutes: float, zone: ZoneInfo) -> datetime:
    """Return the UTC moment when clocks in `zone` show `minutes` after the midnight of `day`.

    A wall-clock time that a daylight-saving change skips becomes the moment an unchanged clock
    would have shown it; one that occurs twice is its first occurrence.
    """
    wall = datetime.combine(day, time()) + timedelta(minutes=minutes)
    return wall.replace(tzinfo=zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class TherapyDays:
    """How moments become therapy days: before `start_hour` it is still the day before."""

    zone: ZoneInfo
    start_hour: int

    def day_of(self, at: datetime) -> date:
        wall = at.astimezone(self.zone).replace(tzinfo=None)
        return (wall - timedelta(hours=self.start_hour)).date()

    def away_from_edge(self, at: datetime) -> datetime:
        """Return `at`, or a moment two minutes later if the day begins or ends within a minute."""
        if self.day_of(at - EDGE) == self.day_of(at + EDGE):
            return at
        return at + 2 * EDGE
