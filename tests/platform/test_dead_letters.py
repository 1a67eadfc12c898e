"""N06: what was given up stays until somebody replays or discards it."""

import asyncio
from datetime import datetime, timedelta

import pytest

from dodam.platform.jobs.dead_letters import DeadLetters
from dodam.platform.jobs.models import DeadLetter, ReplayedJobs
from dodam.platform.work import CannotBeDone, Lane, Policy
from tests.platform.working import EAGER, Queue

POST = Lane(name="post", at_once=4)


@pytest.fixture
def refusals(queue: Queue) -> set[bytes]:
    """What is refused; letters and parcels go through a lane, notes through the house's."""
    refused = {b"refused"}

    async def carry(payload: bytes) -> None:
        if payload in refused:
            raise CannotBeDone(f"{payload.decode()} was not taken")

    for name, policy in (
        ("letter", Policy(lane=POST)),
        ("parcel", Policy(lane=POST)),
        ("note", EAGER),
    ):
        queue.kinds.add(name, carry, policy)
    return refused


@pytest.fixture
def dead_letters(queue: Queue) -> DeadLetters:
    return DeadLetters(queue.kinds)


async def _page(
    queue: Queue,
    dead_letters: DeadLetters,
    kind: str | None = None,
    before: tuple[datetime, int] | None = None,
    most: int = 100,
) -> list[DeadLetter]:
    async with queue.database.reading() as db:
        return await dead_letters.page(db, kind=kind, before=before, most=most)


async def _replay(
    queue: Queue, dead_letters: DeadLetters, *ids: int, kind: str | None = None
) -> ReplayedJobs:
    async with queue.database.transaction() as tx:
        return await dead_letters.replay(tx, ids=ids, kind=kind)


async def _held(queue: Queue, *kinds: str) -> list[int]:
    """Jobs of these kinds that were given up, one after the other."""
    for kind in kinds:
        await queue.add(kind, b"refused")
        async with queue.at_work():
            await queue.until(*["failed"] * (len(await queue.jobs())))
    return [job["id"] for job in await queue.jobs()]


async def test_N06_the_list_says_what_was_given_up_and_why(
    queue: Queue, dead_letters: DeadLetters, refusals: set[bytes]
) -> None:
    assert refusals
    await queue.add("letter", b"refused", b"taken")
    async with queue.at_work():
        await queue.until("failed")
    [job] = await queue.jobs()
    assert await _page(queue, dead_letters) == [
        DeadLetter(
            job["id"],
            "letter",
            "post",
            job["created"],
            job["updated"],
            1,
            "refused was not taken",
        )
    ]


async def test_N06_the_one_held_last_is_first_and_pages_follow_each_other(
    queue: Queue, dead_letters: DeadLetters, refusals: set[bytes]
) -> None:
    assert refusals
    await queue.add("letter", *[b"refused"] * 7)
    await queue.add("parcel", *[b"refused"] * 3)
    async with queue.at_work():
        await queue.until(*["failed"] * 10)
    # Several at the same instant, as the queue settles them.
    await queue.rows(
        "update jobs.pgqueuer set updated = date_trunc('minute', now()) where id % 2 = 0"
    )
    whole = await _page(queue, dead_letters)
    assert whole == sorted(whole, key=lambda each: (each.held_at, each.id), reverse=True)
    pages, before = list[DeadLetter](), None
    while page := await _page(queue, dead_letters, before=before, most=3):
        pages += page
        before = (page[-1].held_at, page[-1].id)
    assert pages == whole
    assert [each.kind for each in await _page(queue, dead_letters, "parcel")] == ["parcel"] * 3


async def test_N06_a_kind_that_is_no_more_is_listed_and_can_be_discarded(
    queue: Queue, dead_letters: DeadLetters
) -> None:
    await queue.add("of an earlier release", b"x")
    await queue.rows("update jobs.pgqueuer set status = 'failed'")
    [letter] = await _page(queue, dead_letters)
    assert (letter.lane, letter.reason) == (None, "")
    async with queue.database.transaction() as tx:
        [gone] = await dead_letters.discard(tx, [letter.id])
    assert (gone.kind, gone.done_instead) == ("of an earlier release", False)
    assert await queue.jobs() == []


async def test_N06_what_is_replayed_has_all_its_attempts_again(
    queue: Queue, dead_letters: DeadLetters, refusals: set[bytes]
) -> None:
    [held] = await _held(queue, "note")
    await queue.rows("update jobs.pgqueuer set attempts = 11")
    assert await _replay(queue, dead_letters, held) == ReplayedJobs([held], 0)
    [job] = await queue.jobs()
    assert (job["status"], job["attempts"]) == ("queued", 0)
    refusals.clear()
    async with queue.at_work():
        await queue.until()


async def test_N06_a_kind_is_replayed_and_nothing_else(
    queue: Queue, dead_letters: DeadLetters, refusals: set[bytes]
) -> None:
    assert refusals
    first, other, third = await _held(queue, "letter", "parcel", "letter")
    done = await _replay(queue, dead_letters, kind="letter")
    assert (sorted(done.ids), done.still_held) == ([first, third], 0)
    assert [each.id for each in await _page(queue, dead_letters)] == [other]


async def test_N06_what_is_not_held_cannot_be_replayed_or_discarded(
    queue: Queue, dead_letters: DeadLetters, refusals: set[bytes]
) -> None:
    assert refusals
    await queue.add("letter", b"x")
    [waiting] = await queue.jobs()
    ids = [waiting["id"], 987_654_321]
    assert await _replay(queue, dead_letters, *ids) == ReplayedJobs([], 0)
    async with queue.database.transaction() as tx:
        assert await dead_letters.discard(tx, ids) == []
    assert await queue.statuses() == ["queued"]


async def test_N06_one_whose_work_waits_already_stays_held_and_breaks_no_other(
    queue: Queue, dead_letters: DeadLetters, refusals: set[bytes]
) -> None:
    assert refusals
    for key in ("a", "b", "b", None, None):
        await queue.add("letter", b"refused", dedupe_key=key)
        async with queue.at_work():
            await queue.until(*["failed"] * len(await queue.jobs()))
    await queue.add("letter", b"x", dedupe_key="a")
    a, b, second_b, *free = [job["id"] for job in await queue.jobs()][:5]
    done = await _replay(queue, dead_letters, kind="letter")
    assert (sorted(done.ids), done.still_held) == ([b, *free], 2)
    assert {each.id for each in await _page(queue, dead_letters)} == {a, second_b}


async def test_N06_a_replay_gives_way_to_the_same_work_asked_for_at_that_moment(
    queue: Queue, dead_letters: DeadLetters, refusals: set[bytes]
) -> None:
    """The other's row is not seen when the replay looks, and is there when it writes."""
    assert refusals
    await queue.add("letter", b"refused", dedupe_key="a")
    async with queue.at_work():
        await queue.until("failed")
    async with queue.database.transaction() as other:
        await other.execute(
            "insert into jobs.pgqueuer (priority, status, entrypoint, dedupe_key)"
            " values (0, 'queued', 'letter', 'a')"
        )
        replay = asyncio.create_task(_replay(queue, dead_letters, kind="letter"))
        await asyncio.wait({replay}, timeout=0.3)
        assert not replay.done()
    assert await replay == ReplayedJobs([], 1)
    assert sorted(await queue.statuses()) == ["failed", "queued"]


async def test_N06_what_is_discarded_is_gone_and_its_log_says_so(
    queue: Queue, dead_letters: DeadLetters, refusals: set[bytes]
) -> None:
    assert refusals
    first, second = await _held(queue, "letter", "parcel")
    async with queue.database.transaction() as tx:
        [gone] = await dead_letters.discard(tx, [first])
    assert (gone.id, gone.kind, gone.reason) == (first, "letter", "refused was not taken")
    assert [each.id for each in await _page(queue, dead_letters)] == [second]
    log = await queue.rows("select job_id from jobs.pgqueuer_log where status = 'deleted'")
    assert [each["job_id"] for each in log] == [first]


async def test_N06_what_was_held_lately_is_counted_by_kind(
    queue: Queue, dead_letters: DeadLetters, refusals: set[bytes]
) -> None:
    assert refusals
    await _held(queue, "letter", "parcel", "letter")
    [now] = await queue.rows("select now() as now")
    minute = timedelta(minutes=1)
    async with queue.database.reading() as db:
        found = await dead_letters.held_between(db, now["now"] - minute, now["now"])
        assert [(each.kind, each.count, each.reason) for each in found] == [
            ("letter", 2, "refused was not taken"),
            ("parcel", 1, "refused was not taken"),
        ]
        assert await dead_letters.held_between(db, now["now"], now["now"] + minute) == []
