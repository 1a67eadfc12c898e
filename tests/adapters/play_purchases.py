"""Purchases and orders as the Android Publisher API shows them."""

from datetime import datetime, timedelta
from typing import Any

from tests.clock import NOON

MONTH = timedelta(days=30)
BEGAN = NOON - timedelta(days=10)
ENDS = BEGAN + MONTH
PRICE = {"currencyCode": "KRW", "units": "9900"}


def iso(time: datetime) -> str:
    return time.isoformat().replace("+00:00", "Z")


def item(**changes: Any) -> dict[str, Any]:
    """One of a monthly product, bought at BEGAN and paid until ENDS; what is None is left out."""
    whole: dict[str, Any] = {
        "productId": "monthly",
        "expiryTime": iso(ENDS),
        "latestSuccessfulOrderId": "GPA.1",
        "autoRenewingPlan": {"autoRenewEnabled": True, "recurringPrice": PRICE},
        "offerDetails": {"basePlanId": "monthly"},
        "offerPhase": {"basePrice": {}},
        **changes,
    }
    return {name: value for name, value in whole.items() if value is not None}


def ending_item(**changes: Any) -> dict[str, Any]:
    """One that does not renew: Google leaves out what is false."""
    return item(autoRenewingPlan={"recurringPrice": PRICE}, **changes)


def purchase(state: str = "ACTIVE", *items: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "kind": "androidpublisher#subscriptionPurchaseV2",
        "subscriptionState": f"SUBSCRIPTION_STATE_{state}",
        "acknowledgementState": "ACKNOWLEDGEMENT_STATE_ACKNOWLEDGED",
        "etag": "e1",
        "regionCode": "KR",
        "startTime": iso(BEGAN),
        "lineItems": list(items or [item()]),
        **changes,
    }


def order(
    order_id: str = "GPA.1", begins_at: datetime = BEGAN, ends_at: datetime = ENDS, **changes: Any
) -> dict[str, Any]:
    details: dict[str, Any] = {
        "basePlanId": "monthly",
        "offerPhaseDetails": {"baseDetails": {}},
        "servicePeriodStartTime": iso(begins_at),
        "servicePeriodEndTime": iso(ends_at),
        **changes.pop("details", {}),
    }
    return {
        "orderId": order_id,
        "purchaseToken": "token",
        "state": "PROCESSED",
        "total": PRICE,
        "lineItems": [{"productId": "monthly", "subscriptionDetails": details}],
        "orderHistory": {"processedEvent": {"eventTime": iso(begins_at)}},
        **changes,
    }
