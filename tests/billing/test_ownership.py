"""P05, P11: whose a purchase is; nobody gets two accounts' worth out of one payment."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from dodam.bootstrap import Dodam
from dodam.features.accounts.errors.people import AccountNotFound
from dodam.features.billing.errors.subscriptions import (
    BelongsToAnotherAccount,
    FamilyShared,
    SandboxPurchase,
)
from dodam.features.billing.events import SubscriptionNews
from dodam.features.billing.models.states import News
from dodam.features.billing.models.stores import Environment, Store
from dodam.features.billing.models.told import Told
from dodam.platform.ids import new_id
from dodam.platform.settings import Settings
from tests.clock import NOON, StoppedClock
from tests.families import PASSWORD, Guardian, sign_up
from tests.staff import staff

from .books import DAY, MONTH, Books, news_of, period, renewal, some_key, told


def _bought(buyer: Guardian | None = None, **fields: Any) -> Told:
    key = fields.pop("key", None) or some_key()
    named = UUID(buyer.account_id) if buyer else None
    return told(key, [period(0)], renewal(NOON), buyer=named, **fields)


async def _entitled(*guardians: Guardian) -> list[bool]:
    return [(await each.get("/entitlement"))["entitled"] for each in guardians]


async def _leave(guardian: Guardian) -> None:
    form = {"confirm": True, "password": PASSWORD, "despite_subscriptions": True}
    answer = await guardian.call("POST", "/account/withdrawal", json=form)
    assert answer.status_code == 202, answer.text


async def _come_back(http: httpx.AsyncClient, guardian: Guardian) -> None:
    form = {"email": guardian.email, "password": PASSWORD}
    refused = await http.post("/v1/auth/sign-in", json=form)
    token = refused.json()["details"]["undo_token"]
    undone = await http.post("/v1/auth/withdrawal/undo", json={"token": token})
    assert undone.status_code == 204


async def test_P05_a_purchase_is_whose_it_names_whoever_hands_it_in(
    books: Books, guardian: Guardian, other_guardian: Guardian
) -> None:
    thing = _bought(guardian)
    with pytest.raises(BelongsToAnotherAccount):
        await books.claim(other_guardian.account_id, thing)
    await books.hear(thing)
    assert await _entitled(guardian, other_guardian) == [True, False]
    claimed = await books.claim(guardian.account_id, thing)
    assert claimed["state"] == "active"


async def test_P05_one_that_names_nobody_is_the_first_ones_who_hands_it_in(
    books: Books, guardian: Guardian, other_guardian: Guardian, news: list[SubscriptionNews]
) -> None:
    thing = _bought()
    await books.hear(thing)
    assert news == []
    await books.claim(guardian.account_id, thing)
    assert news_of(news) == [News.STARTED]
    with pytest.raises(BelongsToAnotherAccount):
        await books.claim(other_guardian.account_id, thing)
    assert await _entitled(guardian, other_guardian) == [True, False]
    await books.claim(guardian.account_id, thing)
    assert news_of(news) == [News.STARTED]


async def test_P05_of_many_who_hand_it_in_at_once_one_has_it(
    books: Books, http: httpx.AsyncClient
) -> None:
    thing = _bought()
    guardians = [await sign_up(http) for _ in range(8)]
    answers = await asyncio.gather(
        *(books.claim(each.account_id, thing) for each in guardians), return_exceptions=True
    )
    refused = [each for each in answers if isinstance(each, BelongsToAnotherAccount)]
    assert len(refused) == 7
    assert sorted(await _entitled(*guardians)) == [False] * 7 + [True]


async def test_P05_one_that_names_an_account_that_is_none_names_nobody(
    books: Books, guardian: Guardian
) -> None:
    thing = told(some_key(), [period(0)], renewal(NOON), buyer=new_id())
    await books.claim(guardian.account_id, thing)
    assert await _entitled(guardian) == [True]


async def test_P05_who_buys_again_for_another_account_gives_it_to_that(
    books: Books, guardian: Guardian, other_guardian: Guardian, clock: StoppedClock
) -> None:
    key = some_key()
    again = period(9, begins_at=NOON + DAY)
    first = _bought(guardian, key=key)
    second = told(key, [again], renewal(NOON + DAY), buyer=UUID(other_guardian.account_id))
    clock.set(NOON + DAY)
    await books.hear(first, second)
    # What is heard late of the first time does not give it back.
    late = told(key, [period(0, told_at=NOON + 2 * DAY)], buyer=UUID(guardian.account_id))
    await books.hear(late)
    [row] = await books.rows("select account_id from billing.subscription where key = $1", key)
    assert str(row["account_id"]) == other_guardian.account_id


async def test_P05_when_its_owner_has_left_the_next_who_hands_it_in_has_it(
    books: Books, guardian: Guardian, other_guardian: Guardian
) -> None:
    thing = _bought(guardian)
    await books.hear(thing)
    await _leave(guardian)
    assert (await books.claim(other_guardian.account_id, thing))["state"] == "active"
    assert await _entitled(other_guardian) == [True]


async def test_P05_what_was_heard_of_while_its_buyer_was_away_waits_for_the_buyer(
    books: Books, guardian: Guardian, other_guardian: Guardian, http: httpx.AsyncClient
) -> None:
    thing = _bought(guardian)
    await _leave(guardian)
    known = await books.hear(thing)
    assert (await books.row(known))["account_id"] is None
    await _come_back(http, guardian)
    with pytest.raises(BelongsToAnotherAccount):
        await books.claim(other_guardian.account_id, thing)
    await books.look(known)
    assert str((await books.row(known))["account_id"]) == guardian.account_id


async def test_P05_what_takes_the_place_of_another_goes_to_its_owner(
    books: Books, guardian: Guardian, other_guardian: Guardian
) -> None:
    old = _bought(guardian, store=Store.GOOGLE)
    at = NOON + DAY
    new = told(
        some_key(), [period(0, begins_at=at)], renewal(at), store=Store.GOOGLE, replaces=old.key
    )
    await books.hear(old)
    with pytest.raises(BelongsToAnotherAccount):
        await books.claim(other_guardian.account_id, new)
    known = await books.hear(new)
    assert str((await books.row(known))["account_id"]) == guardian.account_id


async def test_P05_A13_what_somebody_who_left_buys_again_is_nobodys(
    books: Books, guardian: Guardian, other_guardian: Guardian
) -> None:
    """It is not acknowledged then, so Google gives it back; or somebody who is here hands it in."""
    old = _bought(guardian, store=Store.GOOGLE)
    await books.hear(old)
    await _leave(guardian)
    at = NOON + DAY
    new = told(
        some_key(), [period(0, begins_at=at)], renewal(at), store=Store.GOOGLE, replaces=old.key
    )
    known = await books.hear(new)
    assert (await books.row(known))["account_id"] is None
    await books.claim(other_guardian.account_id, new)
    assert str((await books.row(known))["account_id"]) == other_guardian.account_id


async def test_P05_what_took_the_place_of_another_waits_for_its_owner_to_be_known(
    books: Books, guardian: Guardian
) -> None:
    old = _bought(guardian, store=Store.GOOGLE)
    new = told(
        some_key(),
        [period(0, begins_at=NOON + DAY)],
        renewal(NOON + DAY),
        store=Store.GOOGLE,
        replaces=old.key,
    )
    known = await books.hear(new)
    assert (await books.row(known))["account_id"] is None
    await books.hear(old)
    # What the task does that this left.
    await books.look(known)
    assert str((await books.row(known))["account_id"]) == guardian.account_id


async def test_P05_a_purchase_shared_within_a_family_is_nobodys(
    books: Books, guardian: Guardian
) -> None:
    with pytest.raises(FamilyShared):
        await books.claim(guardian.account_id, _bought(family_shared=True))
    assert await _entitled(guardian) == [False]


async def test_P11_a_sandbox_purchase_counts_for_testers_while_they_are(
    books: Books,
    guardian: Guardian,
    http: httpx.AsyncClient,
    settings: Settings,
    clock: StoppedClock,
) -> None:
    thing = _bought(guardian, environment=Environment.SANDBOX)
    with pytest.raises(SandboxPurchase):
        await books.claim(guardian.account_id, thing)
    await books.hear(thing)
    assert await _entitled(guardian) == [False]
    until = NOON + timedelta(minutes=5)
    answer = await staff(http, settings, "admin").call(
        "POST",
        f"/staff/accounts/{guardian.account_id}/attributes",
        json={"key": "tester", "value": True, "reason": "QA", "valid_until": until.isoformat()},
    )
    assert answer.status_code == 201, answer.text
    shown = await guardian.get("/entitlement")
    assert shown == {"entitled": True, "grounds": "subscription", "until": "2026-03-18T12:05:00Z"}
    clock.set(until)
    assert await _entitled(guardian) == [False]


async def test_P05_staff_give_it_to_another_account_and_there_it_stays(
    books: Books, system: Dodam, guardian: Guardian, other_guardian: Guardian, clock: StoppedClock
) -> None:
    thing = _bought(guardian)
    known = await books.hear(thing)
    async with system.database.transaction() as tx:
        await books.subscriptions.transfer(tx, known, UUID(other_guardian.account_id))
    assert await _entitled(guardian, other_guardian) == [False, True]
    clock.set(NOON + timedelta(minutes=5))
    renewed = told(thing.key, [period(1)], renewal(NOON), buyer=thing.buyer)
    await books.hear(renewed)
    assert await _entitled(guardian, other_guardian) == [False, True]
    with pytest.raises(BelongsToAnotherAccount):
        await books.claim(guardian.account_id, thing)
    with pytest.raises(AccountNotFound):
        async with system.database.transaction() as tx:
            await books.subscriptions.transfer(tx, known, new_id())


async def test_P05_payments_are_listed_for_whom_the_subscription_is(
    books: Books, guardian: Guardian, other_guardian: Guardian
) -> None:
    await books.hear(_bought(guardian))
    held = await guardian.get("/subscriptions")
    assert held["buyer_id"] == guardian.account_id
    [subscription], [payment] = held["subscriptions"], held["payments"]
    assert payment["amount"] == {"micros": 9_900_000_000, "currency": "KRW"}
    assert payment["subscription_id"] == subscription["id"]
    assert subscription["entitled_until"] == (
        NOON + MONTH + timedelta(hours=1)
    ).isoformat().replace("+00:00", "Z")
    assert (await other_guardian.get("/subscriptions"))["subscriptions"] == []
