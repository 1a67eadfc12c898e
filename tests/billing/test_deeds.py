"""P07, P11: what staff and guardians have done about subscriptions is done at the store, once."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from dodam.features.billing.models.stores import Store
from dodam.features.billing.models.told import Told
from tests.clock import StoppedClock
from tests.conftest import CLOCK
from tests.families import Guardian, sign_up
from tests.house import template

from .books import subscriptions_of
from .shops import FakeAppStore, FakeGooglePlay, Street

__all__ = ["template"]

DAY = timedelta(days=1)
WHY = "보호자 요청 (문의 4711)"


async def _bought(street: Street, guardian: Guardian, shop: FakeAppStore | FakeGooglePlay) -> Told:
    """A month that the guardian bought, and that we know of."""
    sold = shop.sell(UUID(guardian.account_id))
    async with street.dodam.database.transaction() as tx:
        await subscriptions_of(street.dodam).learn(tx, sold)
    # What a store says later counts more.
    CLOCK.advance(timedelta(seconds=1))
    return sold


async def _held(street: Street, guardian: Guardian) -> dict[str, Any]:
    """The one subscription of a guardian, as support sees it."""
    [held] = await street.admin.get(f"/staff/accounts/{guardian.account_id}/subscriptions")
    return held


async def _ask(street: Street, guardian: Guardian, deed: str, **form: Any) -> Any:
    held = await _held(street, guardian)
    return await street.admin.call(
        "POST",
        f"/staff/subscriptions/{held['subscription']['id']}/{deed}",
        json={"id": str(uuid4()), "reason": WHY, **form},
    )


@pytest.fixture
async def buyer(street: Street) -> Guardian:
    return await sign_up(street.http)


async def test_P07_staff_end_the_renewal_of_a_google_subscription(
    street: Street, buyer: Guardian
) -> None:
    await _bought(street, buyer, street.google)
    asked = await _ask(street, buyer, "cancellation")
    assert (asked.status_code, asked.json()["state"]) == (202, "waiting")
    await street.settled()
    held = await _held(street, buyer)
    assert street.google.done == ["cancelled"]
    assert held["subscription"]["renews"] is False
    # What is paid for stays.
    assert held["subscription"]["state"] == "cancelled"
    assert (await buyer.get("/entitlement"))["entitled"] is True
    [deed] = held["deeds"]
    assert (deed["kind"], deed["state"], deed["reason"]) == ("cancellation", "done", WHY)
    assert (deed["by_kind"], deed["by"]) == ("staff", str(street.admin.id))


async def test_P07_nobody_but_the_guardian_cancels_an_apple_subscription(
    street: Street, buyer: Guardian
) -> None:
    await _bought(street, buyer, street.apple)
    held = await _held(street, buyer)
    path = f"/subscriptions/{held['subscription']['id']}/cancellation"
    for answer in (
        await _ask(street, buyer, "cancellation"),
        await buyer.call("POST", path, headers={"accept-language": "ko"}),
    ):
        problem = answer.json()
        assert (answer.status_code, problem["code"]) == (409, "cancelled_by_guardian_only")
        assert problem["details"]["url"] == "https://apps.apple.com/account/subscriptions"
        assert problem["details"]["url"] in problem["detail"]
    assert "구독" in problem["detail"]
    await street.settled()
    assert (street.apple.done, (await _held(street, buyer))["deeds"]) == ([], [])


async def test_P07_a_guardian_ends_the_renewal_of_the_own_google_subscription(
    street: Street, buyer: Guardian
) -> None:
    await _bought(street, buyer, street.google)
    held = await _held(street, buyer)
    path = f"/subscriptions/{held['subscription']['id']}/cancellation"
    stranger = await sign_up(street.http)
    assert (await stranger.call("POST", path)).json()["code"] == "subscription_not_found"
    answers = await asyncio.gather(*(buyer.call("POST", path) for _ in range(5)))
    assert {answer.status_code for answer in answers} == {202}
    await street.settled()
    held = await _held(street, buyer)
    assert (street.google.done, held["subscription"]["renews"]) == (["cancelled"], False)
    [deed] = held["deeds"]
    assert (deed["by_kind"], deed["reason"]) == ("guardian", None)


async def test_P07_a_store_that_is_away_is_asked_again(street: Street, buyer: Guardian) -> None:
    await _bought(street, buyer, street.google)
    street.google.away = True
    await _ask(street, buyer, "cancellation")
    await street.turned_away(street.google)
    assert (await _held(street, buyer))["deeds"][0]["state"] == "waiting"
    street.google.away = False
    await street.hurry()
    await street.settled()
    assert street.google.done == ["cancelled"]
    assert (await _held(street, buyer))["deeds"][0]["state"] == "done"


@pytest.mark.parametrize(
    ("store", "deed", "form"),
    [
        (Store.GOOGLE, "cancellation", {}),
        (Store.GOOGLE, "revocation", {}),
        (Store.GOOGLE, "extension", {"days": 7}),
        (Store.APPLE, "extension", {"days": 7}),
    ],
)
async def test_P07_a_deed_whose_answer_was_lost_is_not_done_twice(
    street: Street, buyer: Guardian, store: Store, deed: str, form: dict[str, Any]
) -> None:
    shop = street.apple if store is Store.APPLE else street.google
    await _bought(street, buyer, shop)
    shop.mute = True
    await _ask(street, buyer, deed, **form)
    await street.turned_away(shop)
    assert len(shop.done) == 1
    await street.hurry()
    await street.settled()
    assert len(shop.done) == 1
    assert (await _held(street, buyer))["deeds"][0]["state"] == "done"


async def test_P07_what_a_store_refuses_is_told_and_may_be_replayed(
    street: Street, buyer: Guardian
) -> None:
    await _bought(street, buyer, street.google)
    street.google.refuses = "the service account may not manage orders"
    await _ask(street, buyer, "cancellation")
    await street.settled()
    [deed] = (await _held(street, buyer))["deeds"]
    assert (deed["state"], deed["note"]) == ("failed", street.google.refuses)
    street.google.refuses = None
    kind = {"kind": "billing.do_deed_at_google.v1"}
    replayed = await street.admin.call("POST", "/staff/dead-letters/replay", json=kind)
    assert replayed.json()["replayed"] == 1
    await street.settled()
    [deed] = (await _held(street, buyer))["deeds"]
    assert (deed["state"], deed["note"], street.google.done) == ("done", None, ["cancelled"])


async def test_P07_a_guardian_whose_cancellation_was_refused_may_ask_again(
    street: Street, buyer: Guardian
) -> None:
    await _bought(street, buyer, street.google)
    held = await _held(street, buyer)
    path = f"/subscriptions/{held['subscription']['id']}/cancellation"
    street.google.refuses = "the service account may not manage orders"
    assert (await buyer.call("POST", path)).status_code == 202
    await street.settled()
    street.google.refuses = None
    assert (await buyer.call("POST", path)).status_code == 202
    await street.settled()
    held = await _held(street, buyer)
    assert (street.google.done, held["subscription"]["renews"]) == (["cancelled"], False)
    assert [each["state"] for each in held["deeds"]] == ["done", "failed"]


async def test_P07_the_same_id_asks_once_and_another_thing_with_it_is_refused(
    street: Street, buyer: Guardian
) -> None:
    await _bought(street, buyer, street.google)
    same = str(uuid4())
    answers = await asyncio.gather(
        *(_ask(street, buyer, "extension", id=same, days=7) for _ in range(5))
    )
    assert {answer.status_code for answer in answers} == {202}
    await street.settled()
    assert street.google.done == ["put off by 7 days"]
    again = await _ask(street, buyer, "extension", id=same, days=7)
    assert (again.status_code, again.json()["state"]) == (202, "done")
    for deed, form in (
        ("extension", {"days": 8}),
        ("extension", {"days": 7, "reason": "another"}),
        ("cancellation", {}),
    ):
        answer = await _ask(street, buyer, deed, **{"id": same, **form})
        assert (answer.status_code, answer.json()["code"]) == (409, "deed_differs")


@pytest.mark.parametrize("store", Store)
async def test_P07_an_extension_puts_the_renewal_off(
    street: Street, buyer: Guardian, store: Store
) -> None:
    sold = await _bought(street, buyer, street.apple if store is Store.APPLE else street.google)
    await _ask(street, buyer, "extension", days=14)
    await street.settled()
    held = await _held(street, buyer)
    until = datetime.fromisoformat(held["periods"][0]["ends_at"])
    assert until == sold.periods[0].ends_at + 14 * DAY


async def test_P07_apple_extends_by_90_days_and_twice_a_year(
    street: Street, buyer: Guardian, clock: StoppedClock
) -> None:
    await _bought(street, buyer, street.apple)
    too_long = await _ask(street, buyer, "extension", days=91)
    assert too_long.json()["errors"][0]["field"] == "days"
    for _ in range(2):
        assert (await _ask(street, buyer, "extension", days=90)).status_code == 202
    third = await _ask(street, buyer, "extension", days=1)
    assert (third.status_code, third.json()["code"]) == (409, "extended_too_often")
    clock.advance(365 * DAY - timedelta(seconds=1))
    assert (await _ask(street, buyer, "extension", days=1)).status_code == 409
    clock.advance(timedelta(seconds=1))
    assert (await _ask(street, buyer, "extension", days=1)).status_code == 202


async def test_P11_a_revocation_gives_back_and_ends_at_once(
    street: Street, buyer: Guardian
) -> None:
    await _bought(street, buyer, street.google)
    await _ask(street, buyer, "revocation")
    await street.settled()
    held = await _held(street, buyer)
    assert held["subscription"]["state"] == "refunded"
    assert [each["amount"]["micros"] for each in held["payments"]] == [
        -9_900_000_000,
        9_900_000_000,
    ]
    assert (await buyer.get("/entitlement"))["entitled"] is False


async def test_P11_apple_decides_on_refunds_itself(street: Street, buyer: Guardian) -> None:
    await _bought(street, buyer, street.apple)
    answer = await _ask(street, buyer, "revocation")
    assert (answer.status_code, answer.json()["code"]) == (409, "not_at_this_store")


async def test_P07_a_refresh_learns_what_the_store_knows(street: Street, buyer: Guardian) -> None:
    sold = await _bought(street, buyer, street.apple)
    street.apple.change("cancelled on the phone", sold.key, renews=False)
    assert (await _held(street, buyer))["subscription"]["renews"] is True
    await _ask(street, buyer, "refresh")
    await street.settled()
    assert (await _held(street, buyer))["subscription"]["renews"] is False


async def test_P07_a_purchase_the_store_does_not_know_is_given_up(
    street: Street, buyer: Guardian
) -> None:
    sold = await _bought(street, buyer, street.google)
    del street.google.knows[sold.key]
    await _ask(street, buyer, "refresh")
    await street.settled()
    [deed] = (await _held(street, buyer))["deeds"]
    assert (deed["state"], deed["note"]) == ("dropped", "The store does not know this purchase.")


async def test_P05_support_moves_a_subscription_to_another_account(
    street: Street, buyer: Guardian
) -> None:
    await _bought(street, buyer, street.google)
    heir = await sign_up(street.http)
    moved = await _ask(street, buyer, "transfer", account_id=heir.account_id)
    assert (moved.status_code, moved.json()["state"]) == (200, "done")
    assert (await buyer.get("/entitlement"))["entitled"] is False
    assert (await heir.get("/entitlement"))["entitled"] is True
    nowhere = await _ask(street, heir, "transfer", account_id=str(uuid4()))
    assert nowhere.status_code == 404
    assert (await heir.get("/entitlement"))["entitled"] is True


async def test_P07_deeds_stand_in_the_audit_trail(street: Street, buyer: Guardian) -> None:
    await _bought(street, buyer, street.google)
    deed = (await _ask(street, buyer, "extension", days=7)).json()
    params = {"subject_id": deed["subscription_id"]}
    page = await street.admin.get("/staff/audit", params=params)
    [entry] = page["entries"]
    assert (entry["action"], entry["actor_id"]) == ("subscription.extension", str(street.admin.id))
    assert entry["details"] == {"deed": deed["id"]}


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"reason": "a\x00b"}, "reason"),
        ({"days": 0}, "days"),
        ({"days": 366}, "days"),
        ({"id": "no id"}, "id"),
        ({"more": 1}, "more"),
    ],
)
async def test_P07_what_is_asked_for_wrongly_is_refused_by_its_field(
    street: Street, buyer: Guardian, form: dict[str, Any], field: str
) -> None:
    await _bought(street, buyer, street.google)
    answer = await _ask(street, buyer, "extension", **{"days": 7, **form})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field)


async def test_P07_there_is_nothing_to_do_about_what_there_is_not(street: Street) -> None:
    form = {"id": str(uuid4()), "reason": WHY}
    path = f"/staff/subscriptions/{uuid4()}/refresh"
    answer = await street.admin.call("POST", path, json=form)
    assert (answer.status_code, answer.json()["code"]) == (404, "subscription_not_found")
    nobody = f"/staff/accounts/{uuid4()}/subscriptions"
    assert await street.admin.get(nobody) == []
