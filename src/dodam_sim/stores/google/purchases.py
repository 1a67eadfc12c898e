"""What Google Play keeps of a purchase of a subscription: its items, its orders, its life."""

from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Literal

from msgspec import Struct, field

from dodam_sim.stores.google.products import Money, Offer, Period, Phase, PhaseKind, Plan, Product


class State(StrEnum):
    """`subscriptionState` of `purchases.subscriptionsv2`."""

    PENDING = "SUBSCRIPTION_STATE_PENDING"
    ACTIVE = "SUBSCRIPTION_STATE_ACTIVE"
    PAUSED = "SUBSCRIPTION_STATE_PAUSED"
    IN_GRACE_PERIOD = "SUBSCRIPTION_STATE_IN_GRACE_PERIOD"
    ON_HOLD = "SUBSCRIPTION_STATE_ON_HOLD"
    CANCELED = "SUBSCRIPTION_STATE_CANCELED"
    EXPIRED = "SUBSCRIPTION_STATE_EXPIRED"
    PENDING_PURCHASE_CANCELED = "SUBSCRIPTION_STATE_PENDING_PURCHASE_CANCELED"


ENTITLED = frozenset({State.ACTIVE, State.IN_GRACE_PERIOD, State.CANCELED})
"""A cancelled one is expired as soon as its time is over."""
OVER = frozenset({State.EXPIRED, State.PENDING_PURCHASE_CANCELED})


class NotPossibleError(Exception):
    """The state of a purchase does not allow it."""


class Truth(Struct, frozen=True):
    """What Google holds of a purchase at an instant."""

    state: State
    entitled: bool


class Refund(Struct, frozen=True):
    at: datetime
    money: Money
    chargeback: bool = False


class OrderedItem(Struct, frozen=True):
    product: Product
    plan_id: str
    offer_id: str | None
    phase: PhaseKind
    price: Money


class Order(Struct):
    """What one charge paid for. A renewal's id is the first one's and `..0`, `..1` and so on."""

    id: str
    token: str
    at: datetime
    begins_at: datetime
    ends_at: datetime
    items: tuple[OrderedItem, ...]
    refunds: list[Refund] = field(default_factory=list)

    @property
    def total(self) -> Money:
        currency = self.items[0].price.currency
        return Money(sum(each.price.micros for each in self.items), currency)

    @property
    def refunded(self) -> int:
        """Micros."""
        return sum(each.money.micros for each in self.refunds)


class Reason(IntEnum):
    """`voidedReason` of a VoidedPurchase."""

    OTHER = 0
    REMORSE = 1
    CHARGEBACK = 7
    UNACKNOWLEDGED = 8


class Source(IntEnum):
    """`voidedSource` of a VoidedPurchase."""

    USER = 0
    DEVELOPER = 1
    GOOGLE = 2


class Void(Struct, frozen=True):
    order: Order
    at: datetime
    reason: Reason
    source: Source


PriceMode = Literal["PRICE_INCREASE", "OPT_OUT_PRICE_INCREASE", "PRICE_DECREASE"]
PriceState = Literal["OUTSTANDING", "CONFIRMED", "CANCELED", "APPLIED"]
ConsentState = Literal["PENDING", "CONFIRMED", "COMPLETED"]
Canceled = Literal["user", "system", "developer", "replacement"]


class PriceChange(Struct):
    """`from_at`: the first renewal from then on costs the new price."""

    price: Money
    mode: PriceMode
    from_at: datetime
    state: PriceState


class Consent(Struct):
    """To the price after an offer; without it the subscription ends with the offer."""

    price: Money
    deadline: datetime
    state: ConsentState = "PENDING"


class Item(Struct):
    """`phases` are those still to come, the current one first; none: the base plan's price."""

    product: Product
    plan: Plan
    price: Money
    offer: Offer | None = None
    phases: list[Phase] = field(default_factory=list)
    price_change: PriceChange | None = None
    removed: bool = False
    """Not renewed any more."""

    @property
    def phase(self) -> Phase:
        return self.phases[0] if self.phases else self.base

    @property
    def base(self) -> Phase:
        return Phase("basePrice", self.plan.period, self.price)


class Purchase(Struct):
    """One purchase token. `items[0]` is the plan that others were added to.

    `expires_at` is `expiryTime`; null until the first payment. `line` is the life so far: from
    when on which state held.
    """

    token: str
    account_id: str | None
    items: list[Item]
    test: bool
    fast: bool
    state: State
    line: list[tuple[datetime, State]]
    started_at: datetime | None = None
    expires_at: datetime | None = None
    due_at: datetime | None = None
    """When time does the next thing to it."""
    acknowledged: bool = False
    acknowledge_by: datetime | None = None
    card_works: bool = True
    orders: list[Order] = field(default_factory=list)
    inherited_order: str | None = None
    """Of a deferred replacement: what the running time was paid with, under the old token."""
    numbered: str = ""
    renewals: int = 0
    paid_until: datetime | None = None
    """The end of the last paid period; `expires_at` is later in a grace period."""
    canceled: Canceled | None = None
    canceled_at: datetime | None = None
    cancel_after_payments: bool = False
    payments_left: int = 0
    hold_until: datetime | None = None
    pause_for: Period | None = None
    resumes_at: datetime | None = None
    linked: str | None = None
    replaces_mode: str | None = None
    replaced_by: str | None = None
    replaced_item: Item | None = None
    deferred_to: Item | None = None
    expired_token: str | None = None
    """Bought again in the Play Store after the end: the token of the one that had ended."""
    consent: Consent | None = None
    revision: int = 0

    @property
    def etag(self) -> str:
        return f"{self.token[:8]}-{self.revision}"

    @property
    def is_over(self) -> bool:
        return self.state in OVER

    @property
    def item(self) -> Item:
        return self.items[0]

    @property
    def latest_order(self) -> str | None:
        return self.orders[-1].id if self.orders else self.inherited_order
