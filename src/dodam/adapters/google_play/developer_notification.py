"""What Google Play says in a message: that something happened to a purchase, and of what kind.

https://developer.android.com/google/play/billing/rtdn-reference
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from dodam.adapters.google_play.wire import Present, Wire
from dodam.features.billing.errors.stores import ForgedMessage
from dodam.features.billing.models.store_messages import (
    GOOGLE_ONE_TIME_MESSAGES,
    GOOGLE_REFUND_REVIEW,
    GOOGLE_SUBSCRIPTION_MESSAGES,
    GOOGLE_TEST,
    GOOGLE_VOIDED,
)
from dodam.features.billing.models.stores import Environment, Store
from dodam.features.billing.models.told import Notification

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_A_SUBSCRIPTION = 1


class _Subscription(Wire, frozen=True):
    notification_type: int
    purchase_token: str


class _OneTime(Wire, frozen=True):
    notification_type: int


class _Voided(Wire, frozen=True):
    """`product_type` 1 is a subscription, 2 a one-time purchase."""

    purchase_token: str
    order_id: str
    product_type: int = _A_SUBSCRIPTION


class _RefundReview(Wire, frozen=True):
    order_id: str | None = None


class _DeveloperNotification(Wire, frozen=True):
    package_name: str
    event_time_millis: int
    subscription_notification: _Subscription | None = None
    one_time_product_notification: _OneTime | None = None
    voided_purchase_notification: _Voided | None = None
    pending_refund_review_notification: _RefundReview | None = None
    test_notification: Present | None = None


def read_notification(data: bytes, message_id: str, package_name: str) -> Notification:
    """`message_id` is Pub/Sub's: what is sent again has the same.

    It does not say which environment it is of: the purchase does. Raises ForgedMessage for what is
    about another app, and for what Google Play would not send.
    """
    try:
        said = msgspec.json.decode(data, type=_DeveloperNotification, strict=False)
        sent_at = _EPOCH + timedelta(milliseconds=said.event_time_millis)
    except (msgspec.MsgspecError, OverflowError) as error:
        raise ForgedMessage("unreadable") from error
    if said.package_name != package_name:
        raise ForgedMessage("wrong_app")
    type_, key, order_id = _about(said, data)
    return Notification(
        store=Store.GOOGLE,
        environment=Environment.PRODUCTION,
        id=message_id,
        type=type_,
        subtype=None,
        sent_at=sent_at,
        key=key,
        transaction_id=order_id,
    )


def _about(said: _DeveloperNotification, data: bytes) -> tuple[str, str | None, str | None]:
    """The type, the purchase token of a subscription, and the order."""
    if (subscription := said.subscription_notification) is not None:
        number = subscription.notification_type
        known = GOOGLE_SUBSCRIPTION_MESSAGES.get(number, f"SUBSCRIPTION_{number}")
        return known, subscription.purchase_token, None
    if (voided := said.voided_purchase_notification) is not None:
        key = voided.purchase_token if voided.product_type == _A_SUBSCRIPTION else None
        return GOOGLE_VOIDED, key, voided.order_id
    if (one_time := said.one_time_product_notification) is not None:
        number = one_time.notification_type
        return GOOGLE_ONE_TIME_MESSAGES.get(number, f"ONE_TIME_PRODUCT_{number}"), None, None
    if (review := said.pending_refund_review_notification) is not None:
        return GOOGLE_REFUND_REVIEW, None, review.order_id
    if said.test_notification is not None:
        return GOOGLE_TEST, None, None
    return _unknown(data), None, None


def _unknown(data: bytes) -> str:
    """The field that a kind of message comes in which is newer than this release."""
    fields = msgspec.json.decode(data, type=dict[str, Any])
    return next((each for each in fields if each.endswith("Notification")), "UNKNOWN")
