"""Doing the queue's work: what one worker process takes, tries, tries again and holds.

A worker that dies is noticed by its missing heartbeat, and its jobs are taken over.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from pgqueuer.adapters.drivers.asyncpg import AsyncpgPoolDriver
from pgqueuer.core.buffers import HeartbeatBuffer, JobStatusLogBuffer
from pgqueuer.core.executors import (
    AbstractEntrypointExecutor,
    EntrypointExecutorParameters,
)
from pgqueuer.core.qm import QueueManager
from pgqueuer.core.sm import SchedulerManager
from pgqueuer.domain.errors import RetryRequested
from pgqueuer.domain.types import QueueEntrypoint
from pgqueuer.models import Context as PgQueuerContext
from pgqueuer.models import Job
from pgqueuer.ports.repository import EntrypointExecutionParameter

from dodam.platform.context import CONTEXT, Context
from dodam.platform.database import Database, DatabaseUnavailable, tells_of_absence
from dodam.platform.errors import Unexpected
from dodam.platform.jobs.headers import context_of
from dodam.platform.jobs.kinds import Kind, Kinds
from dodam.platform.jobs.lanes import Gathering, LaneCapacity, delay
from dodam.platform.jobs.outcomes import told
from dodam.platform.jobs.queue import NewJob, enqueue, next_due, queries
from dodam.platform.jobs.schedules import in_zone
from dodam.platform.masking.selecting import ids_in
from dodam.platform.rate_limit import RateLimits
from dodam.platform.work import CannotBeDone, Lane, TryLater

_LOG = structlog.get_logger(__name__)

HEARTBEAT_TIMEOUT = timedelta(seconds=30)
# A new job wakes the worker at once; one that waits to be tried again does not.
LONGEST_NAP = timedelta(seconds=1)
_TAKEN_TOGETHER = 100
_PAUSE_SECONDS = 2
_PLACE = "the worker"
_UNLIMITED = EntrypointExecutionParameter(concurrency_limit=0)


class JobFailed(Exception):
    """What the queue keeps of a failure: a reason of our own, or else its kind only.

    The words of another error may name a person, such as an address that a mail server refused.
    """


def _nobody_is_told(_place: str, _error: Exception) -> None:
    pass


class Jobs:
    """The work of one worker process: `run` does it until `stop`."""

    def __init__(
        self,
        database: Database,
        kinds: Kinds,
        rate_limits: RateLimits,
        *,
        takeover: timedelta = HEARTBEAT_TIMEOUT,
        unexpected: Unexpected = _nobody_is_told,
    ) -> None:
        self._database = database
        self._kinds = kinds
        self._rate_limits = rate_limits
        self._takeover = takeover
        self._unexpected = unexpected
        self._schedules: list[tuple[str, str, str]] = []
        self._stopping = asyncio.Event()
        self._queue: _LanedQueue | None = None

    def every(self, name: str, cron: str, zone: str) -> None:
        """Enqueue the kind `name` by a cron expression in a time zone.

        Once however many workers there are; not while the one before still waits.
        """
        self._schedules.append((name, cron, zone))

    def stop(self) -> None:
        """Take no new job; `run` returns when those under way are done."""
        self._stopping.set()

    @property
    def under_way(self) -> int:
        """How many jobs were taken and are not done."""
        return self._queue.under_way if self._queue is not None else 0

    def hand_back(self) -> int:
        """After `stop`: give up what is still under way, for other workers to do; how many."""
        return self._queue.hand_back() if self._queue is not None else 0

    async def run(self) -> None:
        """Work until `stop`; after a failure of the database, go on when it is back."""
        while not self._stopping.is_set():
            try:
                await self._work_until_stopped()
            except Exception as error:  # noqa: BLE001 - whatever it was, work must go on
                if tells_of_absence(error):
                    _LOG.warning("the worker waits for the database")
                else:
                    _LOG.exception("the worker was interrupted and starts again", place=_PLACE)
                    self._unexpected(_PLACE, error)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_PAUSE_SECONDS):
                        await self._stopping.wait()

    async def _work_until_stopped(self) -> None:
        pool: Any = self._database.pool
        driver = AsyncpgPoolDriver(pool)
        queue = _LanedQueue(
            queries(driver), self._kinds, self._rate_limits, self._stopping, self._unexpected
        )
        self._queue = queue
        scheduler = SchedulerManager(queries(driver))
        for name, cron, zone in self._schedules:
            scheduler.schedule(name, cron, executor_factory=in_zone(zone))(self._enqueuer(name))
        stopping = asyncio.create_task(self._stop(queue, scheduler))
        try:
            async with asyncio.TaskGroup() as managers:
                managers.create_task(
                    queue.run(
                        dequeue_timeout=LONGEST_NAP,
                        batch_size=_TAKEN_TOGETHER,
                        heartbeat_timeout=self._takeover,
                    )
                )
                managers.create_task(scheduler.run())
        finally:
            stopping.cancel()

    async def _stop(self, queue: QueueManager, scheduler: SchedulerManager) -> None:
        """Pass `stop` on. The managers' own events say too that they failed; then we go on."""
        await self._stopping.wait()
        queue.shutdown.set()
        scheduler.shutdown.set()

    def _enqueuer(self, name: str) -> Callable[[Any], Awaitable[None]]:
        async def add(_: Any) -> None:
            job = NewJob(
                name=name,
                payload=b"",
                priority=self._kinds[name].policy.priority,
                dedupe_key=f"schedule:{name}",
            )
            async with self._database.pool.acquire() as connection:
                await enqueue(connection, [job])

        return add


class _LanedQueue(QueueManager):
    """PgQueuer's manager, taking only what a lane of this worker has room for.

    PgQueuer's own limits are counted in the database and cost a tenth of a second whenever one
    is reached; see docs/decisions.
    """

    def __init__(
        self,
        rows: Any,
        kinds: Kinds,
        rate_limits: RateLimits,
        stopping: asyncio.Event,
        unexpected: Unexpected,
    ) -> None:
        super().__init__(rows)
        self._under_way: set[asyncio.Task[None]] = set()
        self._lanes: dict[str, LaneCapacity] = {}
        self._lane_of: dict[str, LaneCapacity] = {}
        self._room = asyncio.Event()
        for kind in kinds:
            lane = self._lane(kind.policy.lane, rate_limits, stopping)
            lane.make_room_for(kind)
            self._lane_of[kind.name] = lane
            self.register_executor(kind.name, _Executor(kind, lane, self._done, unexpected))

    @property
    def under_way(self) -> int:
        return len(self._under_way)

    def hand_back(self) -> int:
        for task in self._under_way:
            task.cancel()
        return self.under_way

    def entrypoints_below_capacity_limits(self) -> set[QueueEntrypoint]:
        return {name for name in self.entrypoint_registry if not self._lane_of[name].is_full}

    async def fetch_jobs(
        self,
        batch_size: int,
        global_concurrency_limit: int | None,
        heartbeat_timeout: timedelta,
    ) -> AsyncGenerator[Job]:
        """Take what there is; less than could be taken means that there is no more."""
        taken = batch_size
        while taken == batch_size and not self.shutdown.is_set():
            kinds = self.entrypoints_below_capacity_limits()
            jobs = await self.queries.dequeue(
                batch_size=batch_size,
                entrypoints=dict.fromkeys(kinds, _UNLIMITED),
                queue_manager_id=self.queue_manager_id,
                global_concurrency_limit=global_concurrency_limit,
                heartbeat_timeout=heartbeat_timeout,
            )
            taken = len(jobs)
            for job in jobs:
                self._lane_of[job.entrypoint].taken.add(job.id)
                yield job

    async def log_failure(
        self,
        job: Job,
        executor: AbstractEntrypointExecutor,
        exc: Exception,
        jbuff: JobStatusLogBuffer,
    ) -> None:
        """Hold a job only if its policy says so.

        Another failure is the database's, which did not note that the job is to be tried again:
        without a heartbeat it is taken over, as if this worker had died.
        """
        if isinstance(exc, JobFailed):
            await super().log_failure(job, executor, exc, jbuff)
        else:
            _LOG.warning("a job was not put off; it is taken over later", job=job.id, exc_info=exc)

    async def _dispatch(
        self,
        job: Job,
        jbuff: JobStatusLogBuffer,
        hbuff: HeartbeatBuffer,
        heartbeat_timeout: timedelta,
    ) -> None:
        task: Any = asyncio.current_task()
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        await super()._dispatch(job, jbuff, hbuff, heartbeat_timeout)

    async def _effective_dequeue_timeout(self, dequeue_timeout: timedelta) -> timedelta:
        """Until the next job is due, or a lane that was full has room; one question for both."""
        self._room.clear()
        due = await next_due(self.queries, self.entrypoints_below_capacity_limits())
        nap = dequeue_timeout if due is None else min(due, dequeue_timeout)
        if any(lane.is_full for lane in self._lanes.values()):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(nap.total_seconds()):
                    await self._room.wait()
            return timedelta(0)
        return nap

    def _lane(self, lane: Lane, rate_limits: RateLimits, stopping: asyncio.Event) -> LaneCapacity:
        if lane.name not in self._lanes:
            self._lanes[lane.name] = LaneCapacity(lane, rate_limits, stopping)
        return self._lanes[lane.name]

    def _done(self, job: Job) -> None:
        self._lane_of[job.entrypoint].taken.discard(job.id)
        self._room.set()


class _Executor(AbstractEntrypointExecutor):
    """Does a job by its kind's policy."""

    def __init__(
        self,
        kind: Kind,
        lane: LaneCapacity,
        done: Callable[[Job], None],
        unexpected: Unexpected,
    ) -> None:
        super().__init__(EntrypointExecutorParameters(0, _no_function, on_failure="hold"))
        self._kind = kind
        self._lane = lane
        self._done = done
        self._unexpected = unexpected
        self._gathering = Gathering(kind, lane)

    async def execute(self, job: Job, context: PgQueuerContext) -> None:
        del context
        # The manager does each job in a task of its own, so that the context ends with it.
        found = context_of(job)
        CONTEXT.set(found)
        with told(job, self._kind, found):
            try:
                await self._perform(job, found)
            except asyncio.CancelledError:
                # Left to itself PgQueuer would delete the job.
                raise RetryRequested(reason="its worker stopped") from None
            except Exception as error:  # noqa: BLE001 - whatever it was, the policy decides
                self._decide(job, error)
            else:
                arguments = ids_in(job.payload or b"")
                _LOG.debug("a job is done", attempt=job.attempts, arguments=arguments)
            finally:
                self._done(job)

    async def _perform(self, job: Job, context: Context) -> None:
        payload = job.payload or b""
        if self._kind.most > 1:
            await self._gathering.add(payload, job.attempts, context)
            return
        for outcome in await self._lane.attempt(self._kind, [payload]):
            if outcome is not None:
                raise outcome

    def _decide(self, job: Job, error: Exception) -> None:
        """Raises RetryRequested, or JobFailed, which has the queue hold the job."""
        policy = self._kind.policy
        known = isinstance(error, TryLater | CannotBeDone | DatabaseUnavailable)
        reason = str(error) if known else type(error).__name__
        _LOG.warning(
            "a job is not done",
            attempt=job.attempts,
            reason=reason,
            arguments=ids_in(job.payload or b""),
            exc_info=not known and error,
        )
        if not known:
            self._unexpected(job.entrypoint, error)
        tried = job.attempts + 1
        for_good = isinstance(error, CannotBeDone)
        if for_good or (
            tried >= policy.attempts and datetime.now(UTC) - job.created > policy.patience
        ):
            raise JobFailed(reason) from None
        wanted = error.after if isinstance(error, TryLater) else None
        raise RetryRequested(wanted or delay(policy, job.attempts), reason) from None


async def _no_function(_: Job) -> None:
    """PgQueuer asks for a function beside the executor, and never calls it."""
    raise NotImplementedError
