"""Whether a process can serve, and what is not well without keeping it from serving."""

import asyncio
import time
from collections.abc import Callable

from msgspec import Struct

from dodam.platform.database import Database, DatabaseUnavailable
from dodam.platform.jobs.figures import Figures
from dodam.platform.rate_limit import RateLimits

_FRESH_SECONDS = 10.0
# So that many who ask do not wait for one time-out after the other.
_UNAVAILABLE_SECONDS = 1.0
_SECONDS = 5.0
_VALKEY = "valkey"


class Readiness(Struct, frozen=True):
    """`ok`, or `degraded`, which serves all the same, or `unavailable`, which does not.

    `degraded` names what is not well: `valkey`, which is away, and each lane of background work
    that has not got through for ten minutes, as when its outside service is away.
    """

    status: str
    degraded: list[str]


_UNAVAILABLE = Readiness("unavailable", [])


class ReadinessCheck:
    """Asks the database at most every ten seconds, and one question at a time."""

    def __init__(
        self,
        database: Database,
        figures: Figures,
        rate_limits: RateLimits,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._figures = figures
        self._rate_limits = rate_limits
        self._seconds = seconds
        self._asking = asyncio.Lock()
        self._found = _UNAVAILABLE
        self._fresh_until = 0.0

    async def __call__(self) -> Readiness:
        async with self._asking:
            if self._seconds() >= self._fresh_until:
                self._found = await self._ask()
                away = self._found is _UNAVAILABLE
                fresh = _UNAVAILABLE_SECONDS if away else _FRESH_SECONDS
                self._fresh_until = self._seconds() + fresh
            return self._found

    async def _ask(self) -> Readiness:
        try:
            async with asyncio.timeout(_SECONDS), self._database.reading() as db:
                degraded = [each.lane for each in await self._figures.late_lanes(db)]
        except (DatabaseUnavailable, TimeoutError):
            return _UNAVAILABLE
        if await self._rate_limits.is_away():
            degraded.append(_VALKEY)
        return Readiness("degraded" if degraded else "ok", degraded)
