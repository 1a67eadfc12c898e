"""Events: written with their fact, delivered at least once, with effect once."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from dodam.platform.clock import SystemClock
from dodam.platform.database import Database, Event, Transaction
from dodam.platform.jobs import worker as worker_module
from dodam.platform.jobs.kinds import Kinds
from dodam.platform.jobs.queue import NewJob, enqueue
from dodam.platform.jobs.worker import Jobs
from dodam.platform.outbox import Outbox
from dodam.platform.rate_limit import RateLimits
from dodam.platform.work import Policy
from tests.worker import working

SOON = Policy(first_delay=timedelta(milliseconds=10))
Handler = Callable[[Transaction, "Happened"], Awaitable[None]]


class Happened(Event, frozen=True, tag="tests.happened.v1"):
    id: UUID


async def _nothing(_: Transaction, __: "Happened") -> None:
    pass


@asynccontextmanager
async def _wired(
    url: str, name: str, handler: Handler, policy: Policy = SOON
) -> AsyncGenerator[tuple[Database, Jobs]]:
    kinds = Kinds()
    outbox = Outbox(SystemClock(), kinds)
    database = Database(url, pool_size=6, publisher=outbox)
    outbox.subscribe(Happened, name, handler, policy=policy)
    outbox.register(database)
    # What a worker took just before it was cut off is taken over once its heartbeat is missed.
    jobs = Jobs(database, kinds, RateLimits(), takeover=timedelta(seconds=2))
    await database.open()
    try:
        yield database, jobs
    finally:
        await database.close()


async def _jobs(database: Database, name: str, status: str = "%") -> int:
    async with database.reading() as db:
        rows = await db.fetch(
            "select count(*) from jobs.pgqueuer where entrypoint = $1 and status::text like $2",
            f"deliver:{name}",
            status,
        )
    return rows[0][0]


async def _until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(20):
        while not await condition():  # noqa: ASYNC110 - jobs are rows; nothing here is told
            await asyncio.sleep(0.02)


async def test_an_event_is_written_only_if_its_fact_is(database_url: str) -> None:
    name = uuid4().hex
    async with _wired(database_url, name, _nothing) as (database, _):
        with suppress(ZeroDivisionError):
            async with database.transaction() as tx:
                await tx.publish(Happened(id=uuid4()))
                raise ZeroDivisionError
        assert await _jobs(database, name) == 0
        async with database.transaction() as tx:
            await tx.publish(Happened(id=uuid4()))
        assert await _jobs(database, name) == 1


async def test_an_event_reaches_its_subscriber(database_url: str) -> None:
    name, seen = uuid4().hex, list[UUID]()

    async def note(_: Transaction, event: Happened) -> None:
        seen.append(event.id)

    async with _wired(database_url, name, note) as (database, jobs), working(jobs):
        sent = [uuid4() for _ in range(20)]
        async with database.transaction() as tx:
            for each in sent:
                await tx.publish(Happened(id=each))
        await _until(lambda: _equal(len(seen), 20, seen))
    assert sorted(seen) == sorted(sent)


async def _equal(_: int, wanted: int, seen: list[UUID]) -> bool:
    return len(seen) >= wanted


async def test_a_delivery_that_comes_twice_takes_effect_once(database_url: str) -> None:
    name, seen = uuid4().hex, list[UUID]()

    async def note(_: Transaction, event: Happened) -> None:
        seen.append(event.id)

    async with _wired(database_url, name, note) as (database, jobs):
        async with database.transaction() as tx:
            await tx.publish(Happened(id=uuid4()))
        async with database.reading() as db:
            rows = await db.fetch(
                "select payload from jobs.pgqueuer where entrypoint = $1", f"deliver:{name}"
            )
        async with database.pool.acquire() as connection:
            twice = [NewJob(name=f"deliver:{name}", payload=rows[0]["payload"])] * 2
            await enqueue(connection, twice)
        async with working(jobs):
            await _until(lambda: _gone(database, name))
    assert len(seen) == 1


async def _gone(database: Database, name: str) -> bool:
    return await _jobs(database, name) == 0


async def test_a_handler_that_fails_is_tried_again_and_leaves_nothing_half_done(
    database_url: str,
) -> None:
    name, tries = uuid4().hex, list[int]()

    async def fail_twice(tx: Transaction, event: Happened) -> None:
        await tx.execute(
            "insert into outbox.delivered values ($1, $2, now())", event.id, "half done"
        )
        tries.append(1)
        if len(tries) < 3:
            raise ConnectionError

    event = Happened(id=uuid4())
    async with _wired(database_url, name, fail_twice) as (database, jobs), working(jobs):
        async with database.transaction() as tx:
            await tx.publish(event)
        await _until(lambda: _gone(database, name))
    assert len(tries) == 3


async def test_a_handler_that_always_fails_is_held_for_replay(database_url: str) -> None:
    once = Policy(attempts=2, first_delay=timedelta(milliseconds=10))
    name = uuid4().hex

    async def fail(_: Transaction, __: Happened) -> None:
        raise ConnectionError

    async def held() -> bool:
        return await _jobs(database, name, "failed") == 1

    async with _wired(database_url, name, fail, once) as (database, jobs), working(jobs):
        async with database.transaction() as tx:
            await tx.publish(Happened(id=uuid4()))
        await _until(held)


async def test_the_worker_goes_on_after_the_database_cut_its_connections(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "_PAUSE_SECONDS", 0.05)
    name, seen = uuid4().hex, list[UUID]()

    async def note(_: Transaction, event: Happened) -> None:
        seen.append(event.id)

    async def publish(database: Database) -> None:
        async with database.transaction() as tx:
            await tx.publish(Happened(id=uuid4()))

    async with _wired(database_url, name, note) as (database, jobs), working(jobs):
        await publish(database)
        await _until(lambda: _equal(0, 1, seen))
        async with database.transaction() as tx:
            await tx.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where application_name = 'dodam' and pid <> pg_backend_pid()"
            )
        await _until(lambda: _accepted(publish, database))
        await _until(lambda: _equal(0, 2, seen))


async def _accepted(publish: Callable[[Database], Awaitable[None]], database: Database) -> bool:
    try:
        await publish(database)
    except Exception:  # noqa: BLE001 - the pool may still hold a dead connection
        return False
    return True


async def test_handlers_that_wait_for_others_leave_connections_to_requests(
    database_url: str,
) -> None:
    name, under_way, answered = uuid4().hex, 0, asyncio.Event()

    async def wait(_: Transaction, __: Happened) -> None:
        nonlocal under_way
        under_way += 1
        await answered.wait()

    async with _wired(database_url, name, wait) as (database, jobs):
        async with database.transaction() as tx:
            for _ in range(12):
                await tx.publish(Happened(id=uuid4()))
        async with working(jobs):

            async def some_wait() -> bool:
                return under_way > 1

            await _until(some_wait)
            # Long enough for whatever takes more connections to have them.
            try:
                for _ in range(100):
                    async with asyncio.timeout(2), database.reading() as db:
                        await db.fetch("select 1")
                    await asyncio.sleep(0.005)
            finally:
                answered.set()

            async def none_left() -> bool:
                return await _jobs(database, name) == 0

            await _until(none_left)
