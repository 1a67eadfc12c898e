"""N03, N06: waiting events gather, and a Mixpanel that is away or refuses loses none of them."""

import time
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import msgspec
import pytest

from dodam.features.insight.models.events import BehaviourEvent, SendBehaviourEvent
from dodam.platform.settings import Settings
from dodam_sim.world.faults import WELL, Fault, Faults
from tests.clock import NOON
from tests.families import Guardian, sign_up

from .conftest import FORGET, SEND, Tracking, an_event, tell, tracking_system

IMPORT = "/import"


async def _enqueue(tracking: Tracking, guardian: Guardian, *times: datetime) -> list[str]:
    """Events that happened at these times; their insert ids."""
    pseudonym = UUID(await tracking.pseudonym(guardian))
    events = [BehaviourEvent(pseudonym, uuid4(), "screen_seen", at, {}) for at in times]
    async with tracking.dodam.database.transaction() as tx:
        await tx.enqueue(*(SendBehaviourEvent(event=each) for each in events))
    return [str(each.insert_id) for each in events]


async def test_N03_thousands_of_events_go_in_a_few_requests(
    tracking: Tracking, guardian: Guardian
) -> None:
    times = [NOON - timedelta(seconds=number) for number in range(5000)]
    sent = await _enqueue(tracking, guardian, *times)
    started = time.perf_counter()
    async with tracking.working():
        seconds = time.perf_counter() - started
    arrived = {each.insert_id for each in tracking.mixpanel.received}
    # Mixpanel's newest 5,000 are kept in the simulation.
    assert len(arrived & set(sent)) >= 4999
    assert tracking.mixpanel.events.imported == 5001
    assert tracking.mixpanel.events.duplicates == 0
    # A worker takes a hundred jobs at a time; while one batch is under way, the next gathers.
    assert tracking.counted.requests.count(IMPORT) <= 50
    assert seconds < 30


async def test_N06_events_whose_answers_are_lost_are_sent_again_and_count_once(
    tracking: Tracking, guardian: Guardian
) -> None:
    tracking.line.faults = Faults.flaky(0.7, [Fault.LOST, Fault.HALF])
    events = [an_event() for _ in range(40)]
    await tell(guardian, *events[:20])
    async with tracking.working():
        await tell(guardian, *events[20:])
        await tracking.settled()
        tracking.line.faults = WELL
        await tracking.later()
        await tracking.settled()
    names = [each.name for each in tracking.mixpanel.received]
    assert names.count("game_opened") == 40
    assert await tracking.waiting(SEND) == []


@pytest.mark.parametrize("fault", [Fault.DOWN, Fault.BROKEN, Fault.GARBAGE, Fault.HALF])
async def test_N06_while_mixpanel_is_not_well_events_wait(
    tracking: Tracking, guardian: Guardian, fault: Fault
) -> None:
    await tell(guardian, *[an_event() for _ in range(3)])
    tracking.line.faults = Faults.always(fault)
    async with tracking.working_at_once():
        await tracking.asked(IMPORT, times=2)
        assert len(await tracking.waiting(SEND)) == 4
        tracking.line.faults = WELL
        await tracking.settled()
    assert len(tracking.mixpanel.received) == 4
    assert await tracking.waiting(SEND) == []


async def test_N06_a_wrong_key_holds_nothing_and_once_right_lets_everything_through(
    tracking: Tracking, guardian: Guardian
) -> None:
    account = tracking.mixpanel.account
    right, account.secret = account.secret, "another secret"
    await tell(guardian, *[an_event() for _ in range(300)])
    async with tracking.working_at_once():
        await tracking.asked(IMPORT, times=5)
        waiting = await tracking.waiting(SEND)
        assert len(waiting) == 301
        assert {each["status"] for each in waiting} == {"picked"}
        account.secret = right
        await tracking.settled()
    assert len(tracking.mixpanel.received) == 301
    assert await tracking.waiting(SEND) == []


async def test_N06_an_event_that_mixpanel_refuses_is_held_alone(
    tracking: Tracking, guardian: Guardian
) -> None:
    good, _, other = await _enqueue(
        tracking, guardian, NOON, NOON + timedelta(hours=2), NOON - timedelta(days=200)
    )
    async with tracking.working():
        pass
    arrived = {each.insert_id for each in tracking.mixpanel.received}
    assert {good, other} < arrived
    assert len(arrived) == 3
    [held] = await tracking.waiting(SEND)
    assert held["status"] == "failed"
    [told] = await tracking.rows("select * from jobs.pgqueuer_log where status = 'failed'")
    reason = msgspec.json.encode(told["traceback"]).decode()
    assert "mixpanel refuses properties.time" in reason
    assert await tracking.pseudonym(guardian) not in reason


async def test_N03_events_are_not_sent_before_what_people_wait_for(
    tracking: Tracking, guardian: Guardian
) -> None:
    await tell(guardian, an_event())
    rows = await tracking.rows("select entrypoint, priority from jobs.pgqueuer")
    ours = {row["priority"] for row in rows if row["entrypoint"] == SEND}
    others = {row["priority"] for row in rows if row["entrypoint"].startswith("deliver:accounts")}
    assert max(ours) < min(others)


# --- test accounts ----------------------------------------------------------------------------


async def _attach(tracking: Tracking, owner: Guardian, *accounts: Guardian) -> None:
    answer = await tracking.support.call(
        "PUT",
        f"/staff/accounts/{owner.account_id}/test-accounts",
        json={"accounts": [each.account_id for each in accounts]},
    )
    assert answer.is_success, answer.text


async def test_A12_of_a_test_account_nothing_is_recorded(tracking: Tracking) -> None:
    owner, tester = await sign_up(tracking.http), await sign_up(tracking.http)
    await _attach(tracking, owner, tester)
    await tester.consent(analytics=1)
    assert await tell(tester, an_event()) == ["not_collected"]
    await tester.register_child()
    async with tracking.working():
        pass
    assert tracking.counted.requests == []
    assert await tracking.rows("select * from insight.taken_event") == []


async def test_A12_what_waits_when_an_account_becomes_a_test_account_is_never_sent(
    tracking: Tracking, guardian: Guardian
) -> None:
    tester = await tracking.guardian()
    await tell(tester, an_event())
    await tell(guardian, an_event())
    await _attach(tracking, guardian, tester)
    async with tracking.working():
        pass
    known = {each.distinct_id for each in tracking.mixpanel.received}
    assert known == {await tracking.pseudonym(guardian)}
    assert await tracking.waiting(SEND) == []


async def test_A12_what_was_sent_before_is_deleted_and_an_ordinary_account_is_followed_anew(
    tracking: Tracking, guardian: Guardian
) -> None:
    tester = await tracking.guardian()
    first = await tracking.pseudonym(tester)
    await tell(tester, an_event())
    await _attach(tracking, guardian, tester)
    for _ in range(2):
        await tracking.chore("forget-behaviour-of-test-accounts")
    assert [each["task"]["distinct_id"] for each in await tracking.waiting(FORGET)] == [first]
    [asked] = await tracking.rows("select * from insight.deletion")
    assert (str(asked["distinct_id"]), asked["reason"]) == (first, "test_account")
    second = await tracking.pseudonym(tester)
    assert second != first

    detached = await tracking.support.call(
        "DELETE",
        f"/staff/accounts/{guardian.account_id}/test-accounts",
        params={"account": [tester.account_id]},
    )
    assert detached.is_success, detached.text
    assert await tell(tester, an_event()) == ["accepted"]
    async with tracking.working():
        pass
    assert [each.name for each in tracking.told_of(second)] == ["game_opened"]
    assert tracking.told_of(first) == []


# --- without Mixpanel -------------------------------------------------------------------------


async def test_N03_without_mixpanel_nothing_is_recorded_and_nothing_is_to_be_deleted(
    settings: Settings, database: str
) -> None:
    nowhere = {
        name: Settings.model_fields[name].default
        for name in Settings.model_fields
        if name.startswith("mixpanel_")
    }
    async with tracking_system(settings, database, **nowhere) as tracking:
        guardian = await tracking.guardian()
        assert await tell(guardian, an_event()) == ["not_collected"]
        await guardian.register_child()
        async with tracking.working():
            pass
        assert await tracking.waiting(SEND) == []
        assert await tracking.rows("select * from insight.taken_event") == []
        await guardian.consent(analytics=None)
        assert await tracking.rows("select * from insight.deletion") == []
        assert await tracking.waiting(FORGET) == []


async def test_N03_who_consented_before_there_was_a_mixpanel_is_followed_from_then_on(
    settings: Settings, database: str
) -> None:
    async with tracking_system(settings, database, mixpanel_secret=None) as before:
        guardian = await before.guardian()
    async with tracking_system(settings, database) as tracking:
        guardian = Guardian(tracking.http, guardian.email, guardian.tokens)
        assert await tell(guardian, an_event()) == ["accepted"]


def test_N03_part_of_an_access_is_no_access(settings: Settings) -> None:
    with pytest.raises(ValueError, match="DODAM_MIXPANEL_SECRET"):
        Settings(data_dir=settings.data_dir, mixpanel_account="dodam")
