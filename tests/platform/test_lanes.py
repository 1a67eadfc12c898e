"""N06: lanes keep one slow service from holding up the rest, and do many tasks at once."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

import msgspec

from dodam.platform.rate_limit import Limit
from dodam.platform.work import CannotBeDone, Lane, Policy, Task, TryLater
from tests.platform.working import SOON, Queue, until, until_so

HOUR = timedelta(hours=1)
NARROW = Lane(name="narrow", at_once=1)


class Count(Task, frozen=True, tag="tests.count.v1"):
    number: int


async def _add(queue: Queue, *numbers: int) -> None:
    await queue.add("tests.count.v1", *(msgspec.json.encode(Count(number=n)) for n in numbers))


async def test_N06_a_lane_that_hangs_does_not_hold_up_another(queue: Queue) -> None:
    under_way, most, done = 0, 0, list[bytes]()
    released = asyncio.Event()

    async def hang(_: bytes) -> None:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await released.wait()
        under_way -= 1

    async def note(payload: bytes) -> None:
        done.append(payload)

    queue.kinds.add("hangs", hang, Policy(lane=Lane(name="away", at_once=2)))
    queue.kinds.add("works", note, Policy(lane=Lane(name="well", at_once=2)))
    await queue.add("hangs", *[b"x"] * 200)
    async with queue.at_work():
        await until_so(lambda: under_way == 2)
        await queue.add("works", *[b"y"] * 200)
        await until_so(lambda: len(done) == 200)
        assert most == 2
        released.set()
        await queue.until()


async def test_N06_a_worker_takes_only_what_its_lane_has_room_for(queue: Queue) -> None:
    released = asyncio.Event()

    async def hang(_: bytes) -> None:
        await released.wait()

    queue.kinds.add("hangs", hang, Policy(lane=NARROW))
    await queue.add("hangs", *[b"x"] * 300)
    async with queue.at_work():

        async def some_taken() -> bool:
            return "picked" in await queue.statuses()

        await until(some_taken)
        await queue.add("hangs", *[b"x"] * 10)
        # More is for other workers.
        assert (await queue.statuses()).count("picked") <= 100
        released.set()
        await queue.until()


async def test_N06_tasks_are_done_together_in_their_order(queue: Queue) -> None:
    groups = list[list[int]]()

    async def note(tasks: Sequence[Count]) -> Sequence[Exception | None]:
        groups.append([each.number for each in tasks])
        return [None] * len(tasks)

    queue.kinds.perform_together(Count, note, Policy(lane=NARROW), most=10)
    await _add(queue, *range(25))
    async with queue.at_work():
        await queue.until()
    assert [number for group in groups for number in group] == list(range(25))
    assert [len(group) for group in groups] == [10, 10, 5]


async def test_N06_each_of_those_done_together_has_its_own_fate(queue: Queue) -> None:
    async def judge(tasks: Sequence[Count]) -> Sequence[Exception | None]:
        fates = [None, CannotBeDone("never"), TryLater("later", after=HOUR)]
        return [fates[each.number] for each in tasks]

    queue.kinds.perform_together(Count, judge, Policy(lane=NARROW), most=10)
    await _add(queue, 0, 1, 2)
    async with queue.at_work():

        async def settled() -> bool:
            jobs = await queue.jobs()
            return [(job["status"], job["attempts"]) for job in jobs] == [
                ("failed", 0),
                ("queued", 1),
            ]

        await until(settled)
    assert [job["wait"] for job in await queue.jobs()][1] == HOUR


async def test_N06_one_that_cannot_be_read_does_not_spoil_those_done_with_it(queue: Queue) -> None:
    done = list[int]()

    async def note(tasks: Sequence[Count]) -> Sequence[Exception | None]:
        done.extend(each.number for each in tasks)
        return [None] * len(tasks)

    queue.kinds.perform_together(
        Count, note, Policy(lane=NARROW, attempts=1, first_delay=SOON), most=10
    )
    await _add(queue, 1)
    await queue.add("tests.count.v1", b'{"type": "tests.count.v1", "number": "one"}', b"\xff")
    await _add(queue, 2)
    async with queue.at_work():
        await queue.until("failed", "failed")
    assert done == [1, 2]


async def test_N06_too_few_answers_are_an_error_and_nothing_hangs(queue: Queue) -> None:
    async def forget(_: Sequence[Count]) -> Sequence[Exception | None]:
        return [None]

    queue.kinds.perform_together(
        Count, forget, Policy(lane=NARROW, attempts=1, first_delay=SOON), most=10
    )
    await _add(queue, 1, 2)
    async with queue.at_work():
        await queue.until("failed", "failed")


async def test_N02_what_is_put_off_together_comes_back_together(queue: Queue) -> None:
    tries = list[list[int]]()

    async def away(tasks: Sequence[Count]) -> Sequence[Exception | None]:
        tries.append([each.number for each in tasks])
        raise TryLater("away")

    policy = Policy(lane=NARROW, first_delay=timedelta(minutes=8), longest_delay=HOUR)
    queue.kinds.perform_together(Count, away, policy, most=10)
    await _add(queue, *range(10))
    async with queue.at_work():

        async def put_off() -> bool:
            return all(job["attempts"] == 1 for job in await queue.jobs())

        await until(put_off)
        assert len({job["wait"] for job in await queue.jobs()}) == 1
        await queue.rows("update jobs.pgqueuer set execute_after = now()")
        await until_so(lambda: len(tries) == 2)
    assert tries[0] == tries[1] == list(range(10))


async def test_N06_while_a_service_is_away_a_task_waits_where_it_is(queue: Queue) -> None:
    tries = list[bytes]()

    async def away_twice(payload: bytes) -> None:
        tries.append(payload)
        if len(tries) < 3:
            raise TryLater("away", after=SOON)

    lane = Lane(name="away", at_once=1, waits=HOUR)
    queue.kinds.add("waits", away_twice, Policy(lane=lane))
    await queue.add("waits", b"x")
    async with queue.at_work():
        await queue.until()
    assert len(tries) == 3
    log = await queue.rows("select status::text from jobs.pgqueuer_log order by id")
    assert [each["status"] for each in log] == ["queued", "picked", "successful"]


async def test_N06_it_waits_no_longer_than_the_lane_does(queue: Queue) -> None:
    async def away(_: bytes) -> None:
        raise TryLater("away", after=timedelta(minutes=3))

    lane = Lane(name="away", at_once=1, waits=timedelta(minutes=2))
    queue.kinds.add("waits", away, Policy(lane=lane))
    await queue.add("waits", b"x")
    async with queue.at_work():

        async def put_off() -> bool:
            return [job["attempts"] for job in await queue.jobs()] == [1]

        await until(put_off)


async def test_N06_waiting_ends_when_the_worker_is_to_stop(queue: Queue) -> None:
    tried = asyncio.Event()

    async def away(_: bytes) -> None:
        tried.set()
        raise TryLater("away", after=timedelta(minutes=30))

    lane = Lane(name="away", at_once=1, waits=HOUR)
    queue.kinds.add("waits", away, Policy(lane=lane))
    await queue.add("waits", b"x")
    async with asyncio.timeout(10), queue.at_work():
        await tried.wait()
    [job] = await queue.jobs()
    assert (job["status"], job["attempts"], job["wait"]) == ("queued", 1, timedelta(minutes=30))


async def test_N06_a_lane_keeps_to_its_rate(queue: Queue) -> None:
    done = list[bytes]()

    async def note(payload: bytes) -> None:
        done.append(payload)

    lane = Lane(name="metered", at_once=5, rate=Limit("metered", "3/hour"))
    queue.kinds.add("metered", note, Policy(lane=lane))
    await queue.add("metered", *[b"x"] * 5)
    async with queue.at_work():
        await until_so(lambda: len(done) == 3)
        with suppress(TimeoutError):
            async with asyncio.timeout(0.2):
                await until_so(lambda: len(done) > 3)
    assert len(done) == 3
    assert await queue.statuses() == ["queued"] * 2
