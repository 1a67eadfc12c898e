"""Subscriptions as clients and staff see them."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from dodam.features.billing.models.states import State
from dodam.features.billing.models.stores import Environment, Store
from dodam.features.billing.models.told import EndReason, Money, Offer, PriceChange


class Subscription(Struct, frozen=True, kw_only=True):
    """What an account holds at a store. `entitled_until` is null where it entitles to nothing now.

    `product_id` is the product now, `next_product_id` that of the next renewal.
    """

    id: UUID
    store: Store
    environment: Environment
    state: State
    product_id: str
    next_product_id: str | None
    began_at: datetime
    entitled_until: datetime | None
    renews: bool
    next_price: Money | None
    offer: Offer | None
    grace_until: datetime | None
    paused_until: datetime | None
    ended_because: EndReason | None
    price_change: PriceChange | None
