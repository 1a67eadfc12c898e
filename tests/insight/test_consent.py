"""N03, A14: nothing is recorded without consent to it, and what was goes when it is withdrawn."""

import asyncio
from datetime import timedelta
from uuid import UUID

import msgspec

from tests.clock import NOON, StoppedClock
from tests.families import PASSWORD, Guardian, play, sign_up
from tests.therapy.steps import make_plan, plan_day

from .conftest import FORGET, SEND, Tracking, an_event, tell, upload


async def _kept(tracking: Tracking) -> dict[str, int]:
    """How many rows there are of what the feature keeps and sends."""
    kept = {
        table: len(await tracking.rows(f"select * from insight.{table}"))  # noqa: S608 - names of ours
        for table in ("person", "taken_event", "deletion")
    }
    return {**kept, "sent": len(await tracking.waiting(SEND))}


async def _live_a_little(guardian: Guardian) -> None:
    """Do all that the server tells of, but for leaving."""
    child = await guardian.register_child()
    await make_plan(guardian, child, [plan_day(3)])
    await guardian.upload(child, play(NOON))


async def test_N03_without_consent_nothing_is_kept_nor_sent(tracking: Tracking) -> None:
    guardian = await sign_up(tracking.http)
    await guardian.consent(marketing=1)
    assert await tell(guardian, an_event(), an_event()) == ["not_consented"] * 2
    await _live_a_little(guardian)
    async with tracking.working():
        pass
    assert await _kept(tracking) == {"person": 0, "taken_event": 0, "deletion": 0, "sent": 0}
    assert tracking.counted.requests == []


async def test_N03_what_the_server_knows_is_told_under_a_pseudonym(
    tracking: Tracking, clock: StoppedClock
) -> None:
    guardian = await sign_up(tracking.http)
    clock.advance(timedelta(minutes=2))
    await guardian.consent(analytics=1)
    await _live_a_little(guardian)
    pseudonym = await tracking.pseudonym(guardian)
    async with tracking.working():
        answer = await guardian.call(
            "POST", "/account/withdrawal", json={"confirm": True, "password": PASSWORD}
        )
        assert answer.status_code == 202, answer.text
        await tracking.settled()
    told = tracking.told_of(pseudonym)
    assert {each.name: (each.properties, each.at - NOON) for each in told} == {
        "account_opened": (
            {"password": True, "google": False, "apple": False},
            timedelta(0),
        ),
        "child_registered": ({}, timedelta(minutes=2)),
        "therapy_goal_reached": ({}, timedelta(minutes=2)),
        "account_withdrawn": ({}, timedelta(minutes=2)),
    }
    assert len(tracking.mixpanel.received) == 4
    assert pseudonym != guardian.account_id


async def test_N03_no_id_nor_word_of_ours_leaves(tracking: Tracking, guardian: Guardian) -> None:
    child = await guardian.register_child(name="민준")
    event = an_event()
    await tell(guardian, event, app={"platform": "ios", "version": "3.2.0"})
    async with tracking.working():
        pass
    assert {each.name for each in tracking.mixpanel.received} == {
        "account_opened",
        "child_registered",
        "game_opened",
    }
    sent = msgspec.json.encode(tracking.mixpanel.received).decode()
    for ours in (guardian.account_id, guardian.email, child["id"], "민준", event["id"], "김하늘"):
        assert ours not in sent


async def test_N03_the_same_answer_again_begins_nothing_anew(
    tracking: Tracking, guardian: Guardian
) -> None:
    pseudonym = await tracking.pseudonym(guardian)
    await guardian.consent(analytics=1)
    await guardian.consent(marketing=1)
    await asyncio.gather(*(guardian.consent(analytics=1) for _ in range(4)))
    assert await tracking.pseudonym(guardian) == pseudonym
    assert await _kept(tracking) == {"person": 1, "taken_event": 0, "deletion": 0, "sent": 1}


async def test_N03_what_waits_when_consent_is_withdrawn_is_never_sent(
    tracking: Tracking, guardian: Guardian
) -> None:
    stays = await tracking.guardian()
    assert await tell(guardian, *[an_event() for _ in range(5)]) == ["accepted"] * 5
    await tell(stays, an_event())
    await guardian.consent(analytics=None)
    assert await tell(guardian, an_event()) == ["not_consented"]
    async with tracking.working():
        pass
    assert await tracking.waiting(SEND) == []
    theirs = await tracking.pseudonym(stays)
    assert {each.distinct_id for each in tracking.mixpanel.received} == {theirs}


async def test_N03_withdrawing_has_deleted_what_was_sent(
    tracking: Tracking, guardian: Guardian, clock: StoppedClock
) -> None:
    stays = await tracking.guardian()
    pseudonym = await tracking.pseudonym(guardian)
    async with tracking.working():
        assert tracking.told_of(pseudonym)
        await guardian.consent(analytics=None)
        await tracking.settled()
        # What another worker may be sending at this moment arrives before.
        [task] = await tracking.waiting(FORGET)
        assert task["after"] >= timedelta(minutes=10)
        assert tracking.mixpanel.deletions == []

        await tracking.later()
        await tracking.settled()
        [ordered] = tracking.mixpanel.deletions
        assert ordered.distinct_ids == [pseudonym]
        await tracking.later()
        await tracking.settled()
        assert len(tracking.mixpanel.deletions) == 1
        [asked] = await tracking.rows("select * from insight.deletion")
        assert (asked["account_id"], asked["reason"]) == (
            UUID(guardian.account_id),
            "consent_withdrawn",
        )
        assert (asked["ordered_at"], asked["done_at"]) == (clock.now(), None)

        clock.advance(timedelta(days=2))
        await tracking.later()
        await tracking.settled()
    assert tracking.told_of(pseudonym) == []
    assert tracking.told_of(await tracking.pseudonym(stays))
    [done] = await tracking.rows("select * from insight.deletion")
    assert done["done_at"] == NOON + timedelta(days=2)
    assert await tracking.waiting(FORGET) == []


async def test_N03_who_consents_again_has_another_pseudonym_that_no_deletion_meets(
    tracking: Tracking, guardian: Guardian, clock: StoppedClock
) -> None:
    event = an_event()
    await tell(guardian, event)
    first = await tracking.pseudonym(guardian)
    async with tracking.working():
        await guardian.consent(analytics=None)
        await guardian.consent(analytics=1)
        second = await tracking.pseudonym(guardian)
        await tracking.settled()
        assert await tell(guardian, event) == ["accepted"]
        await tracking.later()
        await tracking.settled()
        insert_ids = [each.insert_id for each in tracking.mixpanel.received]
        clock.advance(timedelta(days=2))
        await tracking.later()
        await tracking.settled()
    assert first != second
    assert len(insert_ids) == len(set(insert_ids)) == 4
    assert tracking.told_of(first) == []
    assert {each.name for each in tracking.told_of(second)} == {"account_opened", "game_opened"}


async def test_N03_what_happened_before_the_consent_is_not_taken(
    tracking: Tracking, clock: StoppedClock
) -> None:
    guardian = await sign_up(tracking.http)
    clock.advance(timedelta(minutes=9))
    await guardian.consent(analytics=1)
    consented_at = clock.now()
    fates = await tell(
        guardian,
        an_event(at=consented_at - timedelta(minutes=3)),
        # The tablet's clock may be a little slow.
        an_event(at=consented_at - timedelta(minutes=1)),
        an_event(at=consented_at),
    )
    assert fates == ["not_consented", "accepted", "accepted"]


async def test_N03_a_new_version_of_the_document_is_to_be_consented_to(
    tracking: Tracking, guardian: Guardian, clock: StoppedClock
) -> None:
    document = {
        "kind": "analytics",
        "version": 2,
        "title": {"ko": "이용 행태", "en": "Analytics"},
        "text": {"ko": "더 많이", "en": "More of it"},
        "effective_from": (NOON + timedelta(hours=1)).isoformat(),
    }
    answer = await tracking.admin.call("POST", "/staff/consent-documents", json=document)
    assert answer.status_code == 201, answer.text
    assert await tell(guardian, an_event()) == ["accepted"]
    pseudonym = await tracking.pseudonym(guardian)
    clock.advance(timedelta(hours=1))
    await tracking.sign_in(guardian)
    assert await tell(guardian, an_event()) == ["not_consented"]
    await guardian.consent(analytics=2)
    assert await tell(guardian, an_event()) == ["accepted"]
    assert await tracking.pseudonym(guardian) == pseudonym
    assert await tracking.rows("select * from insight.deletion") == []


async def test_N03_of_uploads_and_a_withdrawal_at_once_nothing_is_sent_that_is_not_deleted(
    tracking: Tracking, guardian: Guardian
) -> None:
    pseudonym = await tracking.pseudonym(guardian)
    fates, *_ = await asyncio.gather(
        asyncio.gather(*(tell(guardian, *[an_event() for _ in range(20)]) for _ in range(5))),
        guardian.consent(analytics=None),
    )
    assert {fate for each in fates for fate in each} <= {"accepted", "not_consented"}
    async with tracking.working():
        assert tracking.mixpanel.received == []
        await tracking.later()
        await tracking.settled()
    assert [each.distinct_ids for each in tracking.mixpanel.deletions] == [[pseudonym]]
    assert (await _kept(tracking))["taken_event"] == 0


async def test_N03_consent_under_which_nothing_was_recorded_needs_no_deletion(
    tracking: Tracking,
) -> None:
    guardian = await sign_up(tracking.http)
    attached = await tracking.support.call(
        "PUT",
        f"/staff/accounts/{(await sign_up(tracking.http)).account_id}/test-accounts",
        json={"accounts": [guardian.account_id]},
    )
    assert attached.is_success, attached.text
    await guardian.consent(analytics=1)
    await guardian.consent(analytics=None)
    assert await _kept(tracking) == {"person": 0, "taken_event": 0, "deletion": 0, "sent": 0}
    assert await tracking.waiting(FORGET) == []


async def test_N03_one_persons_consent_is_no_others(tracking: Tracking, guardian: Guardian) -> None:
    other = await sign_up(tracking.http)
    assert await tell(other, an_event()) == ["not_consented"]
    assert await tell(guardian, an_event()) == ["accepted"]
    assert (await upload(other, events=[an_event()])).json()["events"][0]["fate"] == (
        "not_consented"
    )
