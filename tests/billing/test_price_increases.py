"""P06: a price that rises is announced, and its holder is reminded of it once."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec
import pytest

from dodam.features.billing.events import SubscriptionNews
from dodam.features.billing.models.states import News
from dodam.features.billing.models.told import Money, PriceChange, PriceChangeState, Told
from tests.clock import NOON, StoppedClock
from tests.families import Guardian, sign_up
from tests.house import template

from .books import subscriptions_of
from .shops import Street

__all__ = ["template"]

DAY = timedelta(days=1)
HIGHER = Money(12_900_000_000, "KRW")


@pytest.fixture
async def buyer(street: Street) -> Guardian:
    return await sign_up(street.http)


def _rising(
    sold: Told,
    at: datetime | None,
    state: PriceChangeState = PriceChangeState.PENDING,
    answer_by: datetime | None = None,
    told_at: datetime = NOON,
) -> Told:
    """The same, with a price that is to rise."""
    assert sold.renewal is not None
    change = PriceChange(state, HIGHER, at, answer_by)
    renewal = msgspec.structs.replace(sold.renewal, price_change=change, told_at=told_at)
    return msgspec.structs.replace(sold, renewal=renewal)


async def _heard(street: Street, told: Told) -> None:
    async with street.dodam.database.transaction() as tx:
        await subscriptions_of(street.dodam).learn(tx, told)


async def _reminded(street: Street, news: list[SubscriptionNews]) -> list[SubscriptionNews]:
    """Those whom the chore reminds now."""
    before = len(news)
    await street.chore("remind-of-price-increases")
    return [each for each in news[before:] if each.news is News.PRICE_INCREASE_REMINDER]


async def test_P06_a_holder_is_reminded_seven_days_before_and_once(
    street: Street, buyer: Guardian, clock: StoppedClock, news: list[SubscriptionNews]
) -> None:
    due = NOON + 30 * DAY
    await _heard(street, _rising(street.apple.sell(UUID(buyer.account_id)), due))
    assert [each.news for each in news] == [News.STARTED, News.PRICE_INCREASE_PENDING]
    clock.set(due - 7 * DAY - timedelta(seconds=1))
    assert await _reminded(street, news) == []
    clock.set(due - 7 * DAY)
    [reminder] = await _reminded(street, news)
    assert (reminder.account_id, reminder.until) == (UUID(buyer.account_id), due)
    assert reminder.amount == HIGHER
    assert await _reminded(street, news) == []


async def test_P06_the_last_day_to_answer_comes_before_the_price(
    street: Street, buyer: Guardian, clock: StoppedClock, news: list[SubscriptionNews]
) -> None:
    sold = street.google.sell(UUID(buyer.account_id))
    due = NOON + 30 * DAY
    await _heard(street, _rising(sold, due, answer_by=NOON + 15 * DAY))
    clock.set(NOON + 8 * DAY - timedelta(seconds=1))
    assert await _reminded(street, news) == []
    clock.set(NOON + 8 * DAY)
    assert [each.until for each in await _reminded(street, news)] == [due]


@pytest.mark.parametrize(
    ("state", "reminded"),
    [
        (PriceChangeState.NOTIFIED, 1),
        (PriceChangeState.PENDING, 1),
        (PriceChangeState.ACCEPTED, 0),
        (PriceChangeState.REFUSED, 0),
        (PriceChangeState.WITHDRAWN, 0),
        (PriceChangeState.APPLIED, 0),
    ],
)
async def test_P06_who_has_answered_is_not_reminded(
    street: Street,
    buyer: Guardian,
    news: list[SubscriptionNews],
    state: PriceChangeState,
    reminded: int,
) -> None:
    sold = street.apple.sell(UUID(buyer.account_id))
    await _heard(street, _rising(sold, NOON + 5 * DAY, state))
    assert len(await _reminded(street, news)) == reminded


async def test_P06_who_pays_no_more_is_not_reminded(
    street: Street, buyer: Guardian, clock: StoppedClock, news: list[SubscriptionNews]
) -> None:
    me, due = UUID(buyer.account_id), NOON + 30 * DAY
    cancelled, refunded, replaced = (street.google.sell(me) for _ in range(3))
    assert cancelled.renewal is not None
    off = msgspec.structs.replace(cancelled.renewal, renews=False)
    await _heard(street, _rising(msgspec.structs.replace(cancelled, renewal=off), due))
    given_back = {"refunded": refunded.periods[0].paid, "revoked_at": NOON}
    over = (msgspec.structs.replace(refunded.periods[0], **given_back),)
    await _heard(street, _rising(msgspec.structs.replace(refunded, periods=over), due))
    await _heard(street, _rising(replaced, due))
    await _heard(street, street.google.sell(me, replaces=replaced.key))
    clock.set(due - DAY)
    assert await _reminded(street, news) == []


@pytest.mark.parametrize("at", [None, NOON - DAY, NOON])
async def test_P06_of_what_has_no_day_or_is_past_nobody_is_reminded(
    street: Street, buyer: Guardian, news: list[SubscriptionNews], at: datetime | None
) -> None:
    await _heard(street, _rising(street.apple.sell(UUID(buyer.account_id)), at))
    assert await _reminded(street, news) == []


async def test_P06_nobody_is_reminded_of_a_purchase_that_is_nobodys(
    street: Street, news: list[SubscriptionNews]
) -> None:
    await _heard(street, _rising(street.apple.sell(), NOON + 5 * DAY))
    assert await _reminded(street, news) == []


async def test_P06_another_increase_is_recalled_anew(
    street: Street, buyer: Guardian, clock: StoppedClock, news: list[SubscriptionNews]
) -> None:
    sold = street.apple.sell(UUID(buyer.account_id))
    await _heard(street, _rising(sold, NOON + 5 * DAY))
    assert len(await _reminded(street, news)) == 1
    clock.advance(DAY)
    await _heard(street, _rising(sold, NOON + 6 * DAY, told_at=clock.now()))
    assert len(await _reminded(street, news)) == 1


async def test_P06_staff_see_the_prices_that_are_about_to_rise(
    street: Street, buyer: Guardian, clock: StoppedClock
) -> None:
    later = _rising(street.apple.sell(UUID(buyer.account_id)), NOON + 20 * DAY)
    sooner = _rising(street.google.sell(), NOON + 5 * DAY)
    for told in (later, sooner, street.apple.sell(UUID(buyer.account_id))):
        await _heard(street, told)
    shown = await street.admin.get("/staff/payments/price-increases")
    assert [each["account_id"] for each in shown] == [None, buyer.account_id]
    assert shown[1]["change"]["price"] == {"micros": 12_900_000_000, "currency": "KRW"}
    assert len(await street.admin.get("/staff/payments/price-increases?limit=1")) == 1
    assert [each["reminded_at"] for each in shown] == [None, None]
    clock.advance(14 * DAY)
    await street.chore("remind-of-price-increases")
    [left] = await street.admin.get("/staff/payments/price-increases")
    assert datetime.fromisoformat(left["reminded_at"]) == clock.now()
