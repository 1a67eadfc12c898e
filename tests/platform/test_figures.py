"""N06, L06: how the queue does, and what is kept of it."""

import asyncio
from datetime import timedelta

import pytest

from dodam.platform.jobs import history
from dodam.platform.jobs.dead_letters import DeadLetters
from dodam.platform.jobs.figures import Figures
from dodam.platform.jobs.models import KindFigures
from dodam.platform.work import CannotBeDone, Lane, Policy, TryLater
from tests.platform.working import Queue, until

HOUR = timedelta(hours=1)


@pytest.fixture
async def released() -> asyncio.Event:
    """Ends what hangs."""
    return asyncio.Event()


@pytest.fixture
def figures(queue: Queue, released: asyncio.Event) -> Figures:
    async def carry(payload: bytes) -> None:
        match payload:
            case b"later":
                raise TryLater("away", after=HOUR)
            case b"never":
                raise CannotBeDone("refused")
            case b"hangs":
                await released.wait()
            case _:
                pass

    queue.kinds.add("letter", carry, Policy(lane=Lane(name="post", at_once=8)))
    queue.kinds.add("parcel", carry, Policy(lane=Lane(name="post", at_once=8)))
    queue.kinds.add("note", carry, Policy())
    return Figures(queue.kinds)


async def _by_kind(queue: Queue, figures: Figures) -> dict[str, KindFigures]:
    async with queue.database.reading() as db:
        return {each.kind: each for each in await figures.by_kind(db)}


async def _late(queue: Queue, figures: Figures) -> list[str]:
    async with queue.database.reading() as db:
        return [each.lane for each in await figures.late_lanes(db)]


async def test_N06_figures_tell_what_is_there_and_what_became_of_the_rest(
    queue: Queue, figures: Figures, released: asyncio.Event
) -> None:
    await queue.add("letter", b"x", b"x", b"x", b"later", b"never", b"hangs")
    async with queue.at_work():

        async def settled() -> bool:
            found = (await _by_kind(queue, figures))["letter"]
            return (found.done, found.put_off, found.given_up) == (3, 1, 1)

        await until(settled)
        found = await _by_kind(queue, figures)
        letter = found["letter"]
        assert (letter.waiting, letter.due, letter.under_way, letter.held) == (1, 0, 1, 1)
        assert found["parcel"] == KindFigures("parcel", "post")
        # Whether a worker has summed up its log or not.
        await queue.sum_up()
        assert (await _by_kind(queue, figures))["letter"].done == 3
        released.set()


async def test_N06_the_oldest_that_is_due_is_told(queue: Queue, figures: Figures) -> None:
    await queue.add("letter", b"x", b"x")
    await queue.add("letter", b"x", after=HOUR)
    await queue.rows(
        "update jobs.pgqueuer set execute_after = execute_after - interval '7 minutes'"
        " where id = (select min(id) from jobs.pgqueuer)"
    )
    letter = (await _by_kind(queue, figures))["letter"]
    assert (letter.due, letter.waiting) == (2, 1)
    assert letter.oldest_due == (await queue.jobs())[0]["execute_after"]


async def test_N06_a_kind_that_is_no_more_is_told_of_too(queue: Queue, figures: Figures) -> None:
    await queue.add("of an earlier release", b"x")
    assert (await _by_kind(queue, figures))["of an earlier release"] == KindFigures(
        "of an earlier release",
        None,
        due=1,
        oldest_due=(await queue.jobs())[0]["execute_after"],
    )


async def test_L06_a_lane_is_late_when_its_work_is_due_for_ten_minutes(
    queue: Queue, figures: Figures
) -> None:
    await queue.add("letter", b"x")
    await queue.add("note", b"x", after=HOUR)
    assert await _late(queue, figures) == []
    await _earlier(queue, "execute_after", "11 minutes")
    assert await _late(queue, figures) == ["post"]


async def test_L06_a_lane_is_late_when_what_it_tries_does_not_get_through(
    queue: Queue, figures: Figures
) -> None:
    await queue.add("letter", b"later")
    async with queue.at_work():

        async def put_off() -> bool:
            return [job["attempts"] for job in await queue.jobs()] == [1]

        await until(put_off)
        assert await _late(queue, figures) == []
        await _earlier(queue, "created", "11 minutes")
        assert await _late(queue, figures) == ["post"]
        # Another kind of the lane gets through: so the service is there.
        await queue.add("parcel", b"x")
        await queue.until("queued")
        await queue.sum_up()
        assert await _late(queue, figures) == []


async def test_L06_a_lane_is_late_while_its_work_waits_for_its_service(
    queue: Queue, figures: Figures, released: asyncio.Event
) -> None:
    await queue.add("letter", b"hangs")
    async with queue.at_work():
        await queue.until("picked")
        assert await _late(queue, figures) == []
        await _earlier(queue, "execute_after", "11 minutes")
        assert await _late(queue, figures) == ["post"]
        released.set()
        await queue.until()
    assert await _late(queue, figures) == []


async def test_L06_work_for_later_is_not_late(queue: Queue, figures: Figures) -> None:
    await queue.add("letter", b"x", after=HOUR)
    await _earlier(queue, "created", "3 days")
    assert await _late(queue, figures) == []


async def _earlier(queue: Queue, column: str, by: str) -> None:
    await queue.rows(f"update jobs.pgqueuer set {column} = {column} - interval '{by}'")  # noqa: S608 - our own words


async def _forget(queue: Queue) -> None:
    async with queue.database.transaction() as tx:
        await history.forget_old(tx)


async def test_N06_the_log_of_jobs_ends_after_thirty_days(queue: Queue, figures: Figures) -> None:
    await queue.add("letter", b"x", b"never")
    async with queue.at_work():
        await queue.until("failed")
    await queue.sum_up()
    await queue.rows("update jobs.pgqueuer_log set created = created - interval '29 days'")
    await _forget(queue)
    assert len(await queue.rows("select * from jobs.pgqueuer_log")) == 6
    await queue.rows("update jobs.pgqueuer_log set created = created - interval '1 day 1 minute'")
    await _forget(queue)
    # But for the reason of what is still held.
    assert len(await queue.rows("select * from jobs.pgqueuer_log")) == 1
    async with queue.database.transaction() as tx:
        dead_letters = DeadLetters(queue.kinds)
        [letter] = await dead_letters.page(tx, kind=None, before=None, most=2)
        assert letter.reason == "refused"
        await dead_letters.discard(tx, [letter.id])
    await _forget(queue)
    log = await queue.rows("select status::text from jobs.pgqueuer_log")
    assert [each["status"] for each in log] == ["deleted"]
    assert (await _by_kind(queue, figures))["letter"].given_up == 0


async def test_N06_statistics_end_after_ninety_days(queue: Queue) -> None:
    for days in (1, 89, 91, 400):
        await queue.rows(
            "insert into jobs.pgqueuer_statistics (created, count, priority, status, entrypoint)"
            " values (now() - make_interval(days => $1), 1, 0, 'successful', 'letter')",
            days,
        )
    await _forget(queue)
    assert len(await queue.rows("select * from jobs.pgqueuer_statistics")) == 2


async def test_N06_what_is_forgotten_at_once_is_bounded(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "_MOST", 10)
    await queue.rows(
        "insert into jobs.pgqueuer_log (created, job_id, status, priority, entrypoint)"
        " select now() - interval '40 days', n, 'queued', 0, 'letter' from generate_series(1, 25) n"
    )
    left = list[int]()
    for _ in range(3):
        await _forget(queue)
        left.append(len(await queue.rows("select * from jobs.pgqueuer_log")))
    assert left == [15, 5, 0]
