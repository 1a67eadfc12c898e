"""N06, N07: a task is tried as its policy says, put off as a service wishes, and held at last."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from dodam.platform.jobs.lanes import delay
from dodam.platform.work import CannotBeDone, Lane, Policy, Task, TryLater
from tests.platform.working import EAGER, SOON, Queue, until, until_so

MINUTE = timedelta(minutes=1)


class Greet(Task, frozen=True, tag="tests.greet.v1"):
    id: UUID


@pytest.mark.parametrize(
    ("tries", "seconds"), [(0, 4), (1, 8), (5, 128), (9, 600), (40, 600), (10_000, 600)]
)
def test_N06_delays_double_up_to_the_longest_and_differ_by_chance(tries: int, seconds: int) -> None:
    policy = Policy(first_delay=timedelta(seconds=4), longest_delay=timedelta(seconds=600))
    delays = {delay(policy, tries).total_seconds() for _ in range(200)}
    assert all(seconds / 2 <= each <= seconds for each in delays)
    assert max(delays) - min(delays) > seconds / 4


async def test_N06_what_always_fails_is_held_after_its_attempts(queue: Queue) -> None:
    tries = list[bytes]()

    async def fail(payload: bytes) -> None:
        tries.append(payload)
        raise ConnectionError

    policy = Policy(first_delay=SOON, longest_delay=SOON, attempts=3)
    queue.kinds.add("fails", fail, policy)
    await queue.add("fails", b"x")
    async with queue.at_work():
        await queue.until("failed")
    assert tries == [b"x"] * 3


async def test_N06_what_is_young_is_tried_on_whatever_its_attempts(queue: Queue) -> None:
    tries = list[bytes]()

    async def fail(payload: bytes) -> None:
        tries.append(payload)
        raise TryLater("away")

    policy = Policy(first_delay=SOON, longest_delay=SOON, attempts=3, patience=timedelta(days=3))
    queue.kinds.add("patient", fail, policy)
    await queue.add("patient", b"x")
    async with queue.at_work():
        await until_so(lambda: len(tries) > 6)
        assert "failed" not in await queue.statuses()
        await queue.rows("update jobs.pgqueuer set created = created - interval '4 days'")
        await queue.until("failed")


async def test_N06_a_service_that_asks_to_wait_is_left_alone_for_so_long(queue: Queue) -> None:
    async def ask(_: bytes) -> None:
        raise TryLater("asked to wait", after=timedelta(minutes=30))

    queue.kinds.add("waits", ask, EAGER)
    await queue.add("waits", b"x")
    async with queue.at_work():

        async def put_off() -> bool:
            return [job["attempts"] for job in await queue.jobs()] == [1]

        await until(put_off)
    [job] = await queue.jobs()
    assert (job["status"], job["wait"]) == ("queued", timedelta(minutes=30))


async def test_N06_what_cannot_be_done_is_held_at_once_with_its_reason(queue: Queue) -> None:
    async def refuse(_: bytes) -> None:
        raise CannotBeDone("the number is not in use")

    queue.kinds.add("refused", refuse, Policy(patience=timedelta(days=3)))
    await queue.add("refused", b"x")
    async with queue.at_work():
        await queue.until("failed")
    [told] = await queue.rows(
        "select traceback ->> 'exception_message' as reason, traceback::text as whole"
        " from jobs.pgqueuer_log where status = 'failed'"
    )
    assert told["reason"] == "the number is not in use"


async def test_N06_of_an_unexpected_error_only_its_kind_is_kept(queue: Queue) -> None:
    async def slip(_: bytes) -> None:
        raise ValueError("김민준 minjun@dodam.example")

    queue.kinds.add("slips", slip, Policy(first_delay=SOON, longest_delay=SOON, attempts=2))
    await queue.add("slips", b"x")
    async with queue.at_work():
        await queue.until("failed")
    log = str(await queue.rows("select * from jobs.pgqueuer_log"))
    assert "ValueError" in log
    assert "minjun" not in log
    assert "김민준" not in log
    assert [(place, type(error)) for place, error in queue.unexpected] == [
        ("slips", ValueError)
    ] * 2


async def test_N06_an_attempt_ends_with_its_time(queue: Queue) -> None:
    tries = list[bytes]()

    async def hang_once(payload: bytes) -> None:
        tries.append(payload)
        if len(tries) == 1:
            await asyncio.Event().wait()

    queue.kinds.add("hangs", hang_once, Policy(timeout=timedelta(seconds=0.05), first_delay=SOON))
    await queue.add("hangs", b"x")
    async with queue.at_work():
        await queue.until()
    [told] = await queue.rows(
        "select traceback ->> 'exception_message' as reason"
        " from jobs.pgqueuer_log where traceback is not null"
    )
    assert told["reason"] == "it took too long"
    assert queue.unexpected == []


async def test_N07_the_highest_priority_goes_first(queue: Queue) -> None:
    done = list[bytes]()

    async def note(payload: bytes) -> None:
        done.append(payload)

    queue.kinds.add("one by one", note, Policy(lane=Lane(name="narrow", at_once=1)))
    for priority in (0, 5, -1, 5, 9):
        await queue.add("one by one", str(priority).encode(), priority=priority)
    async with queue.at_work():
        await queue.until()
    assert done == [b"9", b"5", b"5", b"0", b"-1"]


async def test_N07_what_waits_with_the_same_key_is_added_once(queue: Queue) -> None:
    done = list[UUID]()

    async def note(task: Greet) -> None:
        done.append(task.id)

    queue.kinds.perform(Greet, note, Policy())
    first, second, third = uuid4(), uuid4(), uuid4()
    for each in (first, second):
        async with queue.database.transaction() as tx:
            await tx.enqueue(Greet(id=each), dedupe_key="one")
    async with queue.at_work():
        await queue.until()
        async with queue.database.transaction() as tx:
            await tx.enqueue(Greet(id=third), dedupe_key="one")
        await queue.until()
    assert done == [first, third]


async def test_N07_a_task_for_later_waits(queue: Queue) -> None:
    done = list[UUID]()

    async def note(task: Greet) -> None:
        done.append(task.id)

    queue.kinds.perform(Greet, note, Policy())
    later, now = uuid4(), uuid4()
    async with queue.database.transaction() as tx:
        await tx.enqueue(Greet(id=later), after=MINUTE)
        await tx.enqueue(Greet(id=now))
    async with queue.at_work():
        await queue.until("queued")
        assert done == [now]
        await queue.rows("update jobs.pgqueuer set execute_after = now()")
        await queue.until()
    assert done == [now, later]


async def test_N06_a_task_of_a_transaction_that_fails_is_not_there(queue: Queue) -> None:
    async def note(_: Greet) -> None: ...

    queue.kinds.perform(Greet, note, Policy())
    with suppress(ZeroDivisionError):
        async with queue.database.transaction() as tx:
            await tx.enqueue(Greet(id=uuid4()))
            raise ZeroDivisionError
    assert await queue.jobs() == []
