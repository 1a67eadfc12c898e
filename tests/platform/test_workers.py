"""N07, L04: any number of workers do each job once, and none is lost when one of them goes."""

import asyncio
import signal
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from dodam.platform.lifecycle import do_jobs
from dodam.platform.stopping import Ended, Stopping
from dodam.platform.work import Lane, Policy, Task, TryLater
from tests.platform.working import EAGER, TAKEOVER, Queue, until_so
from tests.worker import working

ROOT = Path(__file__).parents[2]


class Note(Task, frozen=True, tag="tests.note.v1"):
    number: int


async def test_N07_two_workers_do_each_job_once(queue: Queue) -> None:
    done = list[bytes]()

    async def note(payload: bytes) -> None:
        done.append(payload)
        await asyncio.sleep(0)

    queue.kinds.add("notes", note, EAGER)
    sent = [str(number).encode() for number in range(400)]
    await queue.add("notes", *sent)
    async with queue.at_work(workers=2):
        await queue.until()
    assert sorted(done) == sorted(sent)


async def test_N07_two_workers_keep_a_schedule_once(queue: Queue) -> None:
    """Every second (the sixth field), so that a test need not wait for a minute to pass."""
    done = list[bytes]()

    async def note(payload: bytes) -> None:
        done.append(payload)

    queue.kinds.add("chore", note, EAGER)
    workers = [queue.worker(), queue.worker()]
    for each in workers:
        each.every("chore", "* * * * * *", "Asia/Seoul")
    async with working(workers[0]), working(workers[1]):
        await until_so(lambda: len(done) > 2)
    added = await queue.rows(
        "select date_trunc('second', created) as second, count(*) from jobs.pgqueuer_log"
        " where status = 'queued' group by 1"
    )
    assert len(added) > 2
    assert {each["count"] for each in added} == {1}


async def test_L04_a_stop_finishes_what_is_under_way_and_takes_nothing_new(queue: Queue) -> None:
    begun, release, done = asyncio.Event(), asyncio.Event(), list[bytes]()

    async def note(payload: bytes) -> None:
        begun.set()
        await release.wait()
        done.append(payload)

    queue.kinds.add("slow", note, Policy(lane=Lane(name="slow", at_once=1)))
    await queue.add("slow", b"first")
    jobs = queue.worker()
    run = asyncio.create_task(jobs.run())
    await begun.wait()
    jobs.stop()
    await queue.add("slow", b"second")
    release.set()
    await asyncio.wait_for(run, 10)
    assert done == [b"first"]
    assert await queue.statuses() == ["queued"]


async def _forever(_: bytes) -> None:
    await asyncio.Event().wait()


async def _all_forever(_: Sequence[Note]) -> Sequence[Exception | None]:
    await asyncio.Event().wait()
    return []


@pytest.mark.parametrize("together", [False, True])
async def test_L04_what_does_not_finish_in_time_is_handed_back(
    queue: Queue, *, together: bool
) -> None:
    policy = Policy(timeout=timedelta(minutes=5))
    if together:
        queue.kinds.perform_together(Note, _all_forever, policy, most=10)
    else:
        queue.kinds.add("tests.note.v1", _forever, policy)
    await queue.add("tests.note.v1", *[msgspec.json.encode(Note(number=n)) for n in range(3)])
    stopping = Stopping()
    run = asyncio.create_task(do_jobs(queue.worker(), stopping, drain_seconds=0))
    await queue.until("picked", "picked", "picked")
    stopping.asked.set()
    await asyncio.wait_for(run, 10)
    assert stopping.ended == Ended(jobs_handed_back=3)
    jobs = await queue.jobs()
    assert [(job["status"], job["queue_manager_id"]) for job in jobs] == [("queued", None)] * 3
    assert all(job["wait"] <= timedelta() for job in jobs)


async def test_N06_a_job_that_could_not_be_put_off_is_taken_over(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = list[bytes]()

    async def fail_once(payload: bytes) -> None:
        tries.append(payload)
        if len(tries) == 1:
            raise TryLater("away")

    async def broken(*_: Any) -> None:
        raise ConnectionError

    queue.kinds.add("fails", fail_once, EAGER)
    await queue.add("fails", b"x")
    with monkeypatch.context() as patched:
        patched.setattr("pgqueuer.adapters.persistence.queries.Queries.retry_job", broken)
        async with queue.at_work():
            await until_so(lambda: len(tries) == 1)
            await queue.until("picked")
            await queue.until()
    assert len(tries) == 2


async def test_N06_the_jobs_of_a_worker_that_was_killed_are_taken_over(
    queue: Queue, queue_database: str
) -> None:
    done = list[bytes]()

    async def note(payload: bytes) -> None:
        done.append(payload)

    queue.kinds.add("doomed", note, EAGER)
    sent = [str(number).encode() for number in range(8)]
    await queue.add("doomed", *sent)
    doomed = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.platform.doomed_worker", queue_database, cwd=ROOT
    )
    try:
        await queue.until(*["picked"] * len(sent))
        async with queue.at_work():
            doomed.kill()
            assert await doomed.wait() == -signal.SIGKILL
            loop = asyncio.get_running_loop()
            killed_at = loop.time()
            await queue.until()
            took = loop.time() - killed_at
    finally:
        if doomed.returncode is None:
            doomed.kill()
    assert sorted(done) == sent
    assert took < TAKEOVER.total_seconds() + 8
