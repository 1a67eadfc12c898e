"""Subscriptions as clients and staff see them."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from dodam.features.billing.models.facts import standing, usable_until
from dodam.features.billing.models.records import Record
from dodam.features.billing.models.states import State
from dodam.features.billing.models.stores import Environment, Store
from dodam.features.billing.models.told import EndReason, Money, Offer, PriceChange

# Where a guardian ends or changes one: the stores' own pages.
_MANAGED_AT: Mapping[Store, str] = {
    Store.APPLE: "https://apps.apple.com/account/subscriptions",
    Store.GOOGLE: "https://play.google.com/store/account/subscriptions",
}


class Subscription(Struct, frozen=True, kw_only=True):
    """What an account holds at a store. `entitled_until` is null where it entitles to nothing now.

    `period_ends_at` is when the time ends, or ended, that was paid for or is free; null before one
    has begun. What renews is charged then, and entitles for an hour more while the store is asked.
    In a sandbox all of this is of use to testers only.
    `product_id` is the product now, `next_product_id` that of the next renewal. `manage_url` is
    where its holder ends or changes it at the store.
    """

    id: UUID
    store: Store
    environment: Environment
    state: State
    product_id: str
    next_product_id: str | None
    began_at: datetime
    period_ends_at: datetime | None
    entitled_until: datetime | None
    renews: bool
    next_price: Money | None
    offer: Offer | None
    grace_until: datetime | None
    paused_until: datetime | None
    ended_because: EndReason | None
    price_change: PriceChange | None
    family_shared: bool
    manage_url: str


class Kept(Struct, frozen=True, kw_only=True):
    """A subscription as it is kept, with everything that is known of it.

    `state` and `transaction_id` are what its owner was last told of. `account_id` is its owner,
    null where it has none.
    """

    id: UUID
    store: Store
    environment: Environment
    key: str
    account_id: UUID | None
    created_at: datetime
    state: State
    transaction_id: str | None
    record: Record

    @property
    def price_change(self) -> PriceChange | None:
        return self.record.renewal.price_change if self.record.renewal else None

    @property
    def is_to_be_acknowledged(self) -> bool:
        """Google gives a purchase back that is not acknowledged within three days."""
        record = self.record
        return (
            self.store is Store.GOOGLE and not record.acknowledged and record.begins_at is not None
        )

    def shown(self, now: datetime) -> Subscription:
        """As it is at an instant, whether or not anybody has looked at it since."""
        record = self.record
        renewal = record.renewal
        stands = standing(record, now)
        ends = stands.state in _ENDED
        return Subscription(
            id=self.id,
            store=self.store,
            environment=self.environment,
            state=stands.state,
            product_id=stands.product_id,
            next_product_id=renewal.product_id if renewal and renewal.renews else None,
            began_at=record.begins_at or self.created_at,
            period_ends_at=usable_until(stands.period) if stands.period else None,
            entitled_until=None if record.family_shared else stands.entitled_until(now),
            renews=not ends and (renewal is None or renewal.renews),
            next_price=renewal.price if renewal and renewal.renews else None,
            offer=stands.period.offer if stands.period else None,
            grace_until=renewal.grace_until if renewal else None,
            paused_until=renewal.paused_until if renewal else None,
            ended_because=renewal.ended_because if renewal else None,
            price_change=self.price_change,
            family_shared=record.family_shared,
            manage_url=_MANAGED_AT[self.store],
        )


_ENDED = frozenset({State.EXPIRED, State.REFUNDED, State.REVOKED, State.REPLACED})
