"""Subscriptions of the Android Publisher API.

https://developers.google.com/android-publisher/api-ref/rest/v3/purchases.subscriptionsv2
https://developers.google.com/android-publisher/api-ref/rest/v3/purchases.subscriptions/acknowledge

How it refuses follows what users of the real one report: 404 purchaseTokenNotFound, 410
subscriptionPurchaseNoLongerAvailable sixty days after the end, 400 for what does not fit the state.
"""

from datetime import timedelta
from typing import Any, TypeVar

import msgspec
from litestar import get, post
from litestar.params import FromPath
from msgspec import Struct

from dodam_sim.stores.google.developer import RefundKind
from dodam_sim.stores.google.door import APP, AnyRequest, Door, doing
from dodam_sim.stores.google.errors import GoogleError
from dodam_sim.stores.google.purchases import Purchase
from dodam_sim.stores.google.shapes import purchase_shape, timestamp

T = TypeVar("T", bound=Struct)
_FORGOTTEN = timedelta(days=60)


class _Wire(Struct, frozen=True, rename="camel"):
    pass


class _CancellationContext(_Wire, frozen=True):
    cancellation_type: str


class _Cancel(_Wire, frozen=True):
    cancellation_context: _CancellationContext


class _DeferralContext(_Wire, frozen=True):
    """`defer_duration` as google.protobuf.Duration is written: `864000s`."""

    etag: str
    defer_duration: str
    validate_only: bool = False


class _Defer(_Wire, frozen=True):
    deferral_context: _DeferralContext


class _RevocationContext(_Wire, frozen=True):
    full_refund: dict[str, Any] | None = None
    prorated_refund: dict[str, Any] | None = None


class _Revoke(_Wire, frozen=True):
    revocation_context: _RevocationContext


class SubscriptionsApi:
    def __init__(self, door: Door) -> None:
        self._door = door
        self._play = door.play

    def routes(self) -> list[Any]:
        @get(f"{APP}/purchases/subscriptionsv2/tokens/{{token:str}}")
        async def get_subscription(
            request: AnyRequest, package_name: FromPath[str], token: FromPath[str]
        ) -> dict[str, Any]:
            self._door.enter(request, package_name)
            return self._shape(self._purchase(token))

        @post(f"{APP}/purchases/subscriptionsv2/tokens/{{call:str}}", status_code=200)
        async def change_subscription(
            request: AnyRequest, package_name: FromPath[str], call: FromPath[str]
        ) -> dict[str, Any]:
            self._door.enter(request, package_name)
            token, _, verb = call.partition(":")
            return self._change(self._purchase(token), verb, await request.body())

        @post(
            f"{APP}/purchases/subscriptions/{{subscription_id:str}}/tokens/{{call:str}}",
            status_code=204,
        )
        async def acknowledge(
            request: AnyRequest,
            package_name: FromPath[str],
            subscription_id: FromPath[str],
            call: FromPath[str],
        ) -> None:
            self._door.enter(request, package_name)
            token, _, verb = call.partition(":")
            purchase = self._purchase(token)
            if verb != "acknowledge" or purchase.item.product.id != subscription_id:
                raise GoogleError(400, "invalid", "Invalid Value")
            doing(lambda: self._play.developer.acknowledge(token))

        return [get_subscription, change_subscription, acknowledge]

    def _purchase(self, token: str) -> Purchase:
        purchase = self._play.life.purchases.get(token)
        if purchase is None:
            raise GoogleError(404, "purchaseTokenNotFound", "The purchase token was not found.")
        ended = purchase.line[-1][0] if purchase.is_over else None
        if ended is not None and self._play.life.at - ended > _FORGOTTEN:
            raise GoogleError(
                410,
                "subscriptionPurchaseNoLongerAvailable",
                "The subscription purchase is no longer available for query because it has been "
                "expired for too long.",
            )
        return purchase

    def _shape(self, purchase: Purchase) -> dict[str, Any]:
        expired = self._play.life.purchases.get(purchase.expired_token or "")
        return purchase_shape(purchase, expired and expired.account_id)

    def _change(self, purchase: Purchase, verb: str, body: bytes) -> dict[str, Any]:
        match verb:
            case "cancel":
                kind = _read(body, _Cancel).cancellation_context.cancellation_type
                by_user = kind == "USER_REQUESTED_STOP_RENEWALS"
                if not by_user and kind != "DEVELOPER_REQUESTED_STOP_PAYMENTS":
                    raise GoogleError(400, "invalid", "Invalid cancellation type.")
                by = "user" if by_user else "developer"
                doing(lambda: self._play.developer.cancel(purchase.token, by))
                return {}
            case "defer":
                return self._defer(purchase, _read(body, _Defer).deferral_context)
            case "revoke":
                context = _read(body, _Revoke).revocation_context
                if (context.full_refund is None) == (context.prorated_refund is None):
                    raise GoogleError(400, "invalid", "One kind of refund is expected.")
                refund: RefundKind = "prorated" if context.full_refund is None else "full"
                doing(lambda: self._play.developer.revoke(purchase.token, refund))
                return {}
            case _:
                raise GoogleError(404, "notFound", "Not Found")

    def _defer(self, purchase: Purchase, asked: _DeferralContext) -> dict[str, Any]:
        if asked.etag != purchase.etag:
            raise GoogleError(409, "etagMismatch", "The etag does not match the latest one.")
        try:
            by = timedelta(seconds=float(asked.defer_duration.removesuffix("s")))
        except (ValueError, OverflowError) as error:
            raise GoogleError(400, "invalid", "Invalid deferDuration.") from error
        if asked.validate_only:
            ends_at = purchase.expires_at and purchase.expires_at + by
        else:
            doing(lambda: self._play.developer.defer(purchase.token, by))
            ends_at = purchase.expires_at
        return {
            "itemExpiryTimeDetails": [
                {"productId": each.product.id, "expiryTime": timestamp(ends_at)}
                for each in purchase.items
            ]
        }


def _read(body: bytes, shape: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=shape)
    except msgspec.MsgspecError as error:
        raise GoogleError(400, "badRequest", f"Invalid JSON payload received. {error}") from error
