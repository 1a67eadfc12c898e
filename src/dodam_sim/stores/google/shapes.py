"""Purchases and orders as the Android Publisher API writes them.

https://developers.google.com/android-publisher/api-ref/rest/v3/purchases.subscriptionsv2
https://developers.google.com/android-publisher/api-ref/rest/v3/orders

As in all of Google's JSON, what is false, zero or empty is left out.
"""

from datetime import UTC, datetime
from typing import Any

from dodam_sim.stores.google.products import Money, PhaseKind
from dodam_sim.stores.google.purchases import Item, Order, OrderedItem, Purchase, State, Void

_OFFER_PHASES: dict[PhaseKind, str] = {
    "freeTrial": "FREE_TRIAL",
    "introductoryPrice": "INTRODUCTORY",
    "basePrice": "BASE",
    "prorationPeriod": "OFFER_PHASE_UNSPECIFIED",
}
_PHASE_DETAILS: dict[PhaseKind, str] = {
    "freeTrial": "freeTrialDetails",
    "introductoryPrice": "introductoryPriceDetails",
    "basePrice": "baseDetails",
    "prorationPeriod": "prorationPeriodDetails",
}
_CANCELED = {
    "user": "userInitiatedCancellation",
    "system": "systemInitiatedCancellation",
    "developer": "developerInitiatedCancellation",
    "replacement": "replacementCancellation",
}


def timestamp(at: datetime | None) -> str | None:
    """RFC 3339 in UTC."""
    return at and at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def millis(at: datetime) -> str:
    return str(round(at.timestamp() * 1000))


def money(amount: Money) -> dict[str, Any]:
    """google.type.Money."""
    units, micros = divmod(amount.micros, 1_000_000)
    written = {"currencyCode": amount.currency, "units": units and str(units)}
    return said(written | {"nanos": micros * 1000})


def purchase_shape(purchase: Purchase, account_of_expired: str | None) -> dict[str, Any]:
    """SubscriptionPurchaseV2. `account_of_expired` is that of `purchase.expired_token`."""
    state = purchase.state
    acknowledged = "ACKNOWLEDGED" if purchase.acknowledged else "PENDING"
    expired = purchase.expired_token and {
        "expiredPurchaseToken": purchase.expired_token,
        "expiredExternalAccountIdentifiers": _account(account_of_expired),
    }
    declined = {"renewalDeclined": {"pendingOrderId": f"{purchase.numbered}..{purchase.renewals}"}}
    return said(
        {
            "kind": "androidpublisher#subscriptionPurchaseV2",
            "startTime": timestamp(purchase.started_at),
            "regionCode": "KR",
            "subscriptionState": state,
            "lineItems": _line_items(purchase),
            "linkedPurchaseToken": purchase.linked,
            "etag": purchase.etag,
            "acknowledgementState": f"ACKNOWLEDGEMENT_STATE_{acknowledged}",
            "externalAccountIdentifiers": _account(purchase.account_id),
            "outOfAppPurchaseContext": expired and said(expired),
            "canceledStateContext": _canceled(purchase),
            "pausedStateContext": {"autoResumeTime": timestamp(purchase.resumes_at)}
            if state is State.PAUSED
            else None,
            "inGracePeriodStateContext": declined if state is State.IN_GRACE_PERIOD else None,
            "onHoldStateContext": declined if state is State.ON_HOLD else None,
        }
    ) | ({"testPurchase": {}} if purchase.test else {})


def order_shape(order: Order) -> dict[str, Any]:
    """Order. Prices contain the tax, which is not told apart."""
    total = order.total
    whole = bool(order.refunds) and order.refunded >= total.micros
    partly = "PARTIALLY_REFUNDED" if order.refunds else "PROCESSED"
    last = order.refunds[-1] if whole else None
    return said(
        {
            "orderId": order.id,
            "purchaseToken": order.token,
            "state": "REFUNDED" if whole else partly,
            "createTime": timestamp(order.at),
            "lastEventTime": timestamp(order.refunds[-1].at if order.refunds else order.at),
            "buyerAddress": {"buyerCountry": "KR"},
            "total": money(total),
            "orderDetails": {"taxInclusive": True},
            "orderHistory": said(
                {
                    "processedEvent": {"eventTime": timestamp(order.at)},
                    "partialRefundEvents": [
                        {
                            "createTime": timestamp(each.at),
                            "processTime": timestamp(each.at),
                            "state": "PROCESSED_SUCCESSFULLY",
                            "refundDetails": {"total": money(each.money)},
                        }
                        for each in order.refunds
                        if each is not last
                    ],
                    "refundEvent": last
                    and {
                        "eventTime": timestamp(last.at),
                        "refundDetails": {"total": money(total)},
                        "refundReason": "CHARGEBACK" if last.chargeback else "OTHER",
                    },
                }
            ),
            "lineItems": [_ordered(order, each) for each in order.items],
        }
    )


def void_shape(void: Void) -> dict[str, Any]:
    """VoidedPurchase."""
    return {
        "kind": "androidpublisher#voidedPurchase",
        "purchaseToken": void.order.token,
        "purchaseTimeMillis": millis(void.order.at),
        "voidedTimeMillis": millis(void.at),
        "orderId": void.order.id,
        "voidedSource": int(void.source),
        "voidedReason": int(void.reason),
    }


def said(parts: dict[str, Any]) -> dict[str, Any]:
    """What Google writes: parts that say something."""
    return {key: value for key, value in parts.items() if value}


def _account(account_id: str | None) -> dict[str, str] | None:
    return {"obfuscatedExternalAccountId": account_id} if account_id else None


def _canceled(purchase: Purchase) -> dict[str, Any] | None:
    if purchase.canceled is None or purchase.state not in {State.CANCELED, State.EXPIRED}:
        return None
    by_user = purchase.canceled == "user"
    return {
        _CANCELED[purchase.canceled]: {"cancelTime": timestamp(purchase.canceled_at)}
        if by_user
        else {}
    }


def _line_items(purchase: Purchase) -> list[dict[str, Any]]:
    items = [_line_item(purchase, each) for each in purchase.items]
    coming = purchase.deferred_to
    if coming is not None and not purchase.is_over:
        items[0]["deferredItemReplacement"] = {"productId": coming.product.id}
        items.append(
            {
                "productId": coming.product.id,
                "autoRenewingPlan": {
                    "autoRenewEnabled": True,
                    "recurringPrice": money(coming.price),
                },
                "offerDetails": _offer(coming),
            }
        )
    if purchase.replaced_item is not None:
        replaced = purchase.replaced_item
        items[-1]["itemReplacement"] = {
            "productId": replaced.product.id,
            "basePlanId": replaced.plan.id,
            "replacementMode": purchase.replaces_mode,
        }
    return items


def _line_item(purchase: Purchase, item: Item) -> dict[str, Any]:
    shape = said(
        {
            "productId": item.product.id,
            "expiryTime": timestamp(purchase.expires_at),
            "latestSuccessfulOrderId": purchase.latest_order,
            "offerDetails": _offer(item),
        }
    )
    if purchase.started_at is not None:
        shape["offerPhase"] = {_phase(purchase, item): {}}
    if item.removed:
        shape["deferredItemRemoval"] = {}
    if item.plan.renews:
        return shape | {"autoRenewingPlan": _renewing(purchase, item)}
    extendable = None if purchase.is_over else timestamp(purchase.started_at)
    return shape | {"prepaidPlan": said({"allowExtendAfterTime": extendable})}


def _phase(purchase: Purchase, item: Item) -> PhaseKind:
    """What the running time is: as its order says, which a later renewal follows."""
    if purchase.orders and item is purchase.item:
        return purchase.orders[-1].items[0].phase
    return item.phase.kind


def _offer(item: Item) -> dict[str, Any]:
    return said({"basePlanId": item.plan.id, "offerId": item.offer and item.offer.id})


def _renewing(purchase: Purchase, item: Item) -> dict[str, Any]:
    """AutoRenewingPlan."""
    stopped = purchase.canceled is not None or purchase.is_over or item.removed
    change, consent = item.price_change, purchase.consent
    replaced = purchase.deferred_to is not None
    return said(
        {
            "autoRenewEnabled": not stopped and not replaced,
            "recurringPrice": money(item.price),
            "installmentDetails": _installments(purchase, item) if item.plan.payments else None,
            "priceChangeDetails": change
            and said(
                {
                    "newPrice": money(change.price),
                    "priceChangeMode": change.mode,
                    "priceChangeState": change.state,
                    "expectedNewPriceChargeTime": timestamp(_charged_at(purchase, change.from_at))
                    if change.state in {"OUTSTANDING", "CONFIRMED"}
                    else None,
                }
            ),
            "priceStepUpConsentDetails": consent
            and {
                "state": consent.state,
                "consentDeadlineTime": timestamp(consent.deadline),
                "newPrice": money(consent.price),
            },
        }
    )


def _installments(purchase: Purchase, item: Item) -> dict[str, Any]:
    """InstallmentPlan."""
    pending: dict[str, Any] = {"pendingCancellation": {}} if purchase.cancel_after_payments else {}
    return pending | {
        "initialCommittedPaymentsCount": item.plan.payments,
        "remainingCommittedPaymentsCount": purchase.payments_left,
    }


def _charged_at(purchase: Purchase, from_at: datetime) -> datetime | None:
    """The first renewal at or after a time."""
    renewal = purchase.expires_at
    period = purchase.item.plan.period
    while renewal is not None and renewal < from_at:
        renewal = renewal + period.fast if purchase.fast else period.after(renewal)
    return renewal


def _ordered(order: Order, item: OrderedItem) -> dict[str, Any]:
    return {
        "productId": item.product.id,
        "productTitle": item.product.title,
        "listingPrice": money(item.price),
        "total": money(item.price),
        "subscriptionDetails": said(
            {
                "basePlanId": item.plan_id,
                "offerId": item.offer_id,
                "offerPhase": _OFFER_PHASES[item.phase],
                "servicePeriodStartTime": timestamp(order.begins_at),
                "servicePeriodEndTime": timestamp(order.ends_at),
            }
        )
        | {"offerPhaseDetails": {_PHASE_DETAILS[item.phase]: {}}},
    }
