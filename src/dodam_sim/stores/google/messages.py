"""Real-time developer notifications.

https://developer.android.com/google/play/billing/rtdn-reference
"""

from datetime import datetime
from enum import IntEnum
from typing import Any

from msgspec import Struct


class Happened(IntEnum):
    """`notificationType` of a SubscriptionNotification; the others' names are the reference's."""

    RECOVERED = 1
    """From account hold, or resumed from a pause."""
    RENEWED = 2
    CANCELED = 3
    PURCHASED = 4
    ON_HOLD = 5
    IN_GRACE_PERIOD = 6
    RESTARTED = 7
    PRICE_CHANGE_CONFIRMED = 8
    """Deprecated; Google sends PRICE_CHANGE_UPDATED now."""
    DEFERRED = 9
    PAUSED = 10
    PAUSE_SCHEDULE_CHANGED = 11
    REVOKED = 12
    EXPIRED = 13
    ITEMS_CHANGED = 17
    CANCELLATION_SCHEDULED = 18
    PRICE_CHANGE_UPDATED = 19
    PENDING_PURCHASE_CANCELED = 20
    PRICE_STEP_UP_CONSENT_UPDATED = 22


class Message(Struct, frozen=True):
    """One message of the Pub/Sub topic; `data` is a DeveloperNotification."""

    id: str
    published_at: datetime
    data: dict[str, Any]

    @property
    def type(self) -> str:
        """As the reference spells it."""
        if "subscriptionNotification" in self.data:
            number = self.data["subscriptionNotification"]["notificationType"]
            known = number in Happened.__members__.values()
            return f"SUBSCRIPTION_{Happened(number).name if known else number}"
        kind = next(key for key in self.data if key.endswith("Notification"))
        return {
            "voidedPurchaseNotification": "VOIDED_PURCHASE",
            "oneTimeProductNotification": "ONE_TIME_PRODUCT",
            "testNotification": "TEST",
        }.get(kind, kind)

    @property
    def purchase_token(self) -> str:
        """Of the purchase that it is about; empty if it is about none."""
        said = next(value for key, value in self.data.items() if key.endswith("Notification"))
        return said.get("purchaseToken", "")


def of_subscription(happened: int, token: str, product_id: str) -> dict[str, Any]:
    said = {
        "version": "1.0",
        "notificationType": int(happened),
        "purchaseToken": token,
        "subscriptionId": product_id,
    }
    return {"subscriptionNotification": said}


def of_void(token: str, order_id: str) -> dict[str, Any]:
    """Of a subscription (1), given back in full (1)."""
    said = {"purchaseToken": token, "orderId": order_id, "productType": 1, "refundType": 1}
    return {"voidedPurchaseNotification": said}


def of_one_time_product(token: str, sku: str, *, canceled: bool = False) -> dict[str, Any]:
    said = {
        "version": "1.0",
        "notificationType": 2 if canceled else 1,
        "purchaseToken": token,
        "sku": sku,
    }
    return {"oneTimeProductNotification": said}


def of_test() -> dict[str, Any]:
    """What the button in Play Console sends."""
    return {"testNotification": {"version": "1.0"}}
