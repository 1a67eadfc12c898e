"""Background work on PgQueuer: jobs are rows beside the business data, so none is lost.

A job is tried again with growing delays; one that keeps failing is held for replay. A worker that
dies is noticed by its missing heartbeat, and its jobs are taken over.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import structlog
from pgqueuer import PgQueuer
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver, AsyncpgPoolDriver
from pgqueuer.adapters.persistence.qb import (
    QueryBuilderEnvironment,
    QueryQueueBuilder,
    QuerySchedulerBuilder,
)
from pgqueuer.core.executors import DatabaseRetryEntrypointExecutor
from pgqueuer.domain.settings import DBSettings
from pgqueuer.models import Job, Schedule
from pgqueuer.queries import Queries

from dodam.platform.database import Database

if TYPE_CHECKING:
    from pgqueuer.ports.driver import Driver

    from dodam.platform.database import RawConnection

_LOG = structlog.get_logger(__name__)

SCHEMA = "jobs"
ATTEMPTS = 12
FIRST_DELAY = timedelta(seconds=1)
LONGEST_DELAY = timedelta(hours=1)
HEARTBEAT_TIMEOUT = timedelta(seconds=30)
# A new job wakes the worker at once; one that waits to be tried again does not.
LONGEST_NAP = timedelta(seconds=1)
_PAUSE_SECONDS = 2

Work = Callable[[bytes], Awaitable[None]]


class JobFailed(Exception):
    """What the queue keeps of a failure, for ever: its kind only.

    The words of an error may name a person, such as an address that a mail server refused.
    """


ScheduledWork = Callable[[], Awaitable[None]]


def queries(driver: "Driver") -> Queries:
    """PgQueuer's statements on our schema."""
    settings = DBSettings(db_schema=SCHEMA)
    return Queries(
        driver,
        QueryBuilderEnvironment(settings),
        QueryQueueBuilder(settings),
        QuerySchedulerBuilder(settings),
    )


async def enqueue(connection: "RawConnection", jobs: Sequence[tuple[str, bytes]]) -> None:
    """Add jobs (name, payload) in the connection's transaction, or at once outside of one."""
    raw: Any = connection
    await queries(AsyncpgDriver(raw)).enqueue(
        [name for name, _ in jobs], [payload for _, payload in jobs], [0] * len(jobs)
    )


class Jobs:
    """The work one worker process does; `on` and `every` fill it, `run` does it until `stop`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._work: dict[str, Work] = {}
        self._schedules: dict[str, tuple[str, ScheduledWork]] = {}
        self._stopping = asyncio.Event()

    def on(self, name: str, work: Work) -> None:
        self._work[name] = work

    def every(self, name: str, cron: str, work: ScheduledWork) -> None:
        """Run `work` by a cron expression (UTC), once however many workers there are."""
        self._schedules[name] = (cron, work)

    def stop(self) -> None:
        """Take no new job; `run` returns when those under way are done."""
        self._stopping.set()

    async def run(self) -> None:
        """Work until `stop`; after a failure of the database, go on when it is back."""
        while not self._stopping.is_set():
            try:
                await self._work_until_stopped()
            except Exception:  # noqa: BLE001 - whatever it was, work must go on
                _LOG.exception("the worker was interrupted and starts again")
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._stopping.wait(), _PAUSE_SECONDS)

    async def _work_until_stopped(self) -> None:
        pool: Any = self._database.pool
        driver = AsyncpgPoolDriver(pool)
        queue = PgQueuer(driver, queries=queries(driver))
        for name, work in self._work.items():
            queue.entrypoint(name, on_failure="hold", executor_factory=_retrying)(_job(work))
        for name, (cron, scheduled) in self._schedules.items():
            queue.schedule(name, cron)(_schedule(scheduled))
        # A job may wait for an outside service on its connection: it leaves some to requests.
        at_once = max(2, self._database.pool_size // 2)
        stopping = asyncio.create_task(self._stop(queue))
        try:
            await queue.run(
                dequeue_timeout=LONGEST_NAP,
                heartbeat_timeout=HEARTBEAT_TIMEOUT,
                max_concurrent_tasks=at_once,
                batch_size=at_once // 2,  # twice as much is under way at most, says PgQueuer
            )
        finally:
            stopping.cancel()

    async def _stop(self, queue: PgQueuer) -> None:
        """Pass `stop` on. The queue's own event says too that it failed, and then we go on."""
        await self._stopping.wait()
        queue.shutdown.set()


def _retrying(parameters: Any) -> DatabaseRetryEntrypointExecutor:
    return DatabaseRetryEntrypointExecutor(
        parameters,
        max_attempts=ATTEMPTS,
        initial_delay=FIRST_DELAY,
        max_delay=LONGEST_DELAY,
    )


def _job(work: Work) -> Callable[[Job], Awaitable[None]]:
    async def run(job: Job) -> None:
        try:
            await work(job.payload or b"")
        except Exception as error:  # noqa: BLE001 - whatever it was, it is the queue's to try again
            _LOG.warning("a job failed", job=job.entrypoint, attempt=job.attempts, exc_info=error)
            raise JobFailed(type(error).__name__) from None

    return run


def _schedule(work: ScheduledWork) -> Callable[[Schedule], Awaitable[None]]:
    async def run(_: Schedule) -> None:
        await work()

    return run
