"""What an app sells in the App Store: subscriptions of one group, and offers of them.

https://developer.apple.com/help/app-store-connect/manage-subscriptions/. Prices are in
thousandths of the currency's unit, as Apple's signed data has them; periods in ISO 8601.
"""

from collections.abc import Mapping
from datetime import timedelta
from enum import IntEnum, StrEnum

from msgspec import Struct

from dodam_sim.stores.apple.times import DAY, Milliseconds, lasting, months_later

_MONTHS = {"P1M": 1, "P2M": 2, "P3M": 3, "P6M": 6, "P1Y": 12}
_DAYS = {"P3D": 3, "P1W": 7, "P2W": 14}
_LONGEST_WEEKLY_GRACE = timedelta(days=6)


class Environment(StrEnum):
    PRODUCTION = "Production"
    SANDBOX = "Sandbox"


class OfferType(IntEnum):
    INTRODUCTORY = 1
    PROMOTIONAL = 2
    CODE = 3
    WIN_BACK = 4


class OfferMode(StrEnum):
    FREE_TRIAL = "FREE_TRIAL"
    PAY_AS_YOU_GO = "PAY_AS_YOU_GO"
    PAY_UP_FRONT = "PAY_UP_FRONT"


class Offer(Struct, frozen=True, kw_only=True):
    """`count` periods of its subscription at `price` each where one pays as one goes; else one
    `period` for `price`. An introductory offer has no id.
    """

    id: str | None = None
    type: OfferType
    mode: OfferMode
    period: str
    price: int = 0
    count: int = 1


class Product(Struct, frozen=True, kw_only=True):
    """`level` 1 is the highest service of the group. `introductory` is for who never subscribed."""

    id: str
    period: str
    price: int
    currency: str = "KRW"
    level: int = 1
    introductory: Offer | None = None
    offers: tuple[Offer, ...] = ()

    def offer(self, id_: str) -> Offer | None:
        return next((each for each in self.offers if each.id == id_), None)

    @property
    def win_back_offers(self) -> list[str]:
        return [each.id or "" for each in self.offers if each.type is OfferType.WIN_BACK]


class Pace(Struct, frozen=True):
    """How time goes by for a subscription: `periods` of other lengths than the calendar's.

    A renewal is first charged `ahead` of the end of a period, which the App Store does "slightly
    before": within its last 24 hours. It is retried for `retry`, 60 days; access goes on for the
    first `grace` of it, which an app chooses (3, 16 or 28 days), weekly up to 6 days.
    """

    grace: timedelta = timedelta(days=16)
    retry: timedelta = timedelta(days=60)
    ahead: timedelta = timedelta(hours=24)
    periods: Mapping[str, timedelta] = {}

    def after(self, begins: Milliseconds, period: str) -> Milliseconds:
        """Monthly ones end on the same day of the month, or on its last."""
        if period in self.periods:
            return begins + lasting(self.periods[period])
        if period in _MONTHS:
            return months_later(begins, _MONTHS[period])
        return begins + _DAYS[period] * DAY

    def grace_after(self, expires: Milliseconds, period: str) -> Milliseconds:
        weekly = period == "P1W"
        return expires + lasting(min(self.grace, _LONGEST_WEEKLY_GRACE) if weekly else self.grace)

    def charge_before(self, begins: Milliseconds, expires: Milliseconds) -> Milliseconds:
        """Never before the last quarter of a period."""
        return expires - min(lasting(self.ahead), (expires - begins) // 4)


CALENDAR = Pace()
# A month is five minutes: what Apple's sandbox does unless a tester chooses otherwise
# (https://developer.apple.com/help/app-store-connect/test-in-app-purchases/
# manage-sandbox-apple-account-settings); how long it retries there is our choice.
SANDBOX_PACE = Pace(
    grace=timedelta(minutes=3),
    retry=timedelta(minutes=10),
    ahead=timedelta(),
    periods={
        "P3D": timedelta(minutes=2),
        "P1W": timedelta(minutes=3),
        "P2W": timedelta(minutes=3),
        "P1M": timedelta(minutes=5),
        "P2M": timedelta(minutes=10),
        "P3M": timedelta(minutes=15),
        "P6M": timedelta(minutes=30),
        "P1Y": timedelta(hours=1),
    },
)

_TRIAL = Offer(type=OfferType.INTRODUCTORY, mode=OfferMode.FREE_TRIAL, period="P2W")
_OFFERS = (
    Offer(
        id="half_price_3_months",
        type=OfferType.PROMOTIONAL,
        mode=OfferMode.PAY_AS_YOU_GO,
        period="P1M",
        price=4_950_000,
        count=3,
    ),
    Offer(id="hospital_month", type=OfferType.CODE, mode=OfferMode.FREE_TRIAL, period="P1M"),
    Offer(
        id="come_back",
        type=OfferType.WIN_BACK,
        mode=OfferMode.PAY_UP_FRONT,
        period="P3M",
        price=14_900_000,
    ),
)
WEEKLY = Product(id="dodam.weekly", period="P1W", price=3_900_000, level=2)
MONTHLY = Product(
    id="dodam.monthly",
    period="P1M",
    price=9_900_000,
    level=2,
    introductory=_TRIAL,
    offers=_OFFERS,
)
YEARLY = Product(
    id="dodam.yearly", period="P1Y", price=99_000_000, level=2, introductory=_TRIAL, offers=_OFFERS
)
PLUS_MONTHLY = Product(
    id="dodam.plus.monthly", period="P1M", price=14_900_000, level=1, offers=_OFFERS
)
DODAM_PRODUCTS = (WEEKLY, MONTHLY, YEARLY, PLUS_MONTHLY)
