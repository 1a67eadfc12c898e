"""A customer's subscription as the App Store keeps it, and the line of what it ever was.

A customer has one subscription in a group, whatever products it renews to and however often it
lapses: all its transactions have the first one's id as their `originalTransactionId`.
"""

from bisect import bisect_right
from dataclasses import dataclass, field
from enum import IntEnum, auto
from typing import NamedTuple

from dodam_sim.stores.apple.catalogue import Environment, Offer, OfferMode, Product
from dodam_sim.stores.apple.times import Milliseconds


class Status(IntEnum):
    """As in https://developer.apple.com/documentation/appstoreserverapi/status."""

    ACTIVE = 1
    EXPIRED = 2
    BILLING_RETRY = 3
    GRACE = 4
    REVOKED = 5


class Intent(IntEnum):
    """As in https://developer.apple.com/documentation/appstoreserverapi/expirationintent."""

    CANCELLED = 1
    BILLING_ERROR = 2
    PRICE_REFUSED = 3
    NOT_FOR_SALE = 4
    OTHER = 5


class Stage(IntEnum):
    """What is due next, of a subscription."""

    BEGINS = auto()
    CHARGES = auto()
    EXPIRES = auto()
    GRACE_ENDS = auto()
    RETRY_ENDS = auto()
    NOTHING = auto()


class Standing(NamedTuple):
    """What holds from an instant on. `product_id` is of what the customer may use."""

    status: Status
    entitled: bool
    product_id: str | None


@dataclass(slots=True)
class Revocation:
    """`percentage` of the price went back, in thousandths of a percent: 100000 is all of it."""

    at: Milliseconds
    type: str
    percentage: int
    reason: int


@dataclass(slots=True, eq=False)
class Transaction:
    id: str
    product: Product
    begins: Milliseconds
    expires: Milliseconds
    price: int
    renewal: bool
    account_token: str | None
    offer: Offer | None = None
    revoked: Revocation | None = None
    upgraded: bool = False

    @property
    def is_free(self) -> bool:
        return self.offer is not None and self.offer.mode is OfferMode.FREE_TRIAL

    def gives_access(self, at: Milliseconds) -> bool:
        return self.begins <= at < self.expires and not self.revoked and not self.upgraded


@dataclass(slots=True)
class PriceIncrease:
    price: int
    effective: Milliseconds
    agreed: bool


@dataclass(slots=True, eq=False)
class Member:
    """A member of the family that a subscription is shared with, with transactions of their own:
    `ids` by the purchaser's.
    """

    key: str
    joined: Milliseconds
    ids: dict[str, str] = field(default_factory=dict[str, str])
    revoked: Revocation | None = None


@dataclass(slots=True, eq=False)
class Subscription:
    """`product` and `price` are what it renews to and for; `offer` is what it renews with,
    `offers_left` times.
    """

    key: str
    environment: Environment
    app_transaction_id: str
    product: Product
    price: int
    account_token: str | None
    renews: bool = True
    card_works: bool = True
    ends_otherwise: bool = False
    offer: Offer | None = None
    offers_left: int = 0
    increase: PriceIncrease | None = None
    retrying: bool = False
    grace_until: Milliseconds | None = None
    intent: Intent | None = None
    started: Milliseconds = 0
    transactions: list[Transaction] = field(default_factory=list[Transaction])
    members: list[Member] = field(default_factory=list[Member])
    extended: list[Milliseconds] = field(default_factory=list[Milliseconds])
    stage: Stage = Stage.NOTHING
    due: Milliseconds = 0
    _since: list[Milliseconds] = field(default_factory=list[Milliseconds])
    _line: list[Standing] = field(default_factory=list[Standing])

    @property
    def last(self) -> Transaction:
        return self.transactions[-1]

    @property
    def current(self) -> Transaction:
        """The newest that has begun; a renewal may have been charged ahead of its time."""
        paid_ahead = self.stage is Stage.BEGINS and len(self.transactions) > 1
        return self.transactions[-2] if paid_ahead else self.last

    @property
    def standing(self) -> Standing:
        return self._line[-1]

    def transaction(self, id_: str) -> Transaction:
        return next(each for each in self.transactions if each.id == id_)

    def stand(self, at: Milliseconds) -> None:
        """Remember what holds from now on."""
        standing = self._standing(at)
        if not self._line or self._line[-1] != standing:
            self._since.append(at)
            self._line.append(standing)

    def stood(self, at: Milliseconds) -> Standing | None:
        """What held at an instant; None before it was bought."""
        place = bisect_right(self._since, at)
        return self._line[place - 1] if place else None

    def _standing(self, at: Milliseconds) -> Standing:
        for each in reversed(self.transactions):
            if each.gives_access(at):
                return Standing(Status.ACTIVE, entitled=True, product_id=each.product.id)
        if self.grace_until is not None and at < self.grace_until:
            return Standing(Status.GRACE, entitled=True, product_id=self.last.product.id)
        if self.retrying:
            return Standing(Status.BILLING_RETRY, entitled=False, product_id=None)
        newest = next(each for each in reversed(self.transactions) if each.begins <= at)
        status = Status.REVOKED if newest.revoked else Status.EXPIRED
        return Standing(status, entitled=False, product_id=None)
