"""N06, N07: facts of one thing are delivered in the order in which they happened."""

import asyncio
from collections import defaultdict
from uuid import UUID, uuid4

from dodam.platform.database import Event, Transaction
from dodam.platform.jobs.dead_letters import DeadLetters
from dodam.platform.work import CannotBeDone, Lane, Policy
from tests.platform.working import EAGER, SOON, Queue, until_so


class Changed(Event, frozen=True, tag="tests.changed.v1"):
    of: UUID
    number: int


class Renamed(Event, frozen=True, tag="tests.renamed.v1"):
    of: UUID
    number: int


Fact = Changed | Renamed


class Reader:
    """Notes what it is told; refuses the number it is told to, for good or for once."""

    def __init__(self) -> None:
        self.told = defaultdict[UUID, list[int]](list)
        self.slips: set[int] = set()
        self.refuses: set[int] = set()

    async def __call__(self, _: Transaction, event: Fact) -> None:
        if event.number in self.refuses:
            raise CannotBeDone("it is refused")
        if event.number in self.slips:
            self.slips.discard(event.number)
            raise ConnectionError
        self.told[event.of].append(event.number)


def _subscribe(queue: Queue, reader: Reader, policy: Policy = EAGER) -> None:
    for event in (Changed, Renamed):
        queue.outbox.subscribe(
            event, "tests.reader", reader, policy=policy, in_order_of=lambda told: told.of
        )
    queue.outbox.register(queue.database)


async def _publish(queue: Queue, *events: Fact) -> None:
    for event in events:
        async with queue.database.transaction() as tx:
            await tx.publish(event)


async def test_N07_facts_of_several_kinds_come_in_their_order_whatever_fails(queue: Queue) -> None:
    reader = Reader()
    reader.slips = {0, 3, 4, 11}
    _subscribe(queue, reader)
    keys = [uuid4() for _ in range(5)]
    for number in range(12):
        event = Changed if number % 2 else Renamed
        await _publish(queue, *(event(of=key, number=number) for key in keys))
    async with queue.at_work(workers=2):
        await queue.until()
    assert reader.told == {key: list(range(12)) for key in keys}
    assert await queue.rows("select * from outbox.in_order") == []


async def test_N07_what_fails_for_one_thing_holds_up_no_other(queue: Queue) -> None:
    reader = Reader()
    reader.refuses = {1}
    _subscribe(queue, reader)
    stuck, free = uuid4(), uuid4()
    await _publish(queue, *(Changed(of=stuck, number=number) for number in range(4)))
    await _publish(queue, *(Changed(of=free, number=number) for number in (0, 2, 3)))
    async with queue.at_work():
        await queue.until("failed", "failed", "failed")
        assert reader.told == {stuck: [0], free: [0, 2, 3]}
        reader.refuses = set()
        async with queue.database.transaction() as tx:
            await DeadLetters(queue.kinds).replay(tx, kind="deliver:tests.reader")
        await queue.until()
    assert reader.told[stuck] == [0, 1, 2, 3]


async def test_N07_what_is_delivered_twice_takes_effect_once(queue: Queue) -> None:
    reader = Reader()
    _subscribe(queue, reader)
    key = uuid4()
    await _publish(queue, *(Changed(of=key, number=number) for number in range(6)))
    payloads = [job["payload"] for job in await queue.jobs()]
    await queue.add("deliver:tests.reader", *payloads, *payloads)
    async with queue.at_work(workers=2):
        await queue.until()
    assert reader.told == {key: list(range(6))}


async def test_N06_a_discarded_fact_makes_way_for_the_next(queue: Queue) -> None:
    reader = Reader()
    reader.refuses = {0}
    _subscribe(queue, reader)
    key = uuid4()
    await _publish(queue, *(Changed(of=key, number=number) for number in range(3)))
    dead_letters = DeadLetters(queue.kinds)
    async with queue.at_work():
        await queue.until("failed", "failed", "failed")
        [first, *_] = await queue.jobs()
        async with queue.database.transaction() as tx:
            [gone] = await dead_letters.discard(tx, [first["id"]])
            await dead_letters.replay(tx, kind="deliver:tests.reader")
        assert not gone.done_instead
        await queue.until()
    assert reader.told == {key: [1, 2]}
    assert await queue.rows("select * from outbox.in_order") == []


async def test_N06_a_delivery_is_not_discarded_while_another_fact_waits_for_it(
    queue: Queue,
) -> None:
    """The first delivery failed and is held; the second delivered the first fact in its place."""
    reader = Reader()
    reader.refuses = {0}
    lane = Lane(name="one by one", at_once=1)
    _subscribe(queue, reader, Policy(lane=lane, first_delay=SOON))
    key = uuid4()
    await _publish(queue, Changed(of=key, number=0))
    dead_letters = DeadLetters(queue.kinds)
    async with queue.at_work():
        await queue.until("failed")
        reader.refuses = set()
        await _publish(queue, Changed(of=key, number=1))
        await queue.until("failed")
        assert reader.told == {key: [0]}
        [held] = await queue.jobs()
        async with queue.database.transaction() as tx:
            [gone] = await dead_letters.discard(tx, [held["id"]])
        assert gone.done_instead
        await queue.until()
    assert reader.told == {key: [0, 1]}


async def test_N07_a_slow_delivery_and_the_next_of_its_key_do_not_cross(queue: Queue) -> None:
    told, begun, release = list[int](), asyncio.Event(), asyncio.Event()

    async def slow_first(_: Transaction, event: Changed) -> None:
        if event.number == 0:
            begun.set()
            await release.wait()
        told.append(event.number)

    queue.outbox.subscribe(
        Changed, "tests.slow", slow_first, policy=EAGER, in_order_of=lambda told: told.of
    )
    queue.outbox.register(queue.database)
    key = uuid4()
    await _publish(queue, Changed(of=key, number=0), Changed(of=key, number=1))
    async with queue.at_work(workers=2):
        await begun.wait()
        await queue.until("picked", "picked")
        assert told == []
        release.set()
        await until_so(lambda: len(told) == 2)
        await queue.until()
    assert told == [0, 1]
