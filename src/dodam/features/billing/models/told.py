"""What a store says of one subscription, in words that both stores share.

Whatever order it is heard in, the same is known in the end: each part carries the time at which
the store said it (`told_at`), and of two accounts of one thing the later counts.
"""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from dodam.features.billing.models.stores import Environment, Store


class Money(Struct, frozen=True):
    """Millionths of a currency's unit: 4,900 won are 4_900_000_000 `KRW` (ISO 4217)."""

    micros: int
    currency: str


class OfferKind(StrEnum):
    INTRODUCTORY = "introductory"
    PROMOTIONAL = "promotional"
    OFFER_CODE = "offer_code"
    WIN_BACK = "win_back"


class OfferMode(StrEnum):
    FREE_TRIAL = "free_trial"
    PAY_AS_YOU_GO = "pay_as_you_go"
    PAY_UP_FRONT = "pay_up_front"


class Offer(Struct, frozen=True):
    """A reduced price; `id` is the store's, of offers that have one."""

    kind: OfferKind
    mode: OfferMode | None
    id: str | None


class Period(Struct, frozen=True, kw_only=True):
    """One transaction: a time that was paid for, or given as a trial.

    `transaction_id` is Apple's transaction or Google's order. `paid` is null where the store did
    not say. `refunded` is what was given back, all of it or a part; `revoked_at` is from when on
    the time may not be used any more, whether or not money was given back. `replaced_at` is when
    another product took its place before its end (an upgrade).
    """

    told_at: datetime
    transaction_id: str
    product_id: str
    begins_at: datetime
    ends_at: datetime
    paid: Money | None = None
    offer: Offer | None = None
    refunded: Money | None = None
    refunded_at: datetime | None = None
    revoked_at: datetime | None = None
    replaced_at: datetime | None = None


class EndReason(StrEnum):
    """Why a subscription does not renew, or did not."""

    CANCELLED = "cancelled"
    PAYMENT_FAILED = "payment_failed"
    PRICE_REFUSED = "price_refused"
    PRODUCT_UNAVAILABLE = "product_unavailable"
    REPLACED = "replaced"
    CANCELLED_BY_US = "cancelled_by_us"
    OTHER = "other"


class PriceChangeState(StrEnum):
    """`notified` needs no consent; `pending` waits for it, and ends the subscription without."""

    NOTIFIED = "notified"
    PENDING = "pending"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    APPLIED = "applied"
    WITHDRAWN = "withdrawn"


class PriceChange(Struct, frozen=True):
    """A price that is to hold from a renewal on; `answer_by` is the end of the time for consent."""

    state: PriceChangeState
    price: Money | None
    takes_effect_at: datetime | None
    answer_by: datetime | None


class Renewal(Struct, frozen=True, kw_only=True):
    """How a subscription goes on after what was paid for.

    `product_id` is what it renews to. `grace_until`: the payment failed and the time goes on all
    the same. `retrying`: the store goes on trying to collect, without access. `paused` until
    `paused_until`, where that is known. `pending`: the first payment is outstanding.
    """

    told_at: datetime
    renews: bool
    product_id: str | None = None
    price: Money | None = None
    offer: Offer | None = None
    grace_until: datetime | None = None
    retrying: bool = False
    paused: bool = False
    paused_until: datetime | None = None
    pending: bool = False
    ended_because: EndReason | None = None
    price_change: PriceChange | None = None
    win_back_offers: tuple[str, ...] = ()


class Told(Struct, frozen=True, kw_only=True):
    """What a store said of one subscription: some of its periods, how it renews, or both.

    `key` is Apple's original transaction id or Google's purchase token. `buyer` is the account
    that the app named as it bought (`appAccountToken`, `obfuscatedExternalAccountId`); null where
    it named none or no account of ours. `family_shared`: somebody else pays (Apple's Family
    Sharing). `replaces` is the key of a subscription that this one took the place of (Google's
    `linkedPurchaseToken`). `acknowledged` is whether Google was told that the purchase arrived.
    """

    store: Store
    environment: Environment
    key: str
    buyer: UUID | None = None
    family_shared: bool = False
    periods: tuple[Period, ...] = ()
    renewal: Renewal | None = None
    replaces: str | None = None
    acknowledged: bool = True


class Notification(Struct, frozen=True, kw_only=True):
    """A store's verified message. `id` is the store's own: the same id is the same message.

    `type` and `subtype` are as the store spells them, known to us or not. `key` is the
    subscription it is about and `transaction_id` the transaction; null where it is about none.
    `told` is what it says by itself; Google's say nothing, the store is to be asked.
    """

    store: Store
    environment: Environment
    id: str
    type: str
    subtype: str | None
    sent_at: datetime
    key: str | None = None
    transaction_id: str | None = None
    told: Told | None = None
