"""Time that stands still until a test moves it."""

from datetime import UTC, datetime, timedelta

# A Wednesday noon in UTC; 21:00 of the same day in Seoul.
NOON = datetime(2026, 3, 18, 12, tzinfo=UTC)


class StoppedClock:
    def __init__(self) -> None:
        self._now = NOON

    def now(self) -> datetime:
        return self._now

    def set(self, now: datetime) -> None:
        self._now = now.astimezone(UTC)

    def advance(self, by: timedelta) -> None:
        self._now += by
