"""Moving windows in memory, for a process that counts alone.

The limits library's own storage in memory looks through every key, with a change of threads for
each, in the background of each use: with ten thousand keys that is a core's work.
"""

import time
from collections import OrderedDict, deque
from dataclasses import dataclass, field

from limits import RateLimitItem, WindowStats

_LOOKED_AT_EACH_USE = 2


@dataclass
class _Window:
    seconds: int
    uses: deque[float] = field(default_factory=deque[float])

    def move_to(self, now: float) -> None:
        while self.uses and self.uses[0] <= now - self.seconds:
            self.uses.popleft()


class MovingWindows:
    """Counts uses like `limits.aio.strategies.MovingWindowRateLimiter`, whose face it has."""

    def __init__(self) -> None:
        self._windows: OrderedDict[str, _Window] = OrderedDict()

    async def hit(self, item: RateLimitItem, *identifiers: str) -> bool:
        """Count a use if there is room for it; whether there was."""
        now = time.time()
        self._drop_empty(now)
        key = item.key_for(*identifiers)
        window = self._windows.setdefault(key, _Window(item.get_expiry()))
        window.move_to(now)
        if len(window.uses) >= item.amount:
            return False
        window.uses.append(now)
        return True

    async def test(self, item: RateLimitItem, *identifiers: str) -> bool:
        """Whether there is room for a use."""
        return (await self.get_window_stats(item, *identifiers)).remaining > 0

    async def get_window_stats(self, item: RateLimitItem, *identifiers: str) -> WindowStats:
        """When the oldest use will count no longer, and how many more there is room for."""
        now = time.time()
        window = self._windows.get(item.key_for(*identifiers))
        if window is None:
            return WindowStats(now, item.amount)
        window.move_to(now)
        oldest = window.uses[0] + window.seconds if window.uses else now
        return WindowStats(oldest, item.amount - len(window.uses))

    async def clear(self, item: RateLimitItem, *identifiers: str) -> None:
        self._windows.pop(item.key_for(*identifiers), None)

    def _drop_empty(self, now: float) -> None:
        """Look at the windows that were not looked at for longest, and keep those in use."""
        for _ in range(min(_LOOKED_AT_EACH_USE, len(self._windows))):
            key, window = self._windows.popitem(last=False)
            window.move_to(now)
            if window.uses:
                self._windows[key] = window
