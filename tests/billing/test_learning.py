"""P03, P04: whatever order it is heard in, the same is known, booked and announced, once."""

import asyncio
from datetime import timedelta
from itertools import permutations
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import pytest

from dodam.features.billing.events import SubscriptionNews
from dodam.features.billing.models.states import News, State
from dodam.features.billing.models.stores import Environment, Store
from dodam.features.billing.models.told import (
    Money,
    Offer,
    OfferKind,
    OfferMode,
    PriceChange,
    PriceChangeState,
    Told,
)
from tests.clock import NOON, StoppedClock
from tests.families import Guardian

from .books import DAY, MONTH, PRICE, Books, news_of, period, renewal, some_key, told

HOUR = timedelta(hours=1)
TRIAL = Offer(OfferKind.INTRODUCTORY, OfferMode.FREE_TRIAL, None)


def _life(key: str, buyer: UUID) -> list[Told]:
    """A month, the second, a third that is paid for late, and the second given back."""
    refunded_at = NOON + 2 * MONTH + 3 * DAY
    failed_at = NOON + 2 * MONTH
    paid_at = failed_at + 2 * DAY
    return [
        told(key, [period(0)], renewal(NOON), buyer=buyer),
        told(key, [period(1)], renewal(NOON + MONTH), buyer=buyer),
        told(key, (), renewal(failed_at, retrying=True), buyer=buyer),
        told(key, [period(2, begins_at=paid_at)], renewal(paid_at), buyer=buyer),
        told(
            key,
            [period(1, told_at=refunded_at, refunded=PRICE, refunded_at=refunded_at)],
            buyer=buyer,
        ),
    ]


async def test_P04_in_every_order_the_same_is_known_and_booked(
    books: Books, guardian: Guardian, clock: StoppedClock
) -> None:
    clock.set(NOON + 2 * MONTH + 4 * DAY)
    buyer = UUID(guardian.account_id)
    ends: set[Any] = set()
    for order in list(permutations(range(5)))[::17]:
        life = _life(some_key(), buyer)
        known = await books.hear(*(life[place] for place in order))
        row = await books.row(known)
        sums = await books.sums(known)
        ends.add(
            (
                row["state"],
                row["changes_at"],
                row["due_at"],
                str(row["entitled"]),
                row["told_at"],
                *sorted(sums.items()),
            )
        )
    [(state, _, _, _, _, *sums)] = ends
    assert state == State.ACTIVE
    assert sums == [("order-0", PRICE.micros), ("order-1", 0), ("order-2", PRICE.micros)]


async def test_P04_what_is_heard_again_writes_nothing(
    books: Books, guardian: Guardian, news: list[SubscriptionNews]
) -> None:
    thing = told(some_key(), [period(0)], renewal(NOON), buyer=UUID(guardian.account_id))
    known = await books.hear(thing)
    before = await books.rows(
        "select xmin::text, ctid::text from billing.subscription where id = $1", known
    )
    assert await books.hear(thing, thing) == known
    after = await books.rows(
        "select xmin::text, ctid::text from billing.subscription where id = $1", known
    )
    assert after == before
    assert await books.ledger(known) == [("charge", 9900)]
    assert news_of(news) == [News.STARTED]


async def test_P04_twenty_at_once_are_one(
    books: Books, guardian: Guardian, news: list[SubscriptionNews]
) -> None:
    key, buyer = some_key(), UUID(guardian.account_id)
    thing = told(key, [period(0)], renewal(NOON), buyer=buyer)
    await books.hear_at_once(*[thing] * 20)
    [row] = await books.rows("select id from billing.subscription where key = $1", key)
    assert await books.ledger(row["id"]) == [("charge", 9900)]
    assert news_of(news) == [News.STARTED]


async def test_P03_a_life_is_announced_step_by_step(
    books: Books, guardian: Guardian, news: list[SubscriptionNews], clock: StoppedClock
) -> None:
    key, buyer = some_key(), UUID(guardian.account_id)

    async def hear(at: Any, *periods: Any, **fields: Any) -> None:
        clock.set(at)
        await books.hear(told(key, periods, renewal(at, **fields), buyer=buyer))

    trial = period(0, offer=TRIAL, paid=Money(0, "KRW"))
    await hear(NOON, trial)
    await hear(NOON + DAY, renews=False)
    await hear(NOON + 2 * DAY)
    await hear(NOON + MONTH, period(1))
    await hear(NOON + 2 * MONTH, grace_until=NOON + 2 * MONTH + 16 * DAY, retrying=True)
    await hear(NOON + 2 * MONTH + 17 * DAY, retrying=True)
    back = NOON + 2 * MONTH + 20 * DAY
    await hear(back, period(3, begins_at=back))
    await hear(back + MONTH, paused=True)
    again = back + MONTH + 7 * DAY
    await hear(again, period(4, begins_at=again))
    await hear(again + DAY, period(5, begins_at=again + DAY, product_id="yearly"))
    await hear(again + 2 * DAY, renews=False)
    await hear(again + MONTH + 2 * DAY, renews=False)
    later = again + 8 * MONTH
    await hear(later, period(6, begins_at=later))
    assert news_of(news) == [
        News.TRIAL_STARTED,
        News.RENEWAL_OFF,
        News.RENEWAL_ON,
        News.CONVERTED,
        News.PAYMENT_FAILED,
        News.ON_HOLD,
        News.RECOVERED,
        News.PAUSED,
        News.RESUMED,
        News.PRODUCT_CHANGED,
        News.RENEWAL_OFF,
        News.EXPIRED,
        News.RESUBSCRIBED,
        News.PRODUCT_CHANGED,
    ]
    assert news[3].amount == PRICE
    assert news[0].amount is None
    assert {each.account_id for each in news} == {buyer}


async def test_P11_refunds_of_any_time_are_announced_with_what_was_given_back(
    books: Books, guardian: Guardian, news: list[SubscriptionNews], clock: StoppedClock
) -> None:
    key, buyer = some_key(), UUID(guardian.account_id)
    at = NOON + MONTH + DAY
    clock.set(at)
    known = await books.hear(
        told(key, [period(0)], renewal(NOON), buyer=buyer),
        told(key, [period(1)], renewal(NOON + MONTH), buyer=buyer),
    )
    part = Money(PRICE.micros // 3, "KRW")
    await books.hear(
        told(key, [period(0, told_at=at, refunded=part, refunded_at=at)], buyer=buyer),
        told(key, [period(0, told_at=at + HOUR, refunded=PRICE, refunded_at=at)], buyer=buyer),
        told(key, [period(0, told_at=at + 2 * HOUR)], buyer=buyer),
    )
    assert await books.ledger(known) == [
        ("charge", 9900),
        ("charge", 9900),
        ("refund", -3300),
        ("refund", -6600),
        ("refund_reversed", 9900),
    ]
    assert [(each.news, each.amount and each.amount.micros) for each in news[-3:]] == [
        (News.REFUNDED, part.micros),
        (News.REFUNDED, PRICE.micros - part.micros),
        (News.REFUND_REVERSED, PRICE.micros),
    ]
    assert news[-1].state is State.ACTIVE


async def test_P03_what_the_dates_change_is_announced_without_a_message(
    books: Books, guardian: Guardian, news: list[SubscriptionNews], clock: StoppedClock
) -> None:
    known = await books.hear(
        told(some_key(), [period(0)], renewal(NOON), buyer=UUID(guardian.account_id))
    )
    clock.set(NOON + MONTH)
    await books.look(known)
    assert news_of(news) == [News.STARTED]
    clock.set(NOON + MONTH + HOUR)
    await books.look(known)
    await books.look(known)
    assert news_of(news) == [News.STARTED, News.EXPIRED]
    assert (await books.row(known))["changes_at"] is None


async def test_P03_a_renewal_that_is_heard_of_late_is_a_renewal(
    books: Books, guardian: Guardian, news: list[SubscriptionNews], clock: StoppedClock
) -> None:
    key, buyer = some_key(), UUID(guardian.account_id)
    known = await books.hear(told(key, [period(0)], renewal(NOON), buyer=buyer))
    clock.set(NOON + MONTH + 2 * HOUR)
    await books.look(known)
    await books.hear(told(key, [period(1)], renewal(NOON + MONTH), buyer=buyer))
    assert news_of(news) == [News.STARTED, News.EXPIRED, News.RENEWED]


async def test_P06_a_higher_price_is_announced_as_it_is_told_agreed_to_and_applied(
    books: Books, guardian: Guardian, news: list[SubscriptionNews], clock: StoppedClock
) -> None:
    key, buyer = some_key(), UUID(guardian.account_id)
    await books.hear(told(key, [period(0)], renewal(NOON), buyer=buyer))
    higher = Money(12_900_000_000, "KRW")
    for day, state in enumerate(
        (
            PriceChangeState.PENDING,
            PriceChangeState.PENDING,
            PriceChangeState.ACCEPTED,
            PriceChangeState.APPLIED,
        ),
        start=1,
    ):
        change = PriceChange(state, higher, NOON + MONTH, None)
        clock.set(NOON + day * DAY)
        await books.hear(told(key, (), renewal(NOON + day * DAY, price_change=change)))
    assert news_of(news) == [
        News.STARTED,
        News.PRICE_INCREASE_PENDING,
        News.PRICE_INCREASE_ACCEPTED,
        News.PRICE_INCREASE_APPLIED,
    ]
    assert (news[1].amount, news[1].until) == (higher, NOON + MONTH)


async def test_P03_what_takes_the_place_of_another_ends_it_in_either_order(
    books: Books, guardian: Guardian
) -> None:
    buyer = UUID(guardian.account_id)
    for older_first in (True, False):
        old_key, new_key = some_key(), some_key()
        at = NOON + DAY
        old = told(old_key, [period(0)], renewal(NOON), buyer=buyer)
        new = told(new_key, [period(0, begins_at=at)], renewal(at), replaces=old_key)
        await books.hear(*((old, new) if older_first else (new, old)))
        [row] = await books.rows(
            "select replaced_at, upper(entitled) as until, account_id"
            " from billing.subscription where key = $1",
            old_key,
        )
        assert (row["replaced_at"], row["until"]) == (at, at)


@pytest.mark.parametrize(
    ("after", "product", "announced"),
    [
        (5 * DAY, "yearly", [News.PRODUCT_CHANGED]),
        (3 * MONTH, "monthly", [News.EXPIRED, News.RESUBSCRIBED]),
    ],
    ids=["upgraded", "came back"],
)
async def test_P03_what_takes_the_place_of_another_is_announced_as_its_continuation(
    books: Books,
    guardian: Guardian,
    news: list[SubscriptionNews],
    clock: StoppedClock,
    after: timedelta,
    product: str,
    announced: list[News],
) -> None:
    buyer, at = UUID(guardian.account_id), NOON + after
    old = told(some_key(), [period(0)], renewal(NOON), store=Store.GOOGLE, buyer=buyer)
    known = await books.hear(old)
    clock.set(at)
    await books.look(known)
    new = period(5, begins_at=at, product_id=product)
    await books.hear(
        told(some_key(), [new], renewal(at), store=Store.GOOGLE, buyer=buyer, replaces=old.key)
    )
    assert news_of(news) == [News.STARTED, *announced]
    assert (await books.row(known))["state"] == State.REPLACED


async def test_P03_a_replacement_that_is_not_paid_for_yet_ends_nothing(
    books: Books, guardian: Guardian
) -> None:
    old_key = some_key()
    old = told(old_key, [period(0)], renewal(NOON), buyer=UUID(guardian.account_id))
    known = await books.hear(old)
    await books.hear(told(some_key(), (), renewal(NOON, pending=True), replaces=old_key))
    assert (await books.row(known))["replaced_at"] is None


async def test_P03_the_ledger_is_only_ever_added_to(books: Books, guardian: Guardian) -> None:
    known = await books.hear(
        told(some_key(), [period(0)], renewal(NOON), buyer=UUID(guardian.account_id))
    )
    for statement in (
        "update billing.payment set micros = 1 where subscription_id = $1",
        "delete from billing.payment where subscription_id = $1",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await books.rows(statement, known)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await books.rows("truncate billing.payment")
    assert await books.ledger(known) == [("charge", 9900)]


async def test_P03_a_correction_of_what_was_paid_is_a_line_of_its_own(
    books: Books, guardian: Guardian
) -> None:
    key, buyer = some_key(), UUID(guardian.account_id)
    less = Money(PRICE.micros // 2, "KRW")
    known = await books.hear(
        told(key, [period(0)], renewal(NOON), buyer=buyer),
        told(key, [period(0, told_at=NOON + HOUR, paid=less)], buyer=buyer),
        told(key, [period(0, told_at=NOON + 2 * HOUR, paid=None)], buyer=buyer),
    )
    assert await books.ledger(known) == [("charge", 9900), ("correction", -4950)]


async def test_P05_what_is_shared_within_a_family_is_neither_booked_nor_entitles(
    books: Books, guardian: Guardian
) -> None:
    thing = told(
        some_key(),
        [period(0)],
        renewal(NOON),
        buyer=UUID(guardian.account_id),
        family_shared=True,
    )
    known = await books.hear(thing)
    assert await books.ledger(known) == []
    assert (await guardian.get("/entitlement"))["entitled"] is False


async def test_P11_the_same_name_in_the_sandbox_is_another_purchase(
    books: Books, guardian: Guardian
) -> None:
    thing = told(some_key(), [period(0)], renewal(NOON), buyer=UUID(guardian.account_id))
    played = msgspec.structs.replace(thing, environment=Environment.SANDBOX)
    assert await books.hear(thing) != await books.hear(played)


async def test_P04_learning_and_looking_at_once_never_contradict(
    books: Books, guardian: Guardian, news: list[SubscriptionNews], clock: StoppedClock
) -> None:
    key, buyer = some_key(), UUID(guardian.account_id)
    known = await books.hear(told(key, [period(0)], renewal(NOON), buyer=buyer))
    clock.set(NOON + MONTH + HOUR)
    renewed = told(key, [period(1)], renewal(NOON + MONTH), buyer=buyer)
    await asyncio.gather(
        *(books.look(known) for _ in range(5)), *(books.hear(renewed) for _ in range(5))
    )
    assert (await books.row(known))["state"] == State.ACTIVE
    assert news_of(news).count(News.RENEWED) == 1
    assert news_of(news).count(News.EXPIRED) <= 1
