"""Subscriptions as support sees them."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from dodam.features.billing.models.deeds import Deed
from dodam.features.billing.models.payments import Payment
from dodam.features.billing.models.subscriptions import Subscription
from dodam.features.billing.models.told import Period, PriceChange, Renewal


class StaffSubscription(Struct, frozen=True, kw_only=True):
    """A subscription with all that is known of it; the newest of each list first.

    `key` is the end of the store's own key: whoever has a purchase token could hand it in.
    """

    subscription: Subscription
    key: str | None
    periods: list[Period]
    renewal: Renewal | None
    payments: list[Payment]
    deeds: list[Deed]


class PendingPriceIncrease(Struct, frozen=True, kw_only=True):
    """A price that is to hold for a subscription from a renewal on.

    `reminded_at` is when its holder was reminded; null where that is yet to be.
    """

    subscription_id: UUID
    account_id: UUID | None
    product_id: str
    change: PriceChange
    reminded_at: datetime | None
