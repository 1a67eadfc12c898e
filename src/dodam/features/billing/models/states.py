"""The states of a subscription, for both stores: what its store says now decides, and dates do.

A fact is what a record says at an instant. The state follows from the fact alone; what is
announced follows from the state before and the fact. Apple: `Status` of the App Store Server API;
Google: `subscriptionState` of `purchases.subscriptionsv2`.
"""

from enum import StrEnum


class State(StrEnum):
    """`billing_retry` is Apple's word, Google's is account hold: unpaid, and without access."""

    PENDING = "pending"
    TRIAL = "trial"
    ACTIVE = "active"
    CANCELLED = "cancelled"
    GRACE = "grace"
    BILLING_RETRY = "billing_retry"
    PAUSED = "paused"
    EXPIRED = "expired"
    REFUNDED = "refunded"
    REVOKED = "revoked"
    REPLACED = "replaced"


class News(StrEnum):
    """What is announced of a subscription, to its guardian and to those who run the service."""

    STARTED = "started"
    TRIAL_STARTED = "trial_started"
    CONVERTED = "converted"
    RENEWED = "renewed"
    RENEWAL_OFF = "renewal_off"
    RENEWAL_ON = "renewal_on"
    PAYMENT_FAILED = "payment_failed"
    ON_HOLD = "on_hold"
    RECOVERED = "recovered"
    PAUSED = "paused"
    RESUMED = "resumed"
    EXPIRED = "expired"
    RESUBSCRIBED = "resubscribed"
    REFUNDED = "refunded"
    REFUND_REVERSED = "refund_reversed"
    REVOKED = "revoked"
    PRODUCT_CHANGED = "product_changed"
    PRICE_INCREASE_PENDING = "price_increase_pending"
    PRICE_INCREASE_ACCEPTED = "price_increase_accepted"
    PRICE_INCREASE_APPLIED = "price_increase_applied"
    PRICE_INCREASE_REMINDER = "price_increase_reminder"
