"""The stores' clock, which may be run ahead of everybody else's."""

from collections.abc import Callable
from datetime import datetime, timedelta


class StoresClock:
    """Goes as `base` goes, and further by as much as it was run ahead; never back."""

    def __init__(self, base: Callable[[], datetime]) -> None:
        self._base = base
        self._ahead = timedelta()

    def now(self) -> datetime:
        return self._base() + self._ahead

    @property
    def ahead(self) -> timedelta:
        return self._ahead

    def run(self, by: timedelta) -> None:
        """Raises ValueError for a time that would lie back."""
        if by < timedelta():
            raise ValueError("the stores' clock does not run back")
        self._ahead += by

    def run_to(self, at: datetime) -> None:
        """Raises ValueError for a time that lies back."""
        self.run(at - self.now())
