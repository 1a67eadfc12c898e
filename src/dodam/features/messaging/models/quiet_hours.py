"""When no phone is to ring."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

# Messages go to Korean numbers only, and so to people who sleep when Korea does.
_ZONE = ZoneInfo("Asia/Seoul")


class QuietHours(Struct, frozen=True):
    """From `begins`, included, to `ends`, on the clocks of Korea; none if both are the same."""

    begins: time
    ends: time

    @classmethod
    def read(cls, written: str) -> "QuietHours":
        """`21:00-08:00`. Raises ValueError."""
        begins, _, ends = written.partition("-")
        return cls(time.fromisoformat(begins), time.fromisoformat(ends))

    def over_at(self, at: datetime) -> datetime | None:
        """When the quiet hours that `at` lies in are over; None outside of them."""
        local = at.astimezone(_ZONE)
        now = local.time()
        over_midnight = self.begins > self.ends
        if over_midnight:
            is_quiet = now >= self.begins or now < self.ends
        else:
            is_quiet = self.begins <= now < self.ends
        if not is_quiet:
            return None
        day = local.date()
        if over_midnight and now >= self.begins:
            day += timedelta(days=1)
        return datetime.combine(day, self.ends, _ZONE).astimezone(UTC)
