"""dodam doing what `bullmq.mjs` has BullMQ do, with its own outbox, kinds and worker."""

import asyncio
import time
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from dodam.platform.clock import SystemClock
from dodam.platform.database import Database
from dodam.platform.jobs.kinds import Kinds
from dodam.platform.jobs.worker import Jobs
from dodam.platform.outbox import Outbox
from dodam.platform.rate_limit import RateLimits
from dodam.platform.work import Lane, Policy, Task

_BULK = 1000


@dataclass(frozen=True)
class Order:
    """How much is measured: `rate` is jobs a second of the run under load."""

    jobs: int
    samples: int
    concurrency: int
    rate: int
    seconds: int


@dataclass(frozen=True)
class Outcome:
    """Milliseconds a sample (`enqueue`, `idle`, `loaded`), jobs a second (`bulk`, `drained`).

    `fact` is one inserted row in a transaction, `fact_and_task` the same with a task: the
    difference is what a task costs a request.
    """

    enqueue: list[float]
    bulk: float
    drained: float
    idle: list[float]
    loaded: list[float]
    fact: list[float]
    fact_and_task: list[float]


class Timed(Task, frozen=True, tag="bench.timed.v1"):
    account_id: UUID = UUID("01890a5d-ac96-774b-bcce-b302099a8057")
    at: float = 0


async def measure(url: str, order: Order) -> Outcome:
    kinds = Kinds()
    database = Database(url, pool_size=10, publisher=Outbox(SystemClock(), kinds))
    run = _Run(database, kinds, order)
    await database.open()
    try:
        async with database.transaction() as tx:
            await tx.execute("create unlogged table if not exists bench_warm_up (id int)")
            await tx.execute("create table if not exists bench_fact (id bigint, body text)")
        enqueue = await run.one_by_one()
        bulk = await run.bulk()
        drained = await run.drain(order.samples + order.jobs)
        idle = await run.latency(0.025, order.samples // 2)
        loaded = await run.latency(1 / order.rate, order.rate * order.seconds)
        fact, both = await run.facts()
        await run.drain(order.samples)
        return Outcome(enqueue, bulk, drained, idle, loaded, fact, both)
    finally:
        await database.close()


class _Run:
    def __init__(self, database: Database, kinds: Kinds, order: Order) -> None:
        self._database = database
        self._kinds = kinds
        self._order = order
        self._done = 0
        self._wanted = 0
        self._all_done = asyncio.Event()
        self._took = list[float]()
        lane = Lane(name="bench", at_once=order.concurrency)
        kinds.perform(Timed, self._work, Policy(lane=lane))

    async def one_by_one(self) -> list[float]:
        took = list[float]()
        for _ in range(self._order.samples):
            started = time.perf_counter()
            async with self._database.statement() as tx:
                await tx.enqueue(Timed())
            took.append((time.perf_counter() - started) * 1000)
        return took

    async def bulk(self) -> float:
        started = time.perf_counter()
        for _ in range(0, self._order.jobs, _BULK):
            async with self._database.statement() as tx:
                await tx.enqueue(*[Timed()] * _BULK)
        return self._order.jobs / (time.perf_counter() - started)

    async def drain(self, count: int) -> float:
        jobs = self._worker(count)
        started = time.perf_counter()
        work = asyncio.create_task(jobs.run())
        await self._all_done.wait()
        took = time.perf_counter() - started
        jobs.stop()
        await work
        return count / took

    async def latency(self, gap: float, count: int) -> list[float]:
        jobs = self._worker(count)
        work = asyncio.create_task(jobs.run())
        await asyncio.sleep(0.3)
        begun = time.perf_counter()
        adding = set[asyncio.Task[None]]()
        for number in range(count):
            await asyncio.sleep(max(0, begun + number * gap - time.perf_counter()))
            task = asyncio.create_task(self._add())
            adding.add(task)
            task.add_done_callback(adding.discard)
        await self._all_done.wait()
        jobs.stop()
        await work
        return self._took

    async def facts(self) -> tuple[list[float], list[float]]:
        """In turns, so that what else the machine does weighs on both."""
        alone, with_task = list[float](), list[float]()
        for number in range(self._order.samples):
            for task, took in ((False, alone), (True, with_task)):
                started = time.perf_counter()
                async with self._database.transaction() as tx:
                    await tx.execute("insert into bench_fact values ($1, 'fact')", number)
                    if task:
                        await tx.enqueue(Timed())
                took.append((time.perf_counter() - started) * 1000)
        return alone, with_task

    def _worker(self, count: int) -> Jobs:
        self._done, self._wanted, self._took = 0, count, []
        self._all_done.clear()
        return Jobs(self._database, self._kinds, RateLimits(), takeover=timedelta(seconds=30))

    async def _add(self) -> None:
        task = Timed(at=time.perf_counter())
        async with self._database.statement() as tx:
            await tx.enqueue(task)

    async def _work(self, task: Timed) -> None:
        if task.at:
            self._took.append((time.perf_counter() - task.at) * 1000)
        self._done += 1
        if self._done == self._wanted:
            self._all_done.set()
