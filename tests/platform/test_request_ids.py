"""L01: what a request gives rise to is found by its id: jobs, their jobs, calls to the outside."""

import asyncio
from collections.abc import Mapping, Sequence, Sized
from uuid import UUID, uuid4

import pytest

from dodam.adapters.outside import OutsideService
from dodam.bootstrap import Dodam
from dodam.platform.context import CONTEXT, Context, together
from dodam.platform.database import Event, Transaction
from dodam.platform.group_commit import GroupCommit
from dodam.platform.ids import new_id
from dodam.platform.work import Lane, Policy, Task
from dodam_sim.serving import Message, Receive, Send, serving
from tests.clock import NOON
from tests.families import Guardian, play
from tests.logging.watched import KeptLines, capturing
from tests.platform.working import EAGER, Queue

_SECONDS = 20


class Happened(Event, frozen=True, tag="tests.request_ids.happened.v1"):
    child_id: UUID


class Tell(Task, frozen=True, tag="tests.request_ids.tell.v1"):
    child_id: UUID
    guardian_id: UUID


class Outside:
    """A service that takes whatever comes, and keeps who it says it comes from."""

    def __init__(self) -> None:
        self.request_ids: list[str] = []

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        del receive
        headers: Mapping[bytes, bytes] = dict(scope["headers"])
        self.request_ids.append(headers[b"x-request-id"].decode())
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})


async def _until(done: Sized, count: int) -> None:
    async with asyncio.timeout(_SECONDS):
        while len(done) < count:  # noqa: ASYNC110 - a worker tells nobody
            await asyncio.sleep(0.01)


async def test_L01_a_request_its_event_its_task_and_their_call_have_one_id(queue: Queue) -> None:
    outside, child, guardian = Outside(), uuid4(), uuid4()
    seen: list[Context | None] = []

    async def follow(tx: Transaction, event: Happened) -> None:
        seen.append(CONTEXT.get())
        await tx.enqueue(Tell(child_id=event.child_id, guardian_id=guardian))

    async with serving(outside) as url:
        service = OutsideService("outside", url)

        async def tell(_: Tell) -> None:
            await service.call("POST", "/told")
            seen.append(CONTEXT.get())

        queue.outbox.subscribe(Happened, "tests.follow", follow)
        queue.kinds.perform(Tell, tell, EAGER)
        queue.outbox.register(queue.database)
        request = Context(new_id())
        CONTEXT.set(request)
        async with queue.database.transaction() as tx:
            await tx.publish(Happened(child_id=child))
        CONTEXT.set(None)
        async with queue.at_work():
            await _until(seen, 2)
    followed, told = seen
    assert followed is not None
    assert told is not None
    assert followed.request_id == told.request_id == request.request_id
    assert (followed.task, told.task) == ("deliver:tests.follow", "tests.request_ids.tell.v1")
    assert (followed.child_id, told.child_id, told.account_id) == (child, child, guardian)
    assert followed.job != told.job
    assert outside.request_ids == [str(request.request_id)]


async def test_L01_what_comes_of_no_request_has_an_id_of_its_own(queue: Queue) -> None:
    seen: list[Context | None] = []

    async def work(_: bytes) -> None:
        seen.append(CONTEXT.get())

    queue.kinds.add("tests.alone", work, EAGER)
    CONTEXT.set(None)
    await queue.add("tests.alone", b"{}", b"{}")
    async with queue.at_work():
        await _until(seen, 2)
    one, other = seen
    assert one is not None
    assert other is not None
    assert one.request_id != other.request_id


async def test_L01_a_job_that_is_tried_again_is_the_same_requests(queue: Queue) -> None:
    seen: list[UUID] = []

    async def work(_: Tell) -> None:
        context = CONTEXT.get()
        assert context is not None
        seen.append(context.request_id)
        if len(seen) == 1:
            raise RuntimeError("once")

    queue.kinds.perform(Tell, work, EAGER)
    request = Context(new_id())
    CONTEXT.set(request)
    async with queue.database.transaction() as tx:
        await tx.enqueue(Tell(child_id=uuid4(), guardian_id=uuid4()))
    CONTEXT.set(None)
    async with queue.at_work():
        await _until(seen, 2)
    assert seen == [request.request_id] * 2


async def test_L01_each_try_of_a_job_is_told_with_its_request_and_the_ids_it_works_on(
    queue: Queue,
) -> None:
    log, done = KeptLines(), list[bool]()

    async def work(_: Tell) -> None:
        done.append(True)
        if len(done) == 1:
            raise RuntimeError("once")

    queue.kinds.perform(Tell, work, EAGER)
    request, task = Context(new_id()), Tell(child_id=uuid4(), guardian_id=uuid4())
    CONTEXT.set(request)
    async with queue.database.transaction() as tx:
        await tx.enqueue(task)
    CONTEXT.set(None)
    with capturing(log, "DEBUG"):
        async with queue.at_work():
            await _until(done, 2)
    failed, finished = [each for each in log.events if each.task]
    assert (failed.event, failed.level) == ("a job is not done", "warning")
    assert (finished.event, finished.level) == ("a job is done", "debug")
    assert failed.error is not None
    for line in (failed, finished):
        assert line.request_id == request.request_id
        assert (line.child_id, line.account_id) == (task.child_id, task.guardian_id)
        assert line.fields["arguments"] == {
            "child_id": str(task.child_id),
            "guardian_id": str(task.guardian_id),
        }


async def test_L01_jobs_that_are_done_at_once_go_on_under_their_own_requests(queue: Queue) -> None:
    children = [uuid4() for _ in range(3)]
    requests = {child: new_id() for child in children}
    seen: dict[UUID, UUID] = {}
    together_under: list[Context | None] = []

    async def send(tasks: Sequence[Tell]) -> Sequence[Exception | None]:
        together_under.append(CONTEXT.get())
        async with queue.database.transaction() as tx:
            for each in tasks:
                await tx.publish(Happened(child_id=each.child_id))
        return [None] * len(tasks)

    async def follow(_: Transaction, event: Happened) -> None:
        context = CONTEXT.get()
        assert context is not None
        seen[event.child_id] = context.request_id

    lane = Lane(name="tests.request_ids", at_once=1)
    queue.kinds.perform_together(Tell, send, Policy(lane=lane), most=10)
    queue.outbox.subscribe(Happened, "tests.follow", follow)
    queue.outbox.register(queue.database)
    for child, request in requests.items():
        CONTEXT.set(Context(request))
        async with queue.database.transaction() as tx:
            await tx.enqueue(Tell(child_id=child, guardian_id=uuid4()))
    CONTEXT.set(None)
    async with queue.at_work():
        await _until(seen, len(children))
    assert seen == requests
    [group] = together_under
    assert group is not None
    assert group.request_id not in requests.values()


async def test_L01_who_shares_a_commit_is_told_apart_by_the_child() -> None:
    committed: list[tuple[UUID, ...]] = []
    begun, goes_on = asyncio.Event(), asyncio.Event()

    async def commit(children: Sequence[UUID]) -> Sequence[None]:
        context = CONTEXT.get()
        assert context is not None
        committed.append(tuple(context.of_child(each).request_id for each in children))
        begun.set()
        await goes_on.wait()
        return [None] * len(children)

    group = GroupCommit(commit, size=lambda _: 1, most=10, lanes=1)

    async def request(request_id: UUID, child: UUID) -> None:
        CONTEXT.set(Context(request_id, child_id=child))
        await group.add(child)

    ids = [new_id() for _ in range(3)]
    async with asyncio.TaskGroup() as tasks:
        for each in ids:
            tasks.create_task(request(each, uuid4()))
        await begun.wait()
        goes_on.set()
    assert [each for group in committed for each in group] == ids


@pytest.mark.parametrize("count", [0, 1, 2])
def test_what_is_done_for_one_request_is_done_under_its_id(count: int) -> None:
    request = Context(new_id(), job=1)
    found = together([request] * count)
    assert found is None if count == 0 else found is not None
    if found is not None:
        assert found.request_id == request.request_id
    assert together([None, None]) is None


async def test_L01_what_a_call_of_the_api_gives_rise_to_has_its_id(
    system: Dodam, guardian: Guardian
) -> None:
    child = await guardian.register_child()
    answer = await guardian.call("POST", f"/children/{child['id']}/play-records", json=play(NOON))
    async with system.database.reading() as db:
        rows = await db.fetch(
            "select headers ->> 'request_id' as request_id from jobs.pgqueuer"
            " where convert_from(payload, 'UTF8') like $1",
            f"%{child['id']}%",
        )
    assert answer.headers["x-request-id"] in {row["request_id"] for row in rows}
    assert None not in {row["request_id"] for row in rows}
