"""The messages that the stores send, as they spell them; one that is not here is kept as well.

Apple: https://developer.apple.com/documentation/appstoreservernotifications/notificationtype
and https://developer.apple.com/documentation/appstoreservernotifications/subtype
Google: https://developer.android.com/google/play/billing/rtdn-reference
"""

from collections.abc import Mapping

# The subtypes that each type comes with; None where it comes with none.
APPLE_MESSAGES: Mapping[str, tuple[str | None, ...]] = {
    "CONSUMPTION_REQUEST": (None,),
    "DID_CHANGE_RENEWAL_PREF": (None, "UPGRADE", "DOWNGRADE"),
    "DID_CHANGE_RENEWAL_STATUS": ("AUTO_RENEW_ENABLED", "AUTO_RENEW_DISABLED"),
    "DID_FAIL_TO_RENEW": (None, "GRACE_PERIOD"),
    "DID_RENEW": (None, "BILLING_RECOVERY"),
    "EXPIRED": (None, "VOLUNTARY", "BILLING_RETRY", "PRICE_INCREASE", "PRODUCT_NOT_FOR_SALE"),
    "EXTERNAL_PURCHASE_TOKEN": ("CREATED", "ACTIVE_TOKEN_REMINDER", "UNREPORTED"),
    "GRACE_PERIOD_EXPIRED": (None,),
    "METADATA_UPDATE": (None,),
    "MIGRATION": (None,),
    # First purchases by an offer came as the last two before Apple sent SUBSCRIBED for them.
    "OFFER_REDEEMED": (None, "UPGRADE", "DOWNGRADE", "INITIAL_BUY", "RESUBSCRIBE"),
    "ONE_TIME_CHARGE": (None,),
    "PRICE_CHANGE": (None,),
    "PRICE_INCREASE": ("PENDING", "ACCEPTED"),
    "REFUND": (None,),
    "REFUND_DECLINED": (None,),
    "REFUND_REVERSED": (None,),
    "RENEWAL_EXTENDED": (None,),
    "RENEWAL_EXTENSION": ("SUMMARY", "FAILURE"),
    "RESCIND_CONSENT": (None,),
    "REVOKE": (None,),
    "SUBSCRIBED": ("INITIAL_BUY", "RESUBSCRIBE"),
    "TEST": (None,),
}

# `notificationType` of a SubscriptionNotification. Google gave out no 14 to 16, and no 21.
GOOGLE_SUBSCRIPTION_MESSAGES: Mapping[int, str] = {
    1: "SUBSCRIPTION_RECOVERED",
    2: "SUBSCRIPTION_RENEWED",
    3: "SUBSCRIPTION_CANCELED",
    4: "SUBSCRIPTION_PURCHASED",
    5: "SUBSCRIPTION_ON_HOLD",
    6: "SUBSCRIPTION_IN_GRACE_PERIOD",
    7: "SUBSCRIPTION_RESTARTED",
    8: "SUBSCRIPTION_PRICE_CHANGE_CONFIRMED",
    9: "SUBSCRIPTION_DEFERRED",
    10: "SUBSCRIPTION_PAUSED",
    11: "SUBSCRIPTION_PAUSE_SCHEDULE_CHANGED",
    12: "SUBSCRIPTION_REVOKED",
    13: "SUBSCRIPTION_EXPIRED",
    17: "SUBSCRIPTION_ITEMS_CHANGED",
    18: "SUBSCRIPTION_CANCELLATION_SCHEDULED",
    19: "SUBSCRIPTION_PRICE_CHANGE_UPDATED",
    20: "SUBSCRIPTION_PENDING_PURCHASE_CANCELED",
    22: "SUBSCRIPTION_PRICE_STEP_UP_CONSENT_UPDATED",
}

# `notificationType` of a OneTimeProductNotification.
GOOGLE_ONE_TIME_MESSAGES: Mapping[int, str] = {
    1: "ONE_TIME_PRODUCT_PURCHASED",
    2: "ONE_TIME_PRODUCT_CANCELED",
}

# Google's other messages have no number; the names are ours, after the field each comes in.
GOOGLE_VOIDED = "VOIDED_PURCHASE"
GOOGLE_REFUND_REVIEW = "PENDING_REFUND_REVIEW"
GOOGLE_TEST = "TEST"

GOOGLE_MESSAGES: tuple[str, ...] = (
    *GOOGLE_SUBSCRIPTION_MESSAGES.values(),
    *GOOGLE_ONE_TIME_MESSAGES.values(),
    GOOGLE_VOIDED,
    GOOGLE_REFUND_REVIEW,
    GOOGLE_TEST,
)
