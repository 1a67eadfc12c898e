"""Orders and voided purchases of the Android Publisher API.

https://developers.google.com/android-publisher/api-ref/rest/v3/orders
https://developers.google.com/android-publisher/voided-purchases
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from litestar import get, post
from litestar.params import FromPath

from dodam_sim.stores.google.door import APP, AnyRequest, Door, doing
from dodam_sim.stores.google.errors import GoogleError
from dodam_sim.stores.google.purchases import Order
from dodam_sim.stores.google.shapes import order_shape, void_shape

_VOIDED_SINCE = timedelta(days=30)
_MOST_ORDERS = 1000
_MOST_VOIDED = 1000


class OrdersApi:
    def __init__(self, door: Door) -> None:
        self._door = door
        self._play = door.play

    def routes(self) -> list[Any]:
        @get(f"{APP}/orders/{{order_id:str}}")
        async def get_order(
            request: AnyRequest, package_name: FromPath[str], order_id: FromPath[str]
        ) -> dict[str, Any]:
            self._door.enter(request, package_name)
            return order_shape(self._order(order_id))

        @get(f"{APP}/orders:batchGet")
        async def get_orders(request: AnyRequest, package_name: FromPath[str]) -> dict[str, Any]:
            self._door.enter(request, package_name)
            ids = request.query_params.getall("orderIds", [])
            if not 1 <= len(ids) <= _MOST_ORDERS:
                raise GoogleError(400, "badRequest", "Between 1 and 1000 order IDs are expected.")
            return {"orders": [order_shape(self._order(each)) for each in ids]}

        @post(f"{APP}/orders/{{call:str}}", status_code=204)
        async def refund_order(
            request: AnyRequest, package_name: FromPath[str], call: FromPath[str]
        ) -> None:
            self._door.enter(request, package_name)
            order_id, _, verb = call.partition(":")
            order = self._order(order_id)
            if verb != "refund":
                raise GoogleError(404, "notFound", "Not Found")
            revoke = request.query_params.get("revoke") == "true"
            doing(lambda: self._play.developer.refund(order.id, revoke=revoke))

        @get(f"{APP}/purchases/voidedpurchases")
        async def list_voided(request: AnyRequest, package_name: FromPath[str]) -> dict[str, Any]:
            self._door.enter(request, package_name)
            return self._voided(dict(request.query_params))

        return [get_order, get_orders, refund_order, list_voided]

    def _order(self, order_id: str) -> Order:
        order = self._play.life.orders.get(order_id)
        if order is None:
            raise GoogleError(404, "orderNotFound", f"Order not found: {order_id}.")
        return order

    def _voided(self, query: dict[str, str]) -> dict[str, Any]:
        """The oldest first."""
        now = self._play.life.at
        try:
            if token := query.get("token"):
                since, until, kind, skip = msgspec.json.decode(
                    urlsafe_b64decode(token), type=tuple[datetime, datetime, str, int]
                )
            else:
                since = max(_moment(query, "startTime", now - _VOIDED_SINCE), now - _VOIDED_SINCE)
                until, kind, skip = _moment(query, "endTime", now), query.get("type", "0"), 0
            most = min(int(query.get("maxResults", _MOST_VOIDED)), _MOST_VOIDED)
        except (ValueError, OverflowError, Base64Error, msgspec.MsgspecError) as error:
            raise GoogleError(400, "invalid", "Invalid Value") from error
        if until > now or most < 1:
            raise GoogleError(400, "invalid", "Invalid Value")
        # Without type=1 subscriptions are left out, and there is nothing else here.
        found = [each for each in self._play.life.voids if since <= each.at <= until]
        found = found if kind == "1" else []
        page = found[skip : skip + most]
        answer: dict[str, Any] = {"voidedPurchases": [void_shape(each) for each in page]}
        if skip + most < len(found):
            next_page = msgspec.json.encode((since, until, kind, skip + most))
            answer["tokenPagination"] = {"nextPageToken": urlsafe_b64encode(next_page).decode()}
        return answer if page else {}


def _moment(query: dict[str, str], name: str, default: datetime) -> datetime:
    given = query.get(name)
    return default if given is None else datetime.fromtimestamp(int(given) / 1000, UTC)
