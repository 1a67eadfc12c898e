"""N03, A13: with the account goes what Mixpanel has of it, and the proof says when."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from dodam.features.accounts.events.withdrawal import AccountErased
from dodam_sim.world.faults import WELL, Fault, Faults
from tests.clock import NOON, StoppedClock
from tests.families import PASSWORD, Guardian, sign_up

from .conftest import FORGET, Tracking, an_event, tell

DELETIONS = "/api/app/data-deletions/v3.0"
GRACE = timedelta(days=31)


async def _leave(guardian: Guardian) -> str:
    """The receipt."""
    answer = await guardian.call(
        "POST", "/account/withdrawal", json={"confirm": True, "password": PASSWORD}
    )
    assert answer.status_code == 202, answer.text
    return answer.json()["receipt"]


async def _proof(http: httpx.AsyncClient, receipt: str) -> dict[str, dict[str, Any]]:
    answer = await http.get(f"/v1/withdrawals/{receipt}")
    assert answer.status_code == 200, answer.text
    return {each["part"]: each for each in answer.json()["erased"]}


async def _once_more(tracking: Tracking) -> None:
    await tracking.later()
    await tracking.settled()


async def _erase(tracking: Tracking, guardian: Guardian, clock: StoppedClock) -> str:
    """The account leaves and is erased, with a worker that works; the receipt."""
    receipt = await _leave(guardian)
    await tracking.settled()
    clock.advance(GRACE)
    await tracking.chore("erase-withdrawn-accounts")
    await tracking.settled()
    return receipt


async def test_A13_who_left_is_deleted_at_mixpanel_and_the_receipt_tells_when(
    tracking: Tracking, guardian: Guardian, clock: StoppedClock
) -> None:
    stays = await tracking.guardian()
    pseudonym = await tracking.pseudonym(guardian)
    await tell(guardian, an_event())
    async with tracking.working():
        receipt = await _erase(tracking, guardian, clock)
        assert {each.name for each in tracking.told_of(pseudonym)} == {
            "account_opened",
            "game_opened",
            "account_withdrawn",
        }
        assert (
            await tracking.rows(
                "select * from insight.person where account_id = $1", guardian.account_id
            )
            == []
        )
        await _once_more(tracking)
        assert [each.distinct_ids for each in tracking.mixpanel.deletions] == [[pseudonym]]
        proof = await _proof(tracking.http, receipt)
        assert proof["insight"]["rows"] == {"person": 1}
        assert "analytics" not in proof

        clock.advance(timedelta(days=2))
        await _once_more(tracking)
    proof = await _proof(tracking.http, receipt)
    assert proof["analytics"]["rows"] == {"person": 1}
    assert datetime.fromisoformat(proof["analytics"]["erased_at"]) == clock.now()
    assert tracking.told_of(pseudonym) == []
    assert tracking.told_of(await tracking.pseudonym(stays))
    [kept] = await tracking.rows("select * from insight.deletion")
    assert kept["account_id"] is None


async def test_A13_who_comes_back_is_followed_on(
    tracking: Tracking, guardian: Guardian, clock: StoppedClock
) -> None:
    pseudonym = await tracking.pseudonym(guardian)
    await _leave(guardian)
    form = {"email": guardian.email, "password": PASSWORD}
    refused = await tracking.http.post("/v1/auth/sign-in", json=form)
    token = refused.json()["details"]["undo_token"]
    answer = await tracking.http.post("/v1/auth/withdrawal/undo", json={"token": token})
    assert answer.is_success, answer.text
    await tracking.sign_in(guardian)
    clock.advance(timedelta(minutes=1))
    assert await tell(guardian, an_event()) == ["accepted"]
    assert await tracking.pseudonym(guardian) == pseudonym
    assert await tracking.rows("select * from insight.deletion") == []


async def test_A13_a_deletion_under_way_since_a_consent_was_withdrawn_belongs_to_the_proof(
    tracking: Tracking, guardian: Guardian, clock: StoppedClock
) -> None:
    async with tracking.working():
        await guardian.consent(analytics=None)
        await _once_more(tracking)
        await guardian.consent(analytics=1)
        receipt = await _erase(tracking, guardian, clock)
        # Ordered after the grace period, while the older one is done and nobody has looked yet.
        await _once_more(tracking)
        assert len(tracking.mixpanel.deletions) == 2
        await _once_more(tracking)
        states = {each["done_at"] for each in await tracking.rows("select * from insight.deletion")}
        assert states == {None, clock.now()}
        assert "analytics" not in await _proof(tracking.http, receipt)
        clock.advance(timedelta(days=2))
        await _once_more(tracking)
    proof = await _proof(tracking.http, receipt)
    assert proof["analytics"]["rows"] == {"person": 2}
    rows = await tracking.rows("select * from insight.deletion")
    assert [each["account_id"] for each in rows] == [None, None]


async def test_A13_so_it_does_of_who_never_consented_again(
    tracking: Tracking, guardian: Guardian, clock: StoppedClock
) -> None:
    async with tracking.working():
        await guardian.consent(analytics=None)
        await _once_more(tracking)
        receipt = await _erase(tracking, guardian, clock)
        assert "analytics" not in await _proof(tracking.http, receipt)
        await _once_more(tracking)
    proof = await _proof(tracking.http, receipt)
    assert proof["insight"]["rows"] == {"person": 0}
    assert proof["analytics"]["rows"] == {"person": 1}


async def test_A13_of_who_was_never_followed_nothing_is_asked_for(
    tracking: Tracking, clock: StoppedClock
) -> None:
    guardian = await sign_up(tracking.http)
    async with tracking.working():
        receipt = await _erase(tracking, guardian, clock)
        proof = await _proof(tracking.http, receipt)
    assert proof["insight"]["rows"] == {"person": 0}
    assert "analytics" not in proof
    assert tracking.counted.requests == []


async def test_A13_news_of_an_erasure_twice_changes_nothing(
    tracking: Tracking, guardian: Guardian, clock: StoppedClock
) -> None:
    erased = AccountErased(account_id=UUID(guardian.account_id))
    async with tracking.working():
        receipt = await _erase(tracking, guardian, clock)
        for days in (0, 2, 2):
            clock.advance(timedelta(days=days))
            async with tracking.dodam.database.transaction() as tx:
                await tx.publish(erased)
            await tracking.settled()
            await _once_more(tracking)
    proof = await _proof(tracking.http, receipt)
    assert proof["insight"]["rows"] == proof["analytics"]["rows"] == {"person": 1}
    assert len(tracking.mixpanel.deletions) == 1


async def test_N03_many_who_leave_are_ordered_together(
    tracking: Tracking, clock: StoppedClock
) -> None:
    guardians = [await tracking.guardian() for _ in range(5)]
    pseudonyms = {await tracking.pseudonym(each) for each in guardians}
    async with tracking.working():
        for each in guardians:
            await each.consent(analytics=None)
        await _once_more(tracking)
        [ordered] = tracking.mixpanel.deletions
        assert set(ordered.distinct_ids) == pseudonyms
        tracking.counted.requests.clear()
        clock.advance(timedelta(days=2))
        await _once_more(tracking)
        # One look at what was ordered is for all of them.
        assert len(tracking.counted.requests) == 1
    assert await tracking.waiting(FORGET) == []
    assert {each["done_at"] for each in await tracking.rows("select * from insight.deletion")} == {
        clock.now()
    }


async def test_N03_deletions_that_were_ordered_apart_take_turns(
    tracking: Tracking, guardian: Guardian, clock: StoppedClock
) -> None:
    other = await tracking.guardian()
    async with tracking.working():
        for each in (guardian, other):
            await each.consent(analytics=None)
            await _once_more(tracking)
            clock.advance(timedelta(minutes=1))
        assert len(tracking.mixpanel.deletions) == 2
        clock.advance(timedelta(days=2))
        for _ in range(2):
            await _once_more(tracking)
    rows = await tracking.rows("select * from insight.deletion")
    assert all(each["done_at"] for each in rows)
    assert await tracking.waiting(FORGET) == []


async def test_N03_a_deletion_that_is_not_carried_out_is_ordered_again(
    tracking: Tracking, guardian: Guardian, clock: StoppedClock
) -> None:
    pseudonym = await tracking.pseudonym(guardian)
    async with tracking.working():
        await guardian.consent(analytics=None)
        await _once_more(tracking)
        [lost] = tracking.mixpanel.deletions
        lost.status = "FAILURE"
        await _once_more(tracking)
        clock.advance(timedelta(days=1))
        await _once_more(tracking)
        clock.advance(timedelta(days=2))
        await _once_more(tracking)
    _, again = tracking.mixpanel.deletions
    assert (again.distinct_ids, again.status) == ([pseudonym], "SUCCESS")
    [row] = await tracking.rows("select * from insight.deletion")
    assert row["tracking_id"] == again.tracking_id
    assert row["done_at"] == clock.now()


@pytest.mark.parametrize("fault", [Fault.BROKEN, Fault.LOST, Fault.GARBAGE])
async def test_N06_a_deletion_waits_while_mixpanel_is_not_well(
    tracking: Tracking, guardian: Guardian, clock: StoppedClock, fault: Fault
) -> None:
    pseudonym = await tracking.pseudonym(guardian)
    async with tracking.working():
        await guardian.consent(analytics=None)
        tracking.line.faults = Faults.always(fault)
        await tracking.later()
        await _asked(tracking)
        tracking.line.faults = WELL
        clock.advance(timedelta(seconds=2))
        await tracking.settled()
        clock.advance(timedelta(days=2))
        await _once_more(tracking)
    assert tracking.told_of(pseudonym) == []
    [row] = await tracking.rows("select * from insight.deletion")
    assert row["done_at"] == NOON + timedelta(days=2, seconds=2)


async def _asked(tracking: Tracking) -> None:
    async with asyncio.timeout(30):
        while not any(path.startswith(DELETIONS) for path in tracking.counted.requests):  # noqa: ASYNC110 - a server is told nothing
            await asyncio.sleep(0.01)
