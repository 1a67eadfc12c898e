"""The Android Publisher API of the simulated Google Play, asked with Google's own access tokens."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from google.auth.exceptions import RefreshError
from google.auth.transport.requests import Request
from google.oauth2.service_account import Credentials

from dodam_sim.serving import serving
from dodam_sim.stores.google.play import GooglePlay
from dodam_sim.stores.google.products import PRODUCTS, won
from dodam_sim.stores.google.service import PlayService
from tests.sim.stores.google.asking import DAY, Clock, bought, on

SCOPES = ["https://www.googleapis.com/auth/androidpublisher"]
APP = "/androidpublisher/v3/applications/app.dodam"


@dataclass
class Desk:
    """A served Google, and a client with an access token."""

    service: PlayService
    url: str
    http: httpx.AsyncClient

    @property
    def play(self) -> GooglePlay:
        return self.service.play

    async def subscription(self, token: str) -> dict[str, Any]:
        answer = await self.http.get(f"{APP}/purchases/subscriptionsv2/tokens/{token}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def do(self, token: str, verb: str, body: Any) -> httpx.Response:
        path = f"{APP}/purchases/subscriptionsv2/tokens/{token}:{verb}"
        return await self.http.post(path, json=body)

    async def order(self, order_id: str) -> dict[str, Any]:
        return (await self.http.get(f"{APP}/orders/{order_id}")).json()


async def access_token(key_file: bytes, scopes: list[str]) -> str:
    """As Google's own library asks for it, where the key file says. Raises RefreshError."""
    key = json.loads(key_file)
    credentials: Any = Credentials.from_service_account_info(key, scopes=scopes)  # pyright: ignore[reportUnknownMemberType]
    await asyncio.to_thread(credentials.refresh, Request())
    return credentials.token


@pytest.fixture
async def desk(clock: Clock) -> AsyncIterator[Desk]:
    service = PlayService(lambda: datetime.now(UTC), clock.now)
    async with serving(service) as url:
        key_file = service.account.key_file(f"{url}/token")
        token = await access_token(key_file, SCOPES)
        headers = {"authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(base_url=url, headers=headers) as http:
            yield Desk(service, url, http)


async def test_X01_a_subscription_and_its_order_as_google_writes_them(desk: Desk) -> None:
    token = bought(desk.play, offer_id="trial")
    told = await desk.subscription(token)
    order_id = desk.play.purchase(token).orders[0].id
    assert told.pop("etag")
    assert told == {
        "kind": "androidpublisher#subscriptionPurchaseV2",
        "startTime": "2026-01-31T09:00:00.000Z",
        "regionCode": "KR",
        "subscriptionState": "SUBSCRIPTION_STATE_ACTIVE",
        "acknowledgementState": "ACKNOWLEDGEMENT_STATE_ACKNOWLEDGED",
        "externalAccountIdentifiers": {"obfuscatedExternalAccountId": "account"},
        "lineItems": [
            {
                "productId": "dodam_monthly",
                "expiryTime": "2026-02-14T09:00:00.000Z",
                "latestSuccessfulOrderId": order_id,
                "offerDetails": {"basePlanId": "monthly", "offerId": "trial"},
                "offerPhase": {"freeTrial": {}},
                "autoRenewingPlan": {
                    "autoRenewEnabled": True,
                    "recurringPrice": {"currencyCode": "KRW", "units": "9900"},
                },
            }
        ],
    }
    order = await desk.order(order_id)
    assert order["lineItems"][0]["subscriptionDetails"] == {
        "basePlanId": "monthly",
        "offerId": "trial",
        "offerPhase": "FREE_TRIAL",
        "offerPhaseDetails": {"freeTrialDetails": {}},
        "servicePeriodStartTime": "2026-01-31T09:00:00.000Z",
        "servicePeriodEndTime": "2026-02-14T09:00:00.000Z",
    }
    assert order["total"] == {"currencyCode": "KRW"}


async def test_X01_each_state_has_its_context(desk: Desk, clock: Clock) -> None:
    waiting = desk.play.buy("dodam_monthly", "monthly", pending=True)
    failing, held, paused, cancelled = (bought(desk.play) for _ in range(4))
    told = await desk.subscription(waiting)
    assert told["subscriptionState"] == "SUBSCRIPTION_STATE_PENDING"
    assert "startTime" not in told
    desk.play.card_fails(failing)
    desk.play.card_fails(held)
    desk.play.pause(paused, "P3M")
    desk.play.cancel(cancelled)
    told = await desk.subscription(cancelled)
    assert told["subscriptionState"] == "SUBSCRIPTION_STATE_CANCELED"
    assert told["canceledStateContext"]["userInitiatedCancellation"]["cancelTime"]
    assert "autoRenewEnabled" not in told["lineItems"][0]["autoRenewingPlan"]
    clock.at = on(3, 1)
    told = await desk.subscription(failing)
    assert told["inGracePeriodStateContext"]["renewalDeclined"]["pendingOrderId"]
    assert told["lineItems"][0]["expiryTime"] == "2026-03-07T09:00:00.000Z"
    clock.at = on(3, 10)
    assert "onHoldStateContext" in await desk.subscription(held)
    told = await desk.subscription(paused)
    assert told["pausedStateContext"] == {"autoResumeTime": "2026-05-28T09:00:00.000Z"}
    told = await desk.subscription(cancelled)
    assert told["subscriptionState"] == "SUBSCRIPTION_STATE_EXPIRED"


async def test_X01_changes_of_plan_and_price_are_told(desk: Desk) -> None:
    old = bought(desk.play)
    new = desk.play.replace(old, "dodam_yearly", "yearly", "DEFERRED")
    told = await desk.subscription(new)
    assert told["linkedPurchaseToken"] == old
    assert [each["productId"] for each in told["lineItems"]] == ["dodam_monthly", "dodam_yearly"]
    assert told["lineItems"][0]["deferredItemReplacement"] == {"productId": "dodam_yearly"}
    assert "expiryTime" not in told["lineItems"][1]
    assert "replacementCancellation" in (await desk.subscription(old))["canceledStateContext"]
    token = bought(desk.play)
    monthly = PRODUCTS["dodam_monthly"].plan("monthly")
    desk.play.developer.change_price("dodam_monthly", monthly, won(12_900), "PRICE_INCREASE")
    plan = (await desk.subscription(token))["lineItems"][0]["autoRenewingPlan"]
    assert plan["priceChangeDetails"] == {
        "newPrice": {"currencyCode": "KRW", "units": "12900"},
        "priceChangeMode": "PRICE_INCREASE",
        "priceChangeState": "OUTSTANDING",
        "expectedNewPriceChargeTime": "2026-03-28T09:00:00.000Z",
    }


async def test_X01_out_of_the_app_only_the_old_purchase_tells_who_it_is(
    desk: Desk, clock: Clock
) -> None:
    old = bought(desk.play)
    desk.play.cancel(old)
    clock.at = on(3, 1)
    token = desk.play.subscribe_again(old, in_app=False)
    told = await desk.subscription(token)
    assert "externalAccountIdentifiers" not in told
    assert told["outOfAppPurchaseContext"] == {
        "expiredPurchaseToken": old,
        "expiredExternalAccountIdentifiers": {"obfuscatedExternalAccountId": "account"},
    }


async def test_X01_what_the_app_s_side_does(desk: Desk) -> None:
    token = desk.play.buy("dodam_monthly", "monthly")
    path = f"{APP}/purchases/subscriptions/dodam_monthly/tokens/{token}:acknowledge"
    assert (await desk.http.post(path, json={})).status_code == 204
    assert desk.play.purchase(token).acknowledged
    etag = (await desk.subscription(token))["etag"]
    asked = {"deferralContext": {"etag": etag, "deferDuration": "864000s"}}
    deferred = await desk.do(token, "defer", asked)
    assert deferred.json()["itemExpiryTimeDetails"] == [
        {"productId": "dodam_monthly", "expiryTime": "2026-03-10T09:00:00.000Z"}
    ]
    assert (await desk.do(token, "defer", asked)).status_code == 409
    context = {"cancellationType": "DEVELOPER_REQUESTED_STOP_PAYMENTS"}
    assert (await desk.do(token, "cancel", {"cancellationContext": context})).json() == {}
    assert desk.play.purchase(token).canceled == "developer"
    revoked = await desk.do(token, "revoke", {"revocationContext": {"fullRefund": {}}})
    assert revoked.status_code == 200
    order = await desk.order(desk.play.purchase(token).orders[0].id)
    assert order["state"] == "REFUNDED"
    assert order["orderHistory"]["refundEvent"]["refundReason"] == "OTHER"
    again = await desk.do(token, "revoke", {"revocationContext": {"fullRefund": {}}})
    assert again.status_code == 400


async def test_X01_orders_are_asked_for_many_at_once(desk: Desk, clock: Clock) -> None:
    token = bought(desk.play)
    clock.at = on(4, 1)
    ids = [each.id for each in desk.play.purchase(token).orders]
    desk.play.developer.refund_part(ids[0], won(900))
    answer = await desk.http.get(f"{APP}/orders:batchGet", params={"orderIds": ids})
    assert [each["orderId"] for each in answer.json()["orders"]] == ids
    assert answer.json()["orders"][0]["state"] == "PARTIALLY_REFUNDED"
    for wrong in ([], ["GPA.none"], [*ids, "GPA.none"]):
        answer = await desk.http.get(f"{APP}/orders:batchGet", params={"orderIds": wrong})
        assert answer.status_code == (404 if wrong else 400)


async def test_X01_voided_purchases_come_in_pages(desk: Desk, clock: Clock) -> None:
    tokens = [bought(desk.play) for _ in range(5)]
    for token in tokens:
        clock.at += timedelta(hours=1)
        desk.play.refund_as_google(desk.play.purchase(token).orders[0].id)
    params = {"type": "1", "maxResults": "2"}
    found: list[str] = []
    for size in (2, 2, 1):
        page = (await desk.http.get(f"{APP}/purchases/voidedpurchases", params=params)).json()
        assert len(page["voidedPurchases"]) == size
        found += [each["purchaseToken"] for each in page["voidedPurchases"]]
        params["token"] = page.get("tokenPagination", {}).get("nextPageToken", "")
    assert found == tokens
    path = f"{APP}/purchases/voidedpurchases"
    assert (await desk.http.get(path)).json() == {}
    clock.at += 31 * DAY
    assert (await desk.http.get(path, params={"type": "1"})).json() == {}
    for wrong in ({"token": "?"}, {"startTime": "now"}, {"maxResults": "0"}):
        assert (await desk.http.get(path, params=wrong)).status_code == 400


async def test_X01_what_is_unknown_or_long_over_is_not_told(desk: Desk, clock: Clock) -> None:
    token = bought(desk.play)
    desk.play.developer.revoke(token, "full")
    clock.at += 61 * DAY
    path = f"{APP}/purchases/subscriptionsv2/tokens"
    gone = await desk.http.get(f"{path}/{token}")
    assert gone.status_code == 410
    reason = gone.json()["error"]["errors"][0]["reason"]
    assert reason == "subscriptionPurchaseNoLongerAvailable"
    unknown = await desk.http.get(f"{path}/nobody's")
    assert unknown.json()["error"]["errors"][0]["reason"] == "purchaseTokenNotFound"
    other = await desk.http.get(f"{path}/{token}".replace("app.dodam", "app.other"))
    assert other.status_code == 404


async def test_X01_nobody_else_is_let_in(desk: Desk) -> None:
    token = bought(desk.play)
    path = f"{APP}/purchases/subscriptionsv2/tokens/{token}"
    for header in ({}, {"authorization": "Bearer ya29.guessed"}):
        async with httpx.AsyncClient(base_url=desk.url, headers=header) as http:
            assert (await http.get(path)).status_code == 401
    key_file = desk.service.account.key_file(f"{desk.url}/token")
    other_scope = ["https://www.googleapis.com/auth/pubsub"]
    given = await access_token(key_file, other_scope)
    headers = {"authorization": f"Bearer {given}"}
    assert (await desk.http.get(path, headers=headers)).status_code == 401
    stranger = PlayService(lambda: datetime.now(UTC), lambda: datetime.now(UTC))
    forged = stranger.account.key_file(f"{desk.url}/token")
    with pytest.raises(RefreshError, match="invalid_grant"):
        await access_token(forged, SCOPES)
