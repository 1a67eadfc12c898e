"""A queue and its workers for a test, on a database of its own."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pgqueuer.adapters.drivers.asyncpg import AsyncpgPoolDriver

from dodam.platform.clock import SystemClock
from dodam.platform.database import Database
from dodam.platform.jobs.kinds import Kinds
from dodam.platform.jobs.queue import NewJob, enqueue, queries
from dodam.platform.jobs.worker import Jobs
from dodam.platform.outbox import Outbox
from dodam.platform.rate_limit import RateLimits
from dodam.platform.work import Policy
from tests.worker import working

SOON = timedelta(milliseconds=10)
# What fails is tried again at once.
EAGER = Policy(first_delay=SOON, longest_delay=SOON)
TAKEOVER = timedelta(seconds=2)


@dataclass
class Queue:
    """What is to be done, and who does it: register kinds and subscribers, then `at_work`."""

    database: Database
    kinds: Kinds
    outbox: Outbox

    def __post_init__(self) -> None:
        self.unexpected = list[tuple[str, Exception]]()

    def worker(self) -> Jobs:
        return Jobs(
            self.database,
            self.kinds,
            RateLimits(),
            takeover=TAKEOVER,
            unexpected=lambda place, error: self.unexpected.append((place, error)),
        )

    @asynccontextmanager
    async def at_work(self, workers: int = 1) -> AsyncGenerator[None]:
        async with AsyncExitStack() as stack:
            for _ in range(workers):
                await stack.enter_async_context(working(self.worker()))
            yield

    async def add(self, name: str, *payloads: bytes, **options: Any) -> None:
        async with self.database.pool.acquire() as connection:
            jobs = [NewJob(name=name, payload=each, **options) for each in payloads]
            await enqueue(connection, jobs)

    async def sum_up(self) -> None:
        """What workers do with their log every half minute."""
        pool: Any = self.database.pool
        await queries(AsyncpgPoolDriver(pool)).aggregate_logs()

    async def rows(self, query: str, *args: object) -> list[dict[str, Any]]:
        async with self.database.reading() as db:
            return [dict(row) for row in await db.fetch(query, *args)]

    async def jobs(self) -> list[dict[str, Any]]:
        """Every job there is, the oldest first."""
        return await self.rows(
            "select *, status::text as status, execute_after - updated as wait"
            " from jobs.pgqueuer order by id"
        )

    async def statuses(self) -> list[str]:
        return [job["status"] for job in await self.jobs()]

    async def until(self, *statuses: str) -> None:
        """Until the jobs that there are have these statuses."""
        await until(lambda: self._have(list(statuses)))

    async def _have(self, statuses: list[str]) -> bool:
        return await self.statuses() == statuses


@asynccontextmanager
async def queue_on(url: str) -> AsyncGenerator[Queue]:
    kinds = Kinds()
    outbox = Outbox(SystemClock(), kinds)
    database = Database(url, pool_size=20, publisher=outbox)
    await database.open()
    try:
        yield Queue(database, kinds, outbox)
    finally:
        await database.close()


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(30):
        while not await condition():  # noqa: ASYNC110 - jobs are rows; nothing here is told
            await asyncio.sleep(0.01)


async def until_so(condition: Callable[[], object]) -> None:
    async def so() -> bool:
        return bool(condition())

    await until(so)
