"""A13, P07: who leaves pays no more at Google, and knows what goes on at Apple."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from dodam.features.billing.models.stores import Environment
from dodam.features.billing.models.told import Told
from tests.clock import StoppedClock
from tests.conftest import CLOCK
from tests.families import PASSWORD, Guardian, sign_up
from tests.house import template

from .books import subscriptions_of
from .shops import FakeAppStore, FakeGooglePlay, Street

__all__ = ["template"]


@pytest.fixture
async def buyer(street: Street) -> Guardian:
    return await sign_up(street.http)


async def _bought(
    street: Street, guardian: Guardian, shop: FakeAppStore | FakeGooglePlay, **fields: Any
) -> Told:
    sold = shop.sell(UUID(guardian.account_id), **fields)
    await _heard(street, sold)
    return sold


async def _heard(street: Street, told: Told) -> None:
    async with street.dodam.database.transaction() as tx:
        await subscriptions_of(street.dodam).learn(tx, told)
    # What a store says later counts more.
    CLOCK.advance(timedelta(seconds=1))


async def _leave(guardian: Guardian, **form: Any) -> httpx.Response:
    form = {"confirm": True, "password": PASSWORD, **form}
    return await guardian.call("POST", "/account/withdrawal", json=form)


async def _come_back(street: Street, guardian: Guardian) -> None:
    form = {"email": guardian.email, "password": PASSWORD}
    refused = await street.http.post("/v1/auth/sign-in", json=form)
    token = refused.json()["details"]["undo_token"]
    undone = await street.http.post("/v1/auth/withdrawal/undo", json={"token": token})
    assert undone.status_code == 204
    guardian.tokens = (await street.http.post("/v1/auth/sign-in", json=form)).json()


async def test_A13_leaving_ends_what_renews_at_google(street: Street, buyer: Guardian) -> None:
    await _bought(street, buyer, street.google)
    assert (await _leave(buyer)).status_code == 202
    await street.settled()
    assert street.google.done == ["cancelled"]


async def test_A13_a_store_that_is_away_as_somebody_leaves_is_asked_again(
    street: Street, buyer: Guardian
) -> None:
    await _bought(street, buyer, street.google)
    street.google.away = True
    assert (await _leave(buyer)).status_code == 202
    await street.turned_away(street.google)
    street.google.away = False
    await street.hurry()
    await street.settled()
    assert street.google.done == ["cancelled"]


async def test_A13_who_renews_at_apple_is_told_before_leaving(
    street: Street, buyer: Guardian
) -> None:
    sold = await _bought(street, buyer, street.apple)
    refused = await _leave(buyer)
    problem = refused.json()
    assert (refused.status_code, problem["code"]) == (409, "subscription_renews")
    assert problem["details"]["url"] == "https://apps.apple.com/account/subscriptions"
    [named] = problem["details"]["subscriptions"]
    assert (named["store"], named["product_id"]) == ("apple", "monthly")
    assert datetime.fromisoformat(named["until"]) == sold.periods[0].ends_at
    # Nothing was ended.
    assert len((await buyer.get("/subscriptions"))["subscriptions"]) == 1
    assert (await _leave(buyer, despite_subscriptions=True)).status_code == 202


async def test_A13_the_password_comes_before_what_is_told(street: Street, buyer: Guardian) -> None:
    await _bought(street, buyer, street.apple)
    answer = await _leave(buyer, password="not the password")
    assert (answer.status_code, answer.json()["code"]) == (403, "wrong_password")


@pytest.mark.parametrize("why", ["cancelled", "over", "sandbox", "family", "somebody else's"])
async def test_A13_what_costs_nothing_more_is_in_nobodys_way(
    street: Street, buyer: Guardian, clock: StoppedClock, why: str
) -> None:
    if why == "sandbox":
        await _bought(street, buyer, street.apple, environment=Environment.SANDBOX)
    elif why == "family":
        await _bought(street, buyer, street.apple, family_shared=True)
    elif why == "somebody else's":
        await _bought(street, await sign_up(street.http), street.apple)
    else:
        sold = await _bought(street, buyer, street.apple)
        street.apple.change("cancelled on the phone", sold.key, renews=False)
        clock.advance(timedelta(minutes=1))
        await _heard(street, street.apple.answer(sold.key))
        if why == "over":
            clock.advance(timedelta(days=31))
            form = {"email": buyer.email, "password": PASSWORD}
            buyer.tokens = (await street.http.post("/v1/auth/sign-in", json=form)).json()
    assert (await _leave(buyer)).status_code == 202


async def test_A13_who_comes_back_finds_what_was_paid_for(street: Street, buyer: Guardian) -> None:
    await _bought(street, buyer, street.google)
    await _leave(buyer)
    await street.settled()
    await _come_back(street, buyer)
    assert (await buyer.get("/entitlement"))["entitled"] is True
    [held] = (await buyer.get("/subscriptions"))["subscriptions"]
    assert (held["state"], held["renews"]) == ("cancelled", False)


async def test_A13_who_comes_back_before_the_store_was_asked_keeps_the_renewal(
    street: Street, buyer: Guardian
) -> None:
    await _bought(street, buyer, street.google)
    street.google.away = True
    await _leave(buyer)
    await street.turned_away(street.google)
    await _come_back(street, buyer)
    street.google.away = False
    await street.hurry()
    await street.settled()
    assert street.google.done == []
    [held] = (await buyer.get("/subscriptions"))["subscriptions"]
    assert held["renews"] is True


async def test_A13_what_was_written_of_a_deed_is_erased_with_the_account(
    street: Street, buyer: Guardian, clock: StoppedClock
) -> None:
    await _bought(street, buyer, street.google)
    path = f"/staff/accounts/{buyer.account_id}/subscriptions"
    [held] = await street.admin.get(path)
    form = {"id": str(uuid4()), "reason": "김하늘 님 요청"}
    cancel = f"/staff/subscriptions/{held['subscription']['id']}/cancellation"
    assert (await street.admin.call("POST", cancel, json=form)).status_code == 202
    await street.settled()
    await _leave(buyer)
    clock.advance(timedelta(days=31))
    await street.chore("erase-withdrawn-accounts")
    await street.settled()
    [held] = await street.admin.get(path)
    [deed] = held["deeds"]
    assert (deed["state"], deed["reason"]) == ("done", None)
    assert len(held["payments"]) == 1
    trail = await street.rows("select details from audit.entry")
    assert trail
    assert "김하늘" not in str(trail)
