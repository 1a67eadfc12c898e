"""What an app sells at Google Play: subscriptions, their base plans and offers.

https://developer.android.com/google/play/billing/subscriptions
"""

import calendar
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal

import msgspec
from msgspec import Struct

_PERIOD = re.compile(r"P(\d+)([DWMY])")
_MICROS = 1_000_000
_FAST_MINUTES = ((1, 5), (3, 10), (6, 15))
"""Months at most, and how many minutes they last; all longer ones last thirty."""


class Money(Struct, frozen=True):
    """Millionths of a currency's unit."""

    micros: int
    currency: str = "KRW"


def won(amount: int) -> Money:
    return Money(amount * _MICROS)


class Period(Struct, frozen=True):
    """An ISO 8601 period of one unit, such as P1M; `fast` is how long it lasts for a tester.

    https://developer.android.com/google/play/billing/test#renewals
    """

    count: int
    unit: Literal["D", "W", "M", "Y"]

    @classmethod
    def of(cls, text: str) -> "Period":
        found = _PERIOD.fullmatch(text)
        if found is None:
            raise ValueError(f"{text} is no period")
        return msgspec.convert({"count": int(found[1]), "unit": found[2]}, cls)

    @property
    def fast(self) -> timedelta:
        if self.unit == "D":
            return timedelta(minutes=3)
        months = {"W": 0, "M": self.count, "Y": 12 * self.count}[self.unit]
        minutes = next((fast for most, fast in _FAST_MINUTES if months <= most), 30)
        return timedelta(minutes=minutes)

    def after(self, at: datetime) -> datetime:
        """A month's end stays within its month: 31 January and a month are 28 February."""
        if self.unit in "DW":
            return at + timedelta(days=self.count * (7 if self.unit == "W" else 1))
        months = at.year * 12 + at.month - 1 + self.count * (12 if self.unit == "Y" else 1)
        year, month = divmod(months, 12)
        day = min(at.day, calendar.monthrange(year, month + 1)[1])
        return at.replace(year=year, month=month + 1, day=day)


PhaseKind = Literal["freeTrial", "introductoryPrice", "basePrice", "prorationPeriod"]


class Phase(Struct, frozen=True):
    """`renewals`: how many periods it lasts."""

    kind: PhaseKind
    period: Period
    price: Money
    periods: int = 1


class Offer(Struct, frozen=True):
    """`consent`: the higher price after it needs the user's word, as Korean law asks.

    https://support.google.com/googleplay/android-developer/answer/12154973 (price step-ups)
    """

    id: str
    phases: tuple[Phase, ...]
    consent: bool = False


class Plan(Struct, frozen=True):
    """A base plan. `payments` are those an installment plan binds to; 0 of all others.

    Google's account hold is what the grace period leaves of sixty days.
    """

    id: str
    period: Period
    price: Money
    offers: tuple[Offer, ...] = ()
    renews: bool = True
    grace: timedelta = timedelta(days=7)
    payments: int = 0

    @property
    def hold(self) -> timedelta:
        return timedelta(days=60) - self.grace

    def offer(self, offer_id: str) -> Offer:
        return next(each for each in self.offers if each.id == offer_id)


class Product(Struct, frozen=True):
    id: str
    title: str
    plans: tuple[Plan, ...]

    def plan(self, plan_id: str) -> Plan:
        return next(each for each in self.plans if each.id == plan_id)


def _products() -> dict[str, Product]:
    month, year = Period.of("P1M"), Period.of("P1Y")
    trial = Offer("trial", (Phase("freeTrial", Period.of("P14D"), won(0)),))
    consented = Offer("trial-consent", trial.phases, consent=True)
    intro = Offer("first-months", (Phase("introductoryPrice", month, won(4_900), 3),))
    monthly = (
        Plan("monthly", month, won(9_900), (trial, consented, intro)),
        Plan("prepaid", month, won(10_900), renews=False),
        Plan("no-grace", month, won(9_900), grace=timedelta()),
        Plan("installments", month, won(8_900), payments=6),
    )
    yearly = (Plan("yearly", year, won(89_000), (trial,)),)
    siblings = (Plan("siblings", month, won(3_900)),)
    return {
        each.id: each
        for each in (
            Product("dodam_monthly", "도담 월간", monthly),
            Product("dodam_yearly", "도담 연간", yearly),
            Product("dodam_sibling", "도담 형제 추가", siblings),
        )
    }


PRODUCTS: Mapping[str, Product] = _products()
