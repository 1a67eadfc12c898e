"""Figures of payments, by month (UTC), store and product.

A *subscriber* is an account, or a subscription that no account claimed. It is active while a
period that was paid for runs, up to its end, its revocation or its replacement, whichever is
first; a gap of up to a day is none. Trials are not paid for: they count by themselves.

*Churn* is subscribers lost in a month out of those there were at its beginning, and the same of
MRR. Trials are no part of MRR, as with Stripe:
https://support.stripe.com/questions/impact-of-subscription-trial-periods-on-monthly-recurring-revenue-mrr-in-billing
"""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from msgspec import Struct

from dodam.features.billing.models.stores import Store

# A twelfth of the Gregorian calendar's mean year of 365.2425 days.
MONTH_SECONDS = 2_629_746
# Renewals that a store dates some moments after the period before are no loss and no gain.
NO_GAP = timedelta(days=1)
# Stores go on trying to collect for some weeks.
CONVERTS_WITHIN = timedelta(days=30)
MOST_MONTHS = 24


class Month(NamedTuple):
    """A calendar month in UTC."""

    year: int
    number: int

    @classmethod
    def read(cls, text: str) -> "Month":
        """`2026-03`."""
        year, _, number = text.partition("-")
        return cls(int(year), int(number))

    @classmethod
    def of(cls, at: datetime) -> "Month":
        at = at.astimezone(UTC)
        return cls(at.year, at.month)

    def plus(self, months: int) -> "Month":
        year, number = divmod(self.year * 12 + self.number - 1 + months, 12)
        return Month(year, number + 1)

    @property
    def begins(self) -> datetime:
        return datetime(self.year, self.number, 1, tzinfo=UTC)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"


class MoneyFigures(Struct, frozen=True, kw_only=True):
    """In millionths of the currency (ISO 4217), before the store's share and taxes.

    `net` is what was charged in the month less what was given back in it, whenever it was charged.
    MRR is of the periods that run: the price of each by the mean month's share in its length,
    rounded down. `mrr_new` and `mrr_returned` came with subscribers who did, `mrr_churned` went
    with those who went.
    """

    currency: str
    charged: int
    refunded: int
    net: int
    mrr_at_start: int
    mrr_at_end: int
    mrr_new: int
    mrr_returned: int
    mrr_churned: int


class Subscribers(Struct, frozen=True, kw_only=True):
    """`active_at_end` is `active_at_start` + `new` + `returned` - `churned`.

    `new` paid for the first time, `returned` had paid before. `churn` is `churned` out of
    `active_at_start`; null where there was nobody.
    """

    active_at_start: int
    active_at_end: int
    new: int
    returned: int
    churned: int
    churn: float | None


class Trials(Struct, frozen=True, kw_only=True):
    """`converted` are those of the `ended` whose subscriber paid within 30 days of the end.

    `conversion` is `converted` out of `ended`; null where none ended. It may yet rise for 30 days.
    """

    running_at_end: int
    started: int
    ended: int
    converted: int
    conversion: float | None


class ProductFigures(Struct, frozen=True, kw_only=True):
    """Who changes the product is active in the one and then in the other, neither new nor lost.

    A subscriber with several counts for the one whose period began last. So `active_at_end` of a
    product need not be what the others add up to.
    """

    store: Store
    product_id: str
    subscribers: Subscribers
    trials: Trials
    money: list[MoneyFigures]


class MonthFigures(Struct, frozen=True, kw_only=True):
    """`until` is the month's end, or now where that is yet to come.

    `subscribers` counts each once, whatever they bought where.
    """

    month: str
    until: datetime
    subscribers: Subscribers
    products: list[ProductFigures]


class PaymentFigures(Struct, frozen=True):
    """The earliest month first. Test accounts and purchases in a sandbox are never in them."""

    months: list[MonthFigures]
