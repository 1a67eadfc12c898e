"""What nobody tells of by himself: connections, jobs in the queue, the log, the event loop."""

import asyncio
from contextlib import suppress

import structlog

from dodam.platform.clock import Clock
from dodam.platform.database import Database, DatabaseUnavailable
from dodam.platform.jobs.figures import Figures
from dodam.platform.logging.lines import Importance
from dodam.platform.logging.log import Log
from dodam.platform.metrics import Counter, Gauge, Histogram

_LOG = structlog.get_logger(__name__)

_LAG = Histogram(
    "dodam_event_loop_lag_seconds",
    "How much later than it should the event loop comes to what is due, looked at twice a second.",
)
_CONNECTIONS = Gauge(
    "dodam_database_connections", "Connections to PostgreSQL, `used` or `idle`.", "state"
)
_MOST = Gauge("dodam_database_connections_max", "The most connections of this process.")
_WAITING = Gauge("dodam_database_waiting", "Scopes that wait for a connection.")
_JOBS = Gauge(
    "dodam_jobs",
    "Jobs in the queue of all processes: `waiting` for their time, `due`, `under_way`, or `held` "
    "as dead letters.",
    "lane",
    "kind",
    "state",
)
_OLDEST = Gauge(
    "dodam_jobs_oldest_due_seconds", "For how long the oldest due job is due.", "lane", "kind"
)
_LINES = Counter("dodam_log_lines", "Lines that were written.")
_DROPPED = Counter(
    "dodam_log_lines_dropped", "Lines for which there was no room in memory.", "importance"
)
_QUEUED = Gauge("dodam_log_queue_bytes", "Memory of lines that wait for the disk.")
_FILES = Gauge("dodam_log_file_bytes", "Size of the log files on this machine.")
_FAILING = Gauge("dodam_log_failing_seconds", "For how long the disk takes no lines; 0: it does.")
_UNREACHED = Gauge(
    "dodam_log_unreached_seconds",
    "Age of the oldest closed log file that has not got to where it is to.",
    "destination",
)

_TICK_SECONDS = 0.5
_TICKS_BETWEEN_QUESTIONS = 30
_ASKING_SECONDS = 5.0


class Watching:
    def __init__(self, database: Database, figures: Figures, log: Log, clock: Clock) -> None:
        self._database = database
        self._figures = figures
        self._log = log
        self._clock = clock
        self._written = 0
        self._dropped = dict.fromkeys(Importance, 0)

    async def run(self) -> None:
        """Look until cancelled: at the database every 15 seconds, at all else twice a second."""
        loop = asyncio.get_running_loop()
        ticks = 0
        while True:
            due = loop.time() + _TICK_SECONDS
            await asyncio.sleep(_TICK_SECONDS)
            _LAG.observe(max(loop.time() - due, 0))
            self._look()
            if ticks % _TICKS_BETWEEN_QUESTIONS == 0:
                try:
                    await self._ask()
                except Exception:  # noqa: BLE001 - whatever it was, the rest is looked at
                    _LOG.exception("the queue of jobs could not be looked at")
            ticks += 1

    def _look(self) -> None:
        with suppress(DatabaseUnavailable):
            pool = self._database.pool
            idle = pool.get_idle_size()
            _CONNECTIONS.set(idle, "idle")
            _CONNECTIONS.set(pool.get_size() - idle, "used")
        _MOST.set(self._database.pool_size)
        _WAITING.set(self._database.waiting)
        self._look_at_log()

    def _look_at_log(self) -> None:
        figures = self._log.figures()
        now = self._clock.now()
        _LINES.add(count=figures.written - self._written)
        self._written = figures.written
        for importance, count in figures.dropped.items():
            _DROPPED.add(importance.name.lower(), count=count - self._dropped[importance])
            self._dropped[importance] = count
        _QUEUED.set(figures.queued_bytes)
        _FILES.set(figures.file_bytes)
        since = figures.failing_since
        _FAILING.set((now - since).total_seconds() if since else 0)
        _UNREACHED.set_all(
            {
                (destination.value,): (now - since).total_seconds()
                for destination, since in figures.unreached_since.items()
            }
        )

    async def _ask(self) -> None:
        with suppress(DatabaseUnavailable, TimeoutError):
            async with asyncio.timeout(_ASKING_SECONDS), self._database.reading() as db:
                kinds = await self._figures.by_kind(db)
            now = self._clock.now()
            _JOBS.set_all(
                {
                    (each.lane or "", each.kind, state): getattr(each, state)
                    for each in kinds
                    for state in ("waiting", "due", "under_way", "held")
                }
            )
            _OLDEST.set_all(
                {
                    (each.lane or "", each.kind): (now - each.oldest_due).total_seconds()
                    for each in kinds
                    if each.oldest_due is not None
                }
            )
