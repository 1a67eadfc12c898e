"""T13: results are pushed to outside systems, at least once, and one that is down holds up none."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from dodam.adapters.webhooks import HttpWebhooks
from dodam.features.sharing.models import deliveries as models
from dodam.features.sharing.models.deliveries import Answer
from dodam.platform.work import CannotBeDone
from dodam_sim.serving import Trouble
from dodam_sim.world.faults import WELL, Fault, Faults
from tests.conftest import CLOCK
from tests.families import Guardian
from tests.therapy.steps import rows
from tests.worker import working

from .steps import (
    DAY,
    EVENING,
    MINUTE,
    Receiver,
    System,
    Town,
    deliveries_of,
    family,
    numbers,
    stop,
)

TODAY = "2026-03-19"
SEVERAL_HOURS = timedelta(hours=3)


@pytest.fixture(autouse=True)
def _no_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses are as long as they can be."""

    def longest(_: float, most: float) -> float:
        return most

    monkeypatch.setattr(models, "uniform", longest)


async def _endpoint(system: System, receiver: Receiver) -> dict[str, Any]:
    endpoints = await system.get("/webhook-endpoints")
    [found] = [each for each in endpoints if each["id"] == receiver.endpoint["id"]]
    return found


# --- what is sent ------------------------------------------------------------------------------


async def test_T13_a_result_is_pushed_as_it_can_be_read(
    town: Town, home: Guardian, system: System, receiver: Receiver
) -> None:
    [child] = await family(town, home, system)
    await town.evening()
    await town.house.at(EVENING, home)
    [shared] = (await system.read())["results"]
    assert receiver.messages == [
        {"type": "daily_result.ready", "timestamp": "2026-03-19T11:00:00Z", "data": shared}
    ]
    assert shared["child"] == (await numbers(home, child))[system.id]
    [received] = receiver.hospital.received
    assert (received.sent_at, received.again) == (EVENING, False)
    for named in (child["id"], child["name"], home.account_id, home.email):
        assert named not in received.body
    [delivery] = await system.get(f"{receiver.path}/deliveries")
    assert (delivery["id"], delivery["days"], delivery["state"]) == (
        received.id,
        [TODAY],
        "delivered",
    )
    assert (delivery["tries"], delivery["last_status"]) == (1, 204)
    assert delivery["delivered_at"] == "2026-03-19T11:00:00Z"


async def test_T13_every_endpoint_of_every_granted_system_is_told_and_nobody_else(
    town: Town, home: Guardian, system: System, receiver: Receiver, other_receiver: Receiver
) -> None:
    [granted] = await family(town, home, system)
    await home.register_child(name="서연")
    await town.evening()
    await town.house.at(EVENING, home)
    number = (await numbers(home, granted))[system.id]
    for each in (receiver, other_receiver):
        assert [message["data"]["child"] for message in each.messages] == [number]
    [one], [two] = receiver.hospital.received, other_receiver.hospital.received
    assert one.id != two.id


async def test_T13_a_system_without_grants_is_sent_nothing(
    town: Town, home: Guardian, receiver: Receiver
) -> None:
    other = await town.system("바다재활의원")
    await family(town, home, other)
    await town.evening()
    assert (receiver.messages, await town.deliveries(receiver)) == ([], [])


# --- what is not taken -------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [Fault.DOWN, Fault.BROKEN, Fault.BUSY])
async def test_T13_what_is_not_taken_is_tried_again_with_the_same_id_after_growing_pauses(
    town: Town, home: Guardian, system: System, receiver: Receiver, fault: Fault
) -> None:
    await family(town, home, system)
    receiver.line.faults = Faults.always(fault)
    await town.evening()
    [first] = await town.deliveries(receiver)
    tried_after = list[int]()
    for minute in range(1, 240):
        await town.pass_by(MINUTE)
        [delivery] = await town.deliveries(receiver)
        if delivery["tries"] - 1 > len(tried_after):
            tried_after.append(minute)
    assert tried_after == [1, 6, 21, 51, 111, 231]
    receiver.line.faults = WELL
    await town.pass_by(SEVERAL_HOURS)
    [received] = receiver.hospital.received
    assert (received.id, receiver.days) == (str(first["id"]), [TODAY])
    assert await town.states(receiver) == ["delivered"]


async def test_T13_what_may_have_been_taken_comes_again_and_is_known_by_its_id(
    town: Town, home: Guardian, system: System, receiver: Receiver
) -> None:
    await family(town, home, system)
    receiver.line.faults = Faults.always(Fault.LOST)
    await town.evening()
    receiver.line.faults = WELL
    await town.pass_by(MINUTE)
    one, two = receiver.hospital.received
    assert (one.id, one.body, one.again, two.again) == (two.id, two.body, False, True)
    assert two.sent_at - one.sent_at == MINUTE


async def test_T13_an_endpoint_that_is_down_is_asked_once_a_pause_however_much_waits(
    town: Town, home: Guardian, system: System, receiver: Receiver
) -> None:
    await family(town, home, system, count=6)
    receiver.line.faults = Faults.always(Fault.BROKEN)
    await town.evening()
    tries = [each["tries"] for each in await town.deliveries(receiver)]
    assert sorted(tries) == [0, 0, 0, 0, 0, 1]
    await town.pass_by(MINUTE / 2)
    assert sum(each["tries"] for each in await town.deliveries(receiver)) == 1
    await town.pass_by(MINUTE / 2)
    assert sum(each["tries"] for each in await town.deliveries(receiver)) == 2
    receiver.line.faults = WELL
    await town.pass_by(SEVERAL_HOURS)
    assert await town.states(receiver) == ["delivered"] * 6


async def test_T13_an_endpoint_that_is_down_holds_up_no_other(
    town: Town, home: Guardian, system: System, receiver: Receiver, other_receiver: Receiver
) -> None:
    await family(town, home, system, count=3)
    receiver.line.faults = Faults.always(Fault.BROKEN)
    await town.evening()
    assert other_receiver.days == [TODAY] * 3
    assert await town.states(receiver) == ["waiting"] * 3


async def test_T13_an_endpoint_that_answers_nothing_takes_one_place_of_the_lane(
    town: Town,
    home: Guardian,
    system: System,
    receiver: Receiver,
    other_receiver: Receiver,
) -> None:
    """With a real worker: others are served while the first is still waited for."""
    await family(town, home, system, count=3)
    receiver.hospital.trouble = Trouble.STUCK
    CLOCK.set(EVENING)
    await town.chore("begin-evenings")
    async with working(town.dodam.jobs), asyncio.timeout(30):
        while len(other_receiver.days) < 3:  # noqa: ASYNC110 - the worker tells nobody
            await asyncio.sleep(0.01)
        assert sum(each["tries"] for each in await town.deliveries(receiver)) == 1
        receiver.hospital.trouble = Trouble.DOWN
    assert other_receiver.days == [TODAY] * 3


async def test_T13_a_message_that_alone_is_refused_holds_up_no_other(
    town: Town,
    home: Guardian,
    system: System,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await family(town, home, system, count=4)
    post, poison = HttpWebhooks.post, list[str]()

    async def refuse_one(self: HttpWebhooks, url: str, headers: Any, body: bytes) -> Answer:
        poison.append(headers["webhook-id"])
        if headers["webhook-id"] == poison[0]:
            return Answer(400)
        return await post(self, url, headers, body)

    monkeypatch.setattr(HttpWebhooks, "post", refuse_one)
    await town.evening()
    await town.pass_by(MINUTE)
    await town.pass_by(MINUTE)
    assert sorted(await town.states(receiver)) == ["delivered"] * 3 + ["waiting"]


async def test_T13_an_endpoint_that_asks_to_wait_is_left_alone_for_so_long(
    town: Town, home: Guardian, system: System, receiver: Receiver
) -> None:
    await family(town, home, system)
    receiver.line.faults = Faults.always(Fault.BUSY, busy_seconds=600)
    await town.evening()
    receiver.line.faults = WELL
    await town.pass_by(9 * MINUTE)
    assert receiver.messages == []
    await town.pass_by(MINUTE)
    assert receiver.days == [TODAY]


async def test_T13_an_endpoint_that_is_gone_is_turned_off(
    town: Town,
    home: Guardian,
    system: System,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await family(town, home, system, count=2)

    async def gone(*_: Any) -> Answer:
        return Answer(410)

    with monkeypatch.context() as patched:
        patched.setattr(HttpWebhooks, "post", gone)
        await town.evening()
    assert (await _endpoint(system, receiver))["disabled_by"] == "gone"
    assert await town.states(receiver) == ["dropped"] * 2
    await town.evening(EVENING + DAY)
    assert receiver.messages == []
    assert len(await system.days()) == 4
    await system.call("PATCH", receiver.path, json={"enabled": True})
    await town.evening(EVENING + 4 * DAY)
    assert receiver.days == ["2026-03-23"] * 2


async def test_T13_an_endpoint_that_is_turned_off_is_sent_nothing_it_missed(
    town: Town, home: Guardian, system: System, receiver: Receiver
) -> None:
    await family(town, home, system)
    receiver.line.faults = Faults.always(Fault.BROKEN)
    await town.evening()
    receiver.line.faults = WELL
    await system.call("PATCH", receiver.path, json={"enabled": False})
    assert await town.states(receiver) == ["dropped"]
    await town.evening(EVENING + DAY)
    await system.call("PATCH", receiver.path, json={"enabled": True})
    await town.pass_by(MINUTE)
    assert receiver.messages == []
    assert len(await system.days()) == 2


# --- giving up ---------------------------------------------------------------------------------


async def _give_up(town: Town, receiver: Receiver) -> None:
    receiver.line.faults = Faults.always(Fault.BROKEN)
    await town.evening()
    await town.pass_by(3 * DAY - MINUTE)
    assert await town.states(receiver) == ["waiting"]
    await town.pass_by(MINUTE)


async def test_T13_after_three_days_a_message_is_held_and_the_endpoint_is_failing(
    town: Town, home: Guardian, system: System, receiver: Receiver
) -> None:
    await family(town, home, system)
    await _give_up(town, receiver)
    assert await town.states(receiver) == ["held"]
    [why] = town.failures
    assert isinstance(why, CannotBeDone)
    assert (await _endpoint(system, receiver))["failing_since"] == "2026-03-22T11:00:00Z"
    assert len(await system.days()) == 1


async def test_T13_staff_have_a_held_message_sent_once_more(
    town: Town, home: Guardian, system: System, receiver: Receiver
) -> None:
    await family(town, home, system)
    await _give_up(town, receiver)
    [held] = await town.deliveries(receiver)
    deliveries = deliveries_of(town.dodam)
    with pytest.raises(CannotBeDone, match="it answered 5"):
        await deliveries.deliver_again(held["id"])
    assert await town.states(receiver) == ["held"]
    receiver.line.faults = WELL
    await deliveries.deliver_again(held["id"])
    assert (await town.states(receiver), receiver.days) == (["delivered"], [TODAY])
    assert (await _endpoint(system, receiver))["failing_since"] is None
    await deliveries.deliver_again(held["id"])
    assert receiver.days == [TODAY]


async def test_T13_a_held_message_is_a_dead_letter_until_staff_replay_it(
    town: Town, home: Guardian, system: System, receiver: Receiver
) -> None:
    """With a real worker."""
    await family(town, home, system)
    receiver.line.faults = Faults.always(Fault.BROKEN)
    await town.evening()
    CLOCK.advance(3 * DAY)
    await town.chore("begin-deliveries")
    admin, kind = town.house.admin, "sharing.deliver_again.v1"

    async def held() -> list[dict[str, Any]]:
        return (await admin.get("/staff/dead-letters"))["letters"]

    async with working(town.dodam.jobs), asyncio.timeout(30):
        while not (letters := await held()):  # noqa: ASYNC110 - rows tell nobody
            await asyncio.sleep(0.02)
        assert [(each["kind"], each["reason"]) for each in letters] == [
            (kind, "an outside system did not take it for 3 days")
        ]
        receiver.line.faults = WELL
        answer = await admin.call("POST", "/staff/dead-letters/replay", json={"kind": kind})
        assert answer.status_code in {200, 201}, answer.text
        while not receiver.days:  # noqa: ASYNC110 - the worker tells nobody
            await asyncio.sleep(0.02)
    assert receiver.days == [TODAY]


# --- what is no longer to be sent --------------------------------------------------------------


async def test_A14_what_waits_is_dropped_when_the_grant_ends(
    town: Town, home: Guardian, system: System, receiver: Receiver
) -> None:
    [child] = await family(town, home, system)
    receiver.line.faults = Faults.always(Fault.BROKEN)
    await town.evening()
    await town.house.at(EVENING, home)
    await stop(home, child, system)
    receiver.line.faults = WELL
    assert await town.states(receiver) == ["dropped"]
    await town.pass_by(SEVERAL_HOURS)
    assert receiver.messages == []


@pytest.mark.parametrize("how", ["removed", "consent", "revoked"])
async def test_A14_a_grant_is_looked_at_again_when_something_is_sent(
    town: Town, home: Guardian, system: System, receiver: Receiver, how: str
) -> None:
    """Even before what ended it was followed up."""
    [child] = await family(town, home, system)
    receiver.line.faults = Faults.always(Fault.BROKEN)
    await town.evening()
    receiver.line.faults = WELL
    await town.house.at(EVENING, home)
    if how == "removed":
        await home.call("DELETE", f"/children/{child['id']}")
    elif how == "consent":
        await home.consent(terms=None)
    else:
        await town.house.admin.call("DELETE", f"/staff/api-keys/{system.id}")
    CLOCK.advance(MINUTE)
    await deliveries_of(town.dodam).deliver_all(UUID(receiver.endpoint["id"]))
    assert (await town.states(receiver), receiver.messages) == (["dropped"], [])


async def test_A14_a_grant_that_ends_while_a_message_is_refused_does_not_come_back(
    town: Town,
    home: Guardian,
    system: System,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    [child] = await family(town, home, system)
    await town.house.at(EVENING, home)

    async def end_meanwhile(*_: Any) -> Answer:
        await stop(home, child, system)
        return Answer(503)

    monkeypatch.setattr(HttpWebhooks, "post", end_meanwhile)
    await town.evening()
    assert await town.states(receiver) == ["dropped"]


# --- whatever happens to workers ---------------------------------------------------------------


async def test_T13_a_worker_that_dies_after_sending_sends_again_with_the_same_id(
    town: Town,
    home: Guardian,
    system: System,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await family(town, home, system)
    post = HttpWebhooks.post

    async def die_after(self: HttpWebhooks, url: str, headers: Any, body: bytes) -> Answer:
        await post(self, url, headers, body)
        raise asyncio.CancelledError

    with monkeypatch.context() as patched:
        patched.setattr(HttpWebhooks, "post", die_after)
        with pytest.raises(asyncio.CancelledError):
            await town.evening()
    await town.pass_by(MINUTE / 2)
    assert len(receiver.messages) == 1
    await town.pass_by(MINUTE / 2)
    one, two = receiver.hospital.received
    assert (one.id, two.again) == (two.id, True)
    assert await town.states(receiver) == ["delivered"]


async def test_T13_workers_at_once_send_each_message_once(
    town: Town, home: Guardian, system: System, receiver: Receiver
) -> None:
    await family(town, home, system, count=9)
    CLOCK.set(EVENING)
    await town.chore("begin-evenings")
    await town.work(r"^therapy\.sum_up|^deliver:sharing")
    deliveries = deliveries_of(town.dodam)
    endpoint = UUID(receiver.endpoint["id"])
    await asyncio.gather(*(deliveries.deliver_all(endpoint) for _ in range(5)))
    assert receiver.days == [TODAY] * 9
    assert not any(each.again for each in receiver.hospital.received)
    assert [each["tries"] for each in await town.deliveries(receiver)] == [1] * 9


async def test_T13_old_messages_are_forgotten_and_those_on_their_way_are_not(
    town: Town, home: Guardian, system: System, receiver: Receiver, other_receiver: Receiver
) -> None:
    await family(town, home, system)
    other_receiver.line.faults = Faults.always(Fault.BROKEN)
    await town.evening()
    CLOCK.advance(89 * DAY)
    await town.chore("forget-deliveries")
    assert await town.states(receiver) == ["delivered"]
    CLOCK.advance(2 * DAY)
    await town.chore("forget-deliveries")
    assert (await town.states(receiver), await town.states(other_receiver)) == ([], ["waiting"])
    assert len(await system.days()) == 1


async def test_T13_removing_an_endpoint_takes_its_messages_with_it(
    town: Town, home: Guardian, system: System, receiver: Receiver, other_receiver: Receiver
) -> None:
    await family(town, home, system)
    await town.evening()
    assert (await system.call("DELETE", receiver.path)).status_code == 204
    assert await town.states(receiver) == []
    assert await town.states(other_receiver) == ["delivered"]
    assert len(await rows(town.dodam, "select id from sharing.endpoint_secret")) == 1
