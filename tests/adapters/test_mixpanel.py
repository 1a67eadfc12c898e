"""N03: what Mixpanel answers, told apart as a queue needs it: taken, never, later, perhaps."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid4, uuid5

import msgspec
import pytest

from dodam.adapters.mixpanel import Mixpanel, MixpanelAccess
from dodam.adapters.no_analytics import NoAnalytics
from dodam.features.insight.models.events import BehaviourEvent, DeletionState
from dodam.platform.work import CannotBeDone, PerhapsDone, TryLater
from dodam_sim.serving import App, Message, Receive, Send, serving
from dodam_sim.world import mixpanel as sim
from dodam_sim.world.faults import WELL, Fault, Faults, Faulty
from dodam_sim.world.mixpanel import reading as sim_reading
from dodam_sim.world.mixpanel import service as sim_service
from tests.clock import NOON, StoppedClock

WHO = uuid4()
DICE = Random(1)  # noqa: S311 - repeatable


@dataclass
class Line:
    """Between us and Mixpanel: counts requests, and may answer some in Mixpanel's stead."""

    app: App
    requests: list[Message] = field(default_factory=list[Message])
    instead: Callable[[int], tuple[int, bytes] | None] = lambda _: None

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        self.requests.append(scope)
        answer = self.instead(len(self.requests))
        if answer is None:
            await self.app(scope, receive, send)
            return
        await receive()
        status, body = answer
        headers = [(b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


@dataclass
class Scene:
    service: sim.Mixpanel
    faulty: Faulty
    line: Line
    url: str

    def adapter(self, **chosen: str) -> Mixpanel:
        account = self.service.account
        access = MixpanelAccess(
            base_url=self.url,
            app_url=self.url,
            project_id=account.project_id,
            project_token=account.project_token,
            account=account.username,
            secret=account.secret,
            deletion_token=account.oauth_token,
        )
        return Mixpanel(msgspec.structs.replace(access, **chosen))

    def answer(self, status: int, body: bytes = b"", *, at: int | None = None) -> None:
        """Answer the request of that number, or every one, in Mixpanel's stead."""
        self.line.instead = lambda number: (status, body) if at in {None, number} else None

    @property
    def insert_ids(self) -> list[str]:
        return [each.insert_id for each in self.service.received]


@pytest.fixture
async def scene(clock: StoppedClock) -> AsyncIterator[Scene]:
    service = sim.Mixpanel(clock.now)
    faulty = Faulty(service, DICE)
    line = Line(faulty)
    async with serving(line) as url:
        yield Scene(service, faulty, line, url)


def an_event(number: int = 1, *, late: timedelta = timedelta(), **told: Any) -> BehaviourEvent:
    return BehaviourEvent(WHO, uuid5(WHO, str(number)), "screen_seen", NOON - late, told)


def events(count: int) -> list[BehaviourEvent]:
    return [an_event(number, late=timedelta(seconds=count - number)) for number in range(count)]


def ids(sent: list[BehaviourEvent]) -> list[str]:
    return [str(each.insert_id) for each in sent]


async def test_N03_an_event_arrives_as_it_is_and_tells_no_place(scene: Scene) -> None:
    sent = an_event(late=timedelta(days=3, milliseconds=1), screen="home", milliseconds=340)
    assert await scene.adapter().send([sent]) == [None]
    [event] = scene.service.received
    assert (event.name, event.at, event.distinct_id) == ("screen_seen", sent.at, str(WHO))
    assert len(event.insert_id) == 36
    assert event.properties == {"screen": "home", "milliseconds": 340}
    assert not event.located


async def test_N03_a_batch_is_one_request_and_packed(scene: Scene) -> None:
    sent = events(2000)
    assert await scene.adapter().send(sent) == [None] * 2000
    assert scene.insert_ids == ids(sent)
    [request] = scene.line.requests
    headers = dict(request["headers"])
    assert headers[b"content-encoding"] == b"gzip"
    assert int(headers[b"content-length"]) < len(msgspec.json.encode(sent)) / 4
    assert request["query_string"] == b"strict=1&project_id=3000001"


async def test_N03_more_than_mixpanel_takes_at_once_goes_in_several_requests(scene: Scene) -> None:
    sent = events(4001)
    assert await scene.adapter().send(sent) == [None] * 4001
    assert scene.insert_ids == ids(sent)
    assert len(scene.line.requests) == 3


async def test_N03_so_does_what_is_too_many_bytes(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dodam.adapters.mixpanel._MOST_BYTES", 10_000)
    sent = events(100)
    assert await scene.adapter().send(sent) == [None] * 100
    assert scene.insert_ids == ids(sent)
    assert 2 <= len(scene.line.requests) <= 4


@pytest.mark.parametrize("fault", [Fault.LOST, Fault.HALF])
async def test_N03_what_was_taken_though_the_answer_was_lost_counts_once(
    scene: Scene, fault: Fault
) -> None:
    mixpanel = scene.adapter()
    sent = events(3)
    scene.faulty.faults = Faults.always(fault)
    with pytest.raises(PerhapsDone):
        await mixpanel.send(sent)
    scene.faulty.faults = WELL
    assert await mixpanel.send(sent) == [None] * 3
    assert scene.insert_ids == ids(sent)
    assert scene.service.events.duplicates == 3


@pytest.mark.parametrize("fault", [Fault.DOWN, Fault.BROKEN, Fault.GARBAGE, Fault.BUSY])
async def test_N03_a_mixpanel_that_is_not_well_is_asked_later(scene: Scene, fault: Fault) -> None:
    mixpanel = scene.adapter()
    scene.faulty.faults = Faults.always(fault, busy_seconds=7)
    with pytest.raises(TryLater) as raised:
        await mixpanel.send([an_event()])
    if fault is Fault.BUSY:
        assert raised.value.after == timedelta(seconds=7)
    scene.faulty.faults = WELL
    assert await mixpanel.send([an_event()]) == [None]
    assert len(scene.insert_ids) == 1


async def test_N03_whom_mixpanel_refuses_is_told_apart_in_the_batch(scene: Scene) -> None:
    good, early = an_event(1), an_event(2, late=timedelta(hours=-2))
    bad_property = an_event(3, deep=[[[[["x"]]]]])
    first, second, third, fourth = await scene.adapter().send(
        [good, early, bad_property, an_event(4)]
    )
    assert (first, fourth) == (None, None)
    assert isinstance(second, CannotBeDone)
    assert isinstance(third, CannotBeDone)
    assert second.reason == "mixpanel refuses properties.time"
    assert str(WHO) not in third.reason
    assert scene.insert_ids == ids([good, an_event(4)])


async def test_N03_a_batch_that_is_too_large_is_halved_until_it_fits(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sim_service, "_MOST_RECORDS", 100)
    sent = events(300)
    assert await scene.adapter().send(sent) == [None] * 300
    assert scene.insert_ids == ids(sent)
    # 300, twice 150, four times 75.
    assert len(scene.line.requests) == 7


async def test_N03_an_event_that_alone_is_too_large_is_never_taken_and_spoils_no_other(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sim_reading, "MOST_BYTES", 400)
    outcomes = await scene.adapter().send([an_event(1), an_event(2, text="x" * 500), an_event(3)])
    assert [type(each) for each in outcomes] == [type(None), CannotBeDone, type(None)]
    assert scene.insert_ids == ids([an_event(1), an_event(3)])


async def test_N03_of_a_halved_batch_what_was_taken_is_not_sent_again(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sim_service, "_MOST_RECORDS", 2)
    scene.answer(503, at=3)
    outcomes = await scene.adapter().send(events(4))
    assert outcomes[:2] == [None, None]
    assert all(isinstance(each, TryLater) for each in outcomes[2:])
    assert scene.insert_ids == ids(events(4)[:2])


async def test_N03_more_than_the_project_may_send_waits(clock: StoppedClock) -> None:
    service = sim.Mixpanel(clock.now, rate=sim.Rate(events=5))
    async with serving(service) as url:
        mixpanel = Scene(service, Faulty(service, DICE), Line(service), url).adapter()
        await mixpanel.send(events(5))
        with pytest.raises(TryLater, match="429"):
            await mixpanel.send([an_event()])
        clock.advance(timedelta(minutes=1))
        assert await mixpanel.send([an_event()]) == [None]


async def test_N03_while_a_key_is_wrong_everything_waits_and_nothing_is_given_up(
    scene: Scene,
) -> None:
    for wrong in (scene.adapter(secret="x"), scene.adapter(project_id="1")):
        with pytest.raises(TryLater, match="401") as raised:
            await wrong.send(events(10))
        assert raised.value.after is not None
        assert raised.value.after >= timedelta(minutes=1)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, b"<h1>Bad Request</h1>"),
        (400, b'{"code": 400, "error": "body is not gzip"}'),
        (400, b'{"failed_records": []}'),
        (400, b'{"failed_records": [{"index": 7, "field": "event"}]}'),
        (400, b'{"failed_records": [{"index": -1, "field": "event"}]}'),
        (200, b""),
        (200, b'{"num_records_imp'),
        (200, b"\xff\xfe"),
        (200, b"[]"),
        (301, b""),
        (404, b"nothing here"),
    ],
)
async def test_N03_an_answer_that_blames_no_event_gives_none_up(
    scene: Scene, status: int, body: bytes
) -> None:
    scene.answer(status, body)
    with pytest.raises(TryLater):
        await scene.adapter().send(events(2))


# --- deletions --------------------------------------------------------------------------------


async def test_N03_a_person_is_deleted_and_it_is_known_when(
    scene: Scene, clock: StoppedClock
) -> None:
    mixpanel = scene.adapter()
    await mixpanel.send([an_event(), BehaviourEvent(uuid4(), uuid4(), "other", NOON, {})])
    tracking_id = await mixpanel.order_deletion([WHO, uuid4()])
    assert await mixpanel.deletion(tracking_id) is DeletionState.UNDER_WAY
    clock.advance(timedelta(hours=2))
    assert await mixpanel.deletion(tracking_id) is DeletionState.UNDER_WAY
    clock.advance(timedelta(days=1))
    assert await mixpanel.deletion(tracking_id) is DeletionState.DONE
    assert [each.name for each in scene.service.received] == ["other"]
    assert {each.compliance_type for each in scene.service.deletions} == {"GDPR"}


async def test_N03_a_deletion_mixpanel_does_not_know_is_lost(scene: Scene) -> None:
    assert await scene.adapter().deletion("no/such?task") is DeletionState.LOST


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("PENDING", DeletionState.UNDER_WAY),
        ("STAGING", DeletionState.UNDER_WAY),
        ("UNKNOWN", DeletionState.UNDER_WAY),
        ("SOMETHING NEW", DeletionState.UNDER_WAY),
        ("SUCCESS", DeletionState.DONE),
        ("FAILURE", DeletionState.LOST),
        ("REVOKED", DeletionState.LOST),
        ("NOT_FOUND", DeletionState.LOST),
    ],
)
async def test_N03_each_state_of_a_deletion_is_understood(
    scene: Scene, status: str, state: DeletionState
) -> None:
    scene.answer(200, msgspec.json.encode({"status": "ok", "results": {"status": status}}))
    assert await scene.adapter().deletion("1") is state


@pytest.mark.parametrize("results", [{"task_id": "7"}, [{"tracking_id": "7", "status": "PENDING"}]])
async def test_N03_an_order_may_be_answered_as_either_page_says(scene: Scene, results: Any) -> None:
    scene.answer(201, msgspec.json.encode({"status": "ok", "results": results}))
    assert await scene.adapter().order_deletion([WHO]) == "7"


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (201, b"<h1>Oops</h1>"),
        (201, b'{"results": {}}'),
        (201, b'{"results": []}'),
        (400, b"{}"),
        (500, b""),
    ],
)
async def test_N03_an_order_that_was_not_understood_is_given_again(
    scene: Scene, status: int, body: bytes
) -> None:
    scene.answer(status, body)
    with pytest.raises(TryLater):
        await scene.adapter().order_deletion([WHO])
    with pytest.raises(TryLater):
        await scene.adapter().deletion("1")


async def test_N03_a_token_that_has_expired_keeps_deletions_waiting(scene: Scene) -> None:
    expired = scene.adapter(deletion_token="x")
    with pytest.raises(TryLater, match="401"):
        await expired.order_deletion([WHO])
    with pytest.raises(TryLater, match="401"):
        await expired.deletion("1")


async def test_N03_two_orders_in_a_second_are_one_too_many(scene: Scene) -> None:
    await scene.adapter().order_deletion([WHO])
    with pytest.raises(TryLater, match="429"):
        await scene.adapter().order_deletion([UUID(int=7)])


async def test_N03_without_a_service_what_waits_waits_on() -> None:
    nobody = NoAnalytics()
    assert not nobody.collects
    for call in (nobody.send([]), nobody.order_deletion([]), nobody.deletion("1")):
        with pytest.raises(TryLater):
            await call
