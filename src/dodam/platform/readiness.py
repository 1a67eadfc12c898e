"""Whether a process has started, whether it can serve, and what is not well meanwhile."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping

import structlog
from msgspec import Struct

from dodam.platform.database import Database, DatabaseUnavailable, Reading
from dodam.platform.jobs.figures import Figures
from dodam.platform.stopping import Stopping

_LOG = structlog.get_logger(__name__)
_FRESH_SECONDS = 10.0
# So that many who ask do not wait for one time-out after the other.
_UNAVAILABLE_SECONDS = 1.0
_SECONDS = 5.0
# Of one that may be away; all are asked at once.
_AWAY_SECONDS = 2.0
_LOOK_AGAIN_SECONDS = 0.5

# Whether something outside, which this process can do without, does not answer.
Away = Callable[[], Awaitable[bool]]


class Readiness(Struct, frozen=True):
    """`ok`, or `degraded`, which serves all the same; the others do not, and `reasons` say why.

    `starting` lacks `schema` or `catalogue`, which `dodam migrate` brings; `stopping` was asked to;
    `unavailable` does not reach its `database`. `degraded` names what is not well: `valkey`, the
    storage of `media`, what lines of the log are to get to (`log_disk`, `log_database`,
    `log_bucket`), and each lane of background work that has not got through for ten minutes, as
    when its outside service is away.
    """

    status: str
    degraded: list[str] = []
    reasons: list[str] = []


_UNAVAILABLE = Readiness("unavailable", reasons=["database"])
_STOPPING = Readiness("stopping", reasons=["stopping"])


class Start:
    """Whether the database has what this release needs; once it had, it is not asked again.

    A schema newer than `revision` will do: migrations leave what the release before uses.
    """

    def __init__(
        self,
        database: Database,
        revision: str | None,
        is_loaded: Callable[[Reading], Awaitable[bool]],
    ) -> None:
        self._database = database
        self._revision = revision
        self._is_loaded = is_loaded
        self._started = False

    async def missing(self) -> list[str]:
        """What is not there: `database`, `schema` or `catalogue`; nothing if the process can work.

        Each needs the one before.
        """
        if self._started:
            return []
        try:
            async with asyncio.timeout(_SECONDS):
                found = await self._database.revision() or ""
                if found < (self._revision or ""):
                    return ["schema"]
                async with self._database.reading() as db:
                    self._started = await self._is_loaded(db)
        except (DatabaseUnavailable, TimeoutError):
            return ["database"]
        return [] if self._started else ["catalogue"]

    async def wait(self, stopping: Stopping) -> None:
        """Until nothing is missing, or the process is to stop."""
        told: list[str] = []
        while (missing := await self.missing()) and not stopping.is_asked:
            if missing != told:
                _LOG.warning("waiting for what is needed to start", missing=missing)
                told = missing
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)


class ReadinessCheck:
    """Asks the database and whatever may be away at most every ten seconds, one asker at a time."""

    def __init__(
        self,
        start: Start,
        stopping: Stopping,
        database: Database,
        figures: Figures,
        away: Mapping[str, Away],
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._start = start
        self._stopping = stopping
        self._database = database
        self._figures = figures
        self._away = away
        self._seconds = seconds
        self._asking = asyncio.Lock()
        self._found = _UNAVAILABLE
        self._fresh_until = 0.0

    async def __call__(self) -> Readiness:
        if self._stopping.is_asked:
            return _STOPPING
        async with self._asking:
            if self._seconds() >= self._fresh_until:
                self._found = await self._ask()
                serves = not self._found.reasons
                fresh = _FRESH_SECONDS if serves else _UNAVAILABLE_SECONDS
                self._fresh_until = self._seconds() + fresh
            return self._found

    async def _ask(self) -> Readiness:
        missing = await self._start.missing()
        if missing:
            return Readiness("starting", reasons=missing)
        try:
            async with asyncio.timeout(_SECONDS), self._database.reading() as db:
                late = [each.lane for each in await self._figures.late_lanes(db)]
        except (DatabaseUnavailable, TimeoutError):
            return _UNAVAILABLE
        away = await asyncio.gather(*map(_is_away, self._away.values()))
        degraded = [*late, *(name for name, is_so in zip(self._away, away, strict=True) if is_so)]
        return Readiness("degraded" if degraded else "ok", degraded)


async def _is_away(away: Away) -> bool:
    try:
        async with asyncio.timeout(_AWAY_SECONDS):
            return await away()
    except TimeoutError:
        return True
