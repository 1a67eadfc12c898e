"""P03, A12: figures of payments, exact and by month, against sums by hand and a slow reading."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest

from dodam.features.billing.models.stores import Environment, Store
from dodam.features.billing.models.told import Money, Offer, OfferKind, OfferMode, Period, Told
from tests.clock import StoppedClock
from tests.families import Guardian, sign_up
from tests.house import template

from .books import subscriptions_of
from .shops import Street
from .slow_figures import COUNTS, MONEY, TRIALS, Bought, month

__all__ = ["template"]

DAY = timedelta(days=1)
TRIAL = Offer(OfferKind.INTRODUCTORY, OfferMode.FREE_TRIAL, None)
PRICE = Money(9_900_000_000, "KRW")
# A month by the mean of 30.436875 days.
MONTHLY_IN_JANUARY = 9_900_000_000 * 30_436_875 // 31_000_000
YEARLY = 99_000_000_000 * 30_436_875 // 365_000_000


def day(month: int, number: int, year: int = 2026) -> datetime:
    return datetime(year, month, number, tzinfo=UTC)


class Tale:
    """What a store says of one subscription, period after period."""

    def __init__(
        self, buyer: Guardian | None, store: Store = Store.APPLE, key: str = "1", **fields: Any
    ) -> None:
        self.buyer = UUID(buyer.account_id) if buyer else None
        self.store, self.key, self.fields = store, key, fields
        self.periods: list[Period] = []

    def period(self, begins: datetime, ends: datetime, **fields: Any) -> "Tale":
        self.periods.append(
            Period(
                told_at=fields.pop("told_at", begins),
                transaction_id=f"{self.key}-{len(self.periods)}",
                product_id=fields.pop("product_id", "monthly"),
                begins_at=begins,
                ends_at=ends,
                paid=fields.pop("paid", PRICE),
                **fields,
            )
        )
        return self

    def told(self) -> Told:
        environment = self.fields.get("environment", Environment.PRODUCTION)
        return Told(
            store=self.store,
            environment=environment,
            key=self.key,
            buyer=self.buyer,
            family_shared=self.fields.get("family_shared", False),
            periods=tuple(self.periods),
        )


async def _hear(street: Street, *tales: Tale) -> None:
    async with street.dodam.database.transaction() as tx:
        for each in tales:
            await subscriptions_of(street.dodam).learn(tx, each.told())


async def _figures(street: Street, first: str, last: str) -> list[dict[str, Any]]:
    params = {"from": first, "to": last}
    return (await street.admin.get("/staff/payments/figures", params=params))["months"]


async def _of_one(street: Street, month: str) -> Any:
    [figures] = await _figures(street, month, month)
    return figures


@pytest.fixture(autouse=True)
def _in_may(clock: StoppedClock) -> None:
    clock.set(day(5, 10))


async def test_P03_a_month_that_was_paid_for_is_counted_and_then_missed(street: Street) -> None:
    buyer = await sign_up(street.http)
    await _hear(street, Tale(buyer).period(day(1, 10), day(2, 10)))
    january, february, march = await _figures(street, "2026-01", "2026-03")
    [product] = january["products"]
    assert (product["store"], product["product_id"]) == ("apple", "monthly")
    assert product["money"] == [
        {
            "currency": "KRW",
            "charged": 9_900_000_000,
            "refunded": 0,
            "net": 9_900_000_000,
            "mrr_at_start": 0,
            "mrr_at_end": MONTHLY_IN_JANUARY,
            "mrr_new": MONTHLY_IN_JANUARY,
            "mrr_returned": 0,
            "mrr_churned": 0,
        }
    ]
    assert january["subscribers"] == {
        "active_at_start": 0,
        "active_at_end": 1,
        "new": 1,
        "returned": 0,
        "churned": 0,
        "churn": None,
    }
    assert february["subscribers"] == {
        "active_at_start": 1,
        "active_at_end": 0,
        "new": 0,
        "returned": 0,
        "churned": 1,
        "churn": 1.0,
    }
    [money] = february["products"][0]["money"]
    assert (money["charged"], money["mrr_churned"]) == (0, MONTHLY_IN_JANUARY)
    assert (march["products"], march["subscribers"]["active_at_end"]) == ([], 0)


async def test_P03_a_year_is_a_twelfth_of_it_each_month(street: Street) -> None:
    buyer = await sign_up(street.http)
    year = {"product_id": "yearly", "paid": Money(99_000_000_000, "KRW")}
    await _hear(street, Tale(buyer).period(day(1, 10), day(1, 10, 2027), **year))
    months = await _figures(street, "2026-01", "2026-04")
    ends = [each["products"][0]["money"][0]["mrr_at_end"] for each in months]
    assert ends == [YEARLY] * 4
    assert [each["subscribers"]["new"] for each in months] == [1, 0, 0, 0]


async def test_P03_what_is_given_back_counts_in_its_month_and_ends_what_runs(
    street: Street,
) -> None:
    buyer = await sign_up(street.http)
    back = {"refunded": PRICE, "refunded_at": day(2, 3), "revoked_at": day(2, 3)}
    await _hear(street, Tale(buyer).period(day(1, 10), day(2, 10), told_at=day(2, 3), **back))
    january, february = await _figures(street, "2026-01", "2026-02")
    assert january["products"][0]["money"][0]["net"] == 9_900_000_000
    [money] = february["products"][0]["money"]
    assert (money["charged"], money["refunded"], money["net"]) == (0, 9_900_000_000, -9_900_000_000)
    assert february["subscribers"]["churned"] == 1


async def test_P03_a_trial_is_no_income_and_counts_as_converted_once_it_is_paid_for(
    street: Street,
) -> None:
    buyers = [await sign_up(street.http) for _ in range(3)]
    free = {"offer": TRIAL, "paid": Money(0, "KRW")}
    tales = [
        Tale(buyer, key=str(number)).period(day(2, 20), day(3, 6), **free)
        for number, buyer in enumerate(buyers)
    ]
    tales[0].period(day(3, 6), day(4, 6))
    # Thirty days and not a moment later.
    tales[1].period(day(3, 6) + 30 * DAY, day(5, 5))
    tales[2].period(day(3, 6) + 30 * DAY + timedelta(microseconds=1), day(5, 5))
    await _hear(street, *tales)
    february, march = await _figures(street, "2026-02", "2026-03")
    assert february["products"][0]["money"] == []
    assert february["subscribers"]["active_at_end"] == 0
    assert february["products"][0]["trials"] == {
        "running_at_end": 3,
        "started": 3,
        "ended": 0,
        "converted": 0,
        "conversion": None,
    }
    assert march["products"][0]["trials"] == {
        "running_at_end": 0,
        "started": 0,
        "ended": 3,
        "converted": 2,
        "conversion": 0.6667,
    }


async def test_P03_another_product_or_token_is_the_same_subscriber(street: Street) -> None:
    buyer = await sign_up(street.http)
    monthly = Tale(buyer, Store.GOOGLE, "old").period(
        day(1, 10), day(2, 10), told_at=day(1, 20), replaced_at=day(1, 20)
    )
    yearly = Tale(buyer, Store.GOOGLE, "new").period(
        day(1, 20), day(1, 20, 2027), product_id="yearly", paid=Money(99_000_000_000, "KRW")
    )
    await _hear(street, monthly, yearly)
    january = await _of_one(street, "2026-01")
    assert january["subscribers"]["new"] == january["subscribers"]["active_at_end"] == 1
    assert january["subscribers"]["churned"] == 0
    counted = {each["product_id"]: each["subscribers"] for each in january["products"]}
    assert (counted["monthly"]["new"], counted["monthly"]["active_at_end"]) == (1, 0)
    assert (counted["yearly"]["new"], counted["yearly"]["active_at_end"]) == (0, 1)


async def test_P03_who_changes_to_time_that_the_old_time_paid_for_is_no_loss(
    street: Street,
) -> None:
    """Google's proration by time: the first order of the new product is of 0."""
    buyer = await sign_up(street.http)
    monthly = Tale(buyer, Store.GOOGLE, "old").period(
        day(1, 10), day(2, 10), told_at=day(1, 20), replaced_at=day(1, 20)
    )
    yearly = Tale(buyer, Store.GOOGLE, "new")
    yearly.period(day(1, 20), day(3, 1), product_id="yearly", paid=Money(0, "KRW"))
    yearly.period(
        day(3, 1), day(3, 1, 2027), product_id="yearly", paid=Money(99_000_000_000, "KRW")
    )
    await _hear(street, monthly, yearly)
    for figures in await _figures(street, "2026-01", "2026-03"):
        counted = figures["subscribers"]
        assert (counted["active_at_end"], counted["churned"], counted["returned"]) == (1, 0, 0)


@pytest.mark.parametrize(("gap", "churned"), [(DAY, 0), (DAY + timedelta(microseconds=1), 1)])
async def test_P03_a_gap_of_up_to_a_day_is_no_loss(
    street: Street, gap: timedelta, churned: int
) -> None:
    buyer = await sign_up(street.http)
    tale = Tale(buyer).period(day(1, 10), day(2, 10))
    await _hear(street, tale.period(day(2, 10) + gap, day(3, 10) + gap))
    counted = (await _of_one(street, "2026-02"))["subscribers"]
    assert (counted["churned"], counted["returned"]) == (churned, churned)
    assert (counted["active_at_start"], counted["active_at_end"]) == (1, 1)


async def test_P03_the_present_month_is_counted_up_to_now(
    street: Street, clock: StoppedClock
) -> None:
    buyer = await sign_up(street.http)
    await _hear(street, Tale(buyer).period(day(5, 1), day(5, 20)))
    may = await _of_one(street, "2026-05")
    assert datetime.fromisoformat(may["until"]) == clock.now()
    assert (may["subscribers"]["active_at_end"], may["subscribers"]["churned"]) == (1, 0)
    assert await _figures(street, "2026-06", "2026-07") == []


async def test_A12_test_accounts_sandboxes_and_families_shares_are_in_no_figure(
    street: Street,
) -> None:
    tester, buyer = await sign_up(street.http), await sign_up(street.http)
    path = f"/staff/accounts/{buyer.account_id}/test-accounts"
    await street.admin.call("PUT", path, json={"accounts": [tester.account_id]})
    tales = [
        Tale(tester, key="1"),
        Tale(buyer, key="2", environment=Environment.SANDBOX),
        Tale(buyer, key="3", family_shared=True),
    ]
    await _hear(street, *(each.period(day(1, 10), day(2, 10)) for each in tales))
    assert (await _of_one(street, "2026-01"))["products"] == []
    # One that nobody claimed is income all the same.
    await _hear(street, Tale(None, key="4").period(day(1, 10), day(2, 10)))
    assert (await _of_one(street, "2026-01"))["subscribers"]["new"] == 1


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"from": "2026-03", "to": "2026-02"}, "to"),
        ({"from": "2024-01", "to": "2026-01"}, "to"),
        ({"from": "2026-13"}, "from"),
        ({"to": "2026-01\n"}, "to"),
    ],
)
async def test_P03_what_are_no_months_is_refused(
    street: Street, params: dict[str, str], field: str
) -> None:
    answer = await street.admin.call("GET", "/staff/payments/figures", params=params)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field)


async def test_P03_without_a_range_the_last_twelve_months_are_shown(street: Street) -> None:
    months = (await street.admin.get("/staff/payments/figures"))["months"]
    assert [months[0]["month"], months[-1]["month"], len(months)] == ["2025-06", "2026-05", 12]


def _life(random: Random, tale: Tale) -> None:
    """Months, years, trials, gaps, refunds, upgrades, at times that like to meet."""
    at = day(1, 1) + random.randrange(0, 100) * DAY
    for number in range(random.randrange(1, 6)):
        product = random.choice(("monthly", "yearly", "weekly"))
        length = {"monthly": 30, "yearly": 365, "weekly": 7}[product] * DAY
        fields: dict[str, Any] = {"product_id": product, "told_at": day(5, 10)}
        if number == 0 and random.random() < 0.4:
            fields |= {"offer": TRIAL, "paid": Money(0, "KRW")}
        else:
            currency = random.choice(("KRW", "USD"))
            prorated = number > 0 and random.random() < 0.1
            units = 0 if prorated else random.randrange(1, 99_999)
            fields["paid"] = Money(units * 1_000_000, currency)
            if not prorated and random.random() < 0.2:
                fields |= {"refunded": fields["paid"], "refunded_at": at + 3 * DAY}
                fields |= {"revoked_at": at + random.choice((0, 3)) * DAY}
        if random.random() < 0.15:
            fields["replaced_at"] = at + 2 * DAY
        tale.period(at, at + length, **fields)
        at += random.choice((length, length, length + DAY, length + 20 * DAY, 2 * DAY))
        if at >= day(5, 10):
            return


@pytest.mark.parametrize("seed", range(4))
async def test_P03_the_figures_are_those_of_a_slow_reading(street: Street, seed: int) -> None:
    random = Random(seed)  # noqa: S311 - tales, not secrets
    buyers = [await sign_up(street.http) for _ in range(6)]
    bought: list[Bought] = []
    for number in range(40):
        buyer = random.choice((*buyers, None))
        tale = Tale(buyer, random.choice(list(Store)), f"{number:03}")
        _life(random, tale)
        subscriber = buyer.account_id if buyer else tale.key
        bought += [Bought(subscriber, tale.store, each) for each in tale.periods]
        await _hear(street, tale)
    for figures in await _figures(street, "2026-01", "2026-05"):
        number = int(figures["month"][-2:])
        until = min(day(number + 1, 1), day(5, 10))
        assert _without_shares(figures) == month(bought, day(number, 1), until)
        counted = figures["subscribers"]
        assert counted["active_at_end"] == (
            counted["active_at_start"] + counted["new"] + counted["returned"] - counted["churned"]
        )


def _without_shares(figures: dict[str, Any]) -> dict[str, Any]:
    return {
        "subscribers": {what: figures["subscribers"][what] for what in COUNTS},
        "products": [
            {
                "store": each["store"],
                "product_id": each["product_id"],
                "subscribers": {what: each["subscribers"][what] for what in COUNTS},
                "trials": {what: each["trials"][what] for what in TRIALS},
                "money": [
                    {what: row[what] for what in ("currency", *MONEY, "net")}
                    for row in each["money"]
                ],
            }
            for each in figures["products"]
        ],
    }
