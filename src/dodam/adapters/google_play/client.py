"""Google Play, as billing asks it.

https://developers.google.com/android-publisher/api-ref/rest/v3/purchases.subscriptionsv2
https://developers.google.com/android-publisher/voided-purchases

3,000 questions a minute of each kind are let through
(https://developers.google.com/android-publisher/quotas); who asks for more is told to try later.
"""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, TypeVar

from dodam.adapters.google_play.api import GoogleApi, Refused
from dodam.adapters.google_play.orders import orders_until
from dodam.adapters.google_play.pubsub import PubSubPull, PubSubPush
from dodam.adapters.google_play.wire import (
    Deferred,
    Order,
    Orders,
    Present,
    Purchase,
    Voided,
    VoidedPage,
)
from dodam.adapters.google_play.words import told_of
from dodam.features.billing.errors.stores import StoreNotSetUp, UnknownPurchase
from dodam.features.billing.models.told import Notification, Told
from dodam.features.billing.ports import VoidedPurchase
from dodam.platform.clock import Clock
from dodam.platform.work import CannotBeDone

T = TypeVar("T")

# Google does not look further back; a minute is left for the way there.
_VOIDED_BACK = timedelta(days=30) - timedelta(minutes=1)
_MILLISECOND = timedelta(milliseconds=1)
_APP = "/androidpublisher/v3/applications/{package}"
_SUBSCRIPTION = "/purchases/subscriptionsv2/tokens/{token}"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_GONE = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
# Google's words where it is the app that it does not know, or a token that can be none.
_NO_SUCH_APP = "applicationNotFound"
_NO_SUCH_TOKEN = "invalid"  # noqa: S105 - a word of Google's, not a secret


class GooglePlayClient:
    """`push` and `pull` are null where a deployment is not set up for them."""

    def __init__(
        self,
        api: GoogleApi,
        package_name: str,
        clock: Clock,
        push: PubSubPush | None,
        pull: PubSubPull | None,
    ) -> None:
        self._api = api
        self._package_name = package_name
        self._clock = clock
        self._push = push
        self._pull = pull

    async def read_push(self, authorization: str | None, body: bytes) -> Notification:
        if self._push is None:
            raise StoreNotSetUp
        return await self._push.read(authorization, body)

    async def pull(self, at_most: int) -> Mapping[str, Notification]:
        return await self._pull.pull(at_most) if self._pull else {}

    async def acknowledge_messages(self, ids: list[str]) -> None:
        if self._pull and ids:
            await self._pull.acknowledge(ids)

    async def subscription(self, key: str) -> Told:
        """With its newest 100 orders."""
        asked_at = self._clock.now()
        purchase = await self._purchase(key)
        return told_of(key, purchase, await self._orders_of(purchase), asked_at)

    async def acknowledge(self, key: str, product_id: str) -> None:
        path = "/purchases/subscriptions/{product}/tokens/{token}:acknowledge"
        await self._ask(Present, "POST", path, {"product": product_id, "token": key}, json={})

    async def cancel(self, key: str) -> None:
        """It is the guardian who wants it, through us: so it may be taken back in Google Play."""
        context = {"cancellationType": "USER_REQUESTED_STOP_RENEWALS"}
        await self._do(Present, key, "cancel", {"cancellationContext": context})

    async def defer(self, key: str, by: timedelta) -> datetime:
        purchase = await self._purchase(key)
        try:
            return await self._defer(key, by, purchase.etag)
        except Refused:
            # It takes place in a state that we saw only: in between it may have become another.
            now = await self._purchase(key)
            if now.etag == purchase.etag:
                raise
            return await self._defer(key, by, now.etag)

    async def revoke(self, key: str) -> None:
        await self._do(Present, key, "revoke", {"revocationContext": {"fullRefund": {}}})

    async def voided(self, since: datetime, until: datetime) -> AsyncIterator[VoidedPurchase]:
        """From 30 days back; within 30 questions in 30 seconds and 6,000 a day, 1,000 in each.

        Of what was given back without ending it there is nothing here.
        """
        now = self._clock.now()
        params: dict[str, str] = {
            "startTime": _millis(max(since, now - _VOIDED_BACK)),
            "type": "1",  # subscriptions too
        }
        if until < now:  # what is ahead of Google's clock it refuses
            params["endTime"] = _millis(until)
        while True:
            page = await self._ask(VoidedPage, "GET", "/purchases/voidedpurchases", params=params)
            for each in page.voided_purchases:
                yield _voided(each)
            next_page = page.token_pagination and page.token_pagination.next_page_token
            if not next_page:
                return
            params["token"] = next_page

    async def _purchase(self, key: str) -> Purchase:
        try:
            return await self._ask(Purchase, "GET", _SUBSCRIPTION, {"token": key})
        except Refused as refused:
            if refused.word == _NO_SUCH_TOKEN:
                raise UnknownPurchase from refused
            raise

    async def _orders_of(self, purchase: Purchase) -> list[Order]:
        latest = [each.latest_successful_order_id for each in purchase.line_items]
        ids = {order: None for each in latest if each for order in orders_until(each)}
        return await self._orders(list(ids))

    async def _orders(self, ids: list[str]) -> list[Order]:
        """Those that Google shows: it shows none where it lacks one, and then halves are asked."""
        if not ids:
            return []
        params = [("orderIds", each) for each in ids]
        try:
            answer = await self._ask(Orders, "GET", "/orders:batchGet", params=params)
        except (Refused, UnknownPurchase):
            middle = len(ids) // 2
            if middle == 0:
                return []
            return [*await self._orders(ids[:middle]), *await self._orders(ids[middle:])]
        return list(answer.orders)

    async def _defer(self, key: str, by: timedelta, etag: str) -> datetime:
        context = {"deferDuration": f"{round(by.total_seconds())}s", "etag": etag}
        deferred = await self._do(Deferred, key, "defer", {"deferralContext": context})
        times = [each.expiry_time for each in deferred.item_expiry_time_details]
        if not times:
            raise CannotBeDone("google play does not say until when it deferred")
        return max(times)

    async def _do(self, answer: type[T], key: str, action: str, body: Mapping[str, Any]) -> T:
        return await self._ask(
            answer, "POST", f"{_SUBSCRIPTION}:{action}", {"token": key}, json=body
        )

    async def _ask(
        self,
        answer: type[T],
        method: str,
        path: str,
        values: Mapping[str, str] | None = None,
        **request: Any,
    ) -> T:
        values = {"package": self._package_name, **(values or {})}
        try:
            return await self._api.ask(answer, method, _APP + path, values, **request)
        except Refused as refused:
            if refused.status in _GONE and refused.word != _NO_SUCH_APP:
                raise UnknownPurchase from refused
            raise


def _millis(time: datetime) -> str:
    return str((time - _EPOCH) // _MILLISECOND)


def _voided(each: Voided) -> VoidedPurchase:
    voided_at = _EPOCH + each.voided_time_millis * _MILLISECOND
    return VoidedPurchase(each.purchase_token, each.order_id, voided_at)
