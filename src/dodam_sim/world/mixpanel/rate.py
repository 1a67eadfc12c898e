"""What a project may send: https://docs.mixpanel.com/reference/import-events#rate-limit."""

from collections import deque
from datetime import datetime, timedelta

from msgspec import Struct

_MINUTE = timedelta(minutes=1)
_SECOND = timedelta(seconds=1)


class Rate(Struct, frozen=True):
    """Within a minute; `size` is in bytes of unpacked JSON."""

    events: int = 30_000 * 60
    size: int = 2_000_000_000


class Spending:
    """What was sent in the last minute, summed up by seconds."""

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self._sent = deque[tuple[datetime, int, int]]()

    def spend(self, events: int, size: int, now: datetime) -> bool:
        """Whether there was as much left; invalid events cost as much as valid ones."""
        while self._sent and self._sent[0][0] <= now - _MINUTE:
            self._sent.popleft()
        if (
            sum(sent for _, sent, _ in self._sent) + events > self._rate.events
            or sum(sent for _, _, sent in self._sent) + size > self._rate.size
        ):
            return False
        if self._sent and now - self._sent[-1][0] < _SECOND:
            at, earlier, earlier_size = self._sent.pop()
            self._sent.append((at, earlier + events, earlier_size + size))
        else:
            self._sent.append((now, events, size))
        return True
