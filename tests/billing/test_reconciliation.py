"""P04: what no message told is found, by asking the stores and by reading what they list."""

import asyncio
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import msgspec
import pytest

from dodam.features.billing.models.reconciliation import Because
from dodam.features.billing.models.stores import Environment, Store
from dodam.features.billing.models.told import Told
from dodam.features.billing.ports import VoidedPurchase
from dodam.features.billing.service import questions
from dodam.features.billing.service.questions import Questions
from dodam.features.billing.service.stores import Stores
from dodam.platform.work import CannotBeDone
from tests.clock import NOON, StoppedClock
from tests.conftest import CLOCK
from tests.families import Guardian, sign_up
from tests.house import template

from .books import subscriptions_of
from .shops import FakeAppStore, FakeGooglePlay, Street
from .test_processing import held

__all__ = ["template"]

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MONTH = 30 * DAY
LEEWAY = HOUR


@pytest.fixture
async def buyer(street: Street) -> Guardian:
    return await sign_up(street.http)


@pytest.fixture(params=["apple", "google"])
def shop(street: Street, request: pytest.FixtureRequest) -> FakeAppStore | FakeGooglePlay:
    return getattr(street, request.param)


async def _bought(street: Street, shop: FakeAppStore | FakeGooglePlay, buyer: Guardian) -> Told:
    """A month that a message told of."""
    sold = shop.sell(UUID(buyer.account_id))
    await _tell(street, shop, sold)
    await street.settled()
    shop.asked.clear()
    return sold


async def _tell(street: Street, shop: FakeAppStore | FakeGooglePlay, sold: Told) -> None:
    if isinstance(shop, FakeAppStore):
        answer = await street.by_apple(shop.say(sold, "DID_RENEW"))
    else:
        answer = await street.by_google(shop.say(sold, "SUBSCRIPTION_RENEWED"))
    assert answer.is_success, answer.text


async def _ask(street: Street) -> None:
    await street.chore("ask-stores")
    await street.settled()


async def _found(street: Street) -> list[dict[str, Any]]:
    return (await street.admin.get("/staff/stores/drift"))["found"]


def _zulu(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


async def test_P04_a_renewal_that_nobody_told_of_is_asked_for_within_the_hour(
    street: Street, shop: FakeAppStore | FakeGooglePlay, buyer: Guardian, clock: StoppedClock
) -> None:
    sold = await _bought(street, shop, buyer)
    clock.set(NOON + MONTH + MINUTE)
    shop.renew(sold)
    await _ask(street)
    assert shop.asked == [sold.key]
    [each] = await held(street, buyer)
    assert each["subscription"]["state"] == "active"
    assert each["subscription"]["entitled_until"] == _zulu(NOON + 2 * MONTH + LEEWAY)
    [found] = await _found(street)
    assert (found["because"], found["differs"], found["ledger_lines"]) == ("due", ["periods"], 1)
    assert (found["store"], found["before"], found["after"]) == (shop.store, "active", "active")
    # The message may still be on its way.
    assert found["verdict"] is None
    await street.hurry()
    await street.settled()
    assert (await _found(street))[0]["verdict"] == "missed"
    [notice] = await street.rows(
        "select text from operations.notice where title like '%did not tell%'"
    )
    assert found["subscription_id"] in notice["text"]


async def test_P04_what_comes_after_it_was_found_was_late(
    street: Street, shop: FakeAppStore | FakeGooglePlay, buyer: Guardian, clock: StoppedClock
) -> None:
    sold = await _bought(street, shop, buyer)
    clock.set(NOON + MONTH + MINUTE)
    renewed = shop.renew(sold)
    await _ask(street)
    await _tell(street, shop, renewed)
    await street.settled()
    await street.hurry()
    await street.settled()
    [found] = await _found(street)
    assert found["verdict"] == "late"
    assert len((await held(street, buyer))[0]["payments"]) == 2


async def test_P04_nothing_is_found_where_the_messages_told_all(
    street: Street, shop: FakeAppStore | FakeGooglePlay, buyer: Guardian, clock: StoppedClock
) -> None:
    sold = await _bought(street, shop, buyer)
    clock.set(NOON + MONTH - HOUR)
    await _tell(street, shop, shop.renew(sold))
    await street.settled()
    shop.asked.clear()
    clock.set(NOON + MONTH + DAY)
    await _ask(street)
    assert shop.asked == [sold.key]
    assert await _found(street) == []


async def test_P04_while_a_renewal_is_due_the_store_is_asked_every_five_minutes(
    street: Street, shop: FakeAppStore | FakeGooglePlay, buyer: Guardian, clock: StoppedClock
) -> None:
    sold = await _bought(street, shop, buyer)
    clock.set(NOON + MONTH - MINUTE)
    await _ask(street)
    # It is asked once a day, and this was the day.
    shop.asked.clear()
    for minutes in (5, 6, 10, 61, 66, 71):
        clock.set(NOON + MONTH + minutes * MINUTE)
        await _ask(street)
    assert len(shop.asked) == 4
    assert (await held(street, buyer))[0]["subscription"]["state"] == "expired"
    # The store renews it at last: the daily question finds out, if no message tells.
    shop.renew(sold)
    clock.set(NOON + MONTH + 2 * DAY)
    await _ask(street)
    assert (await held(street, buyer))[0]["subscription"]["state"] == "active"


async def test_P04_each_subscription_is_asked_about_once_a_day_spread_over_hours(
    street: Street, clock: StoppedClock
) -> None:
    for _ in range(40):
        await _tell(street, street.apple, street.apple.sell())
    await street.settled()
    asked = list[int]()
    for hour in range(17, 25):
        clock.set(NOON + hour * HOUR)
        await _ask(street)
        asked.append(len(street.apple.asked))
    assert asked[0] == 0
    assert asked[-1] == 40
    assert len(set(street.apple.asked)) == 40
    # Not all in one hour.
    assert max(later - sooner for sooner, later in pairwise(asked)) < 20
    assert await _found(street) == []


async def test_P04_what_has_ended_is_asked_about_weekly_for_sixty_days(
    street: Street, shop: FakeAppStore | FakeGooglePlay, buyer: Guardian, clock: StoppedClock
) -> None:
    sold = await _bought(street, shop, buyer)
    renewal = sold.renewal and msgspec.structs.replace(sold.renewal, renews=False)
    shop.knows[sold.key] = msgspec.structs.replace(sold, renewal=renewal)
    clock.set(NOON + MONTH + HOUR)
    await _ask(street)
    assert (await held(street, buyer))[0]["subscription"]["state"] == "expired"
    shop.asked.clear()
    asked = list[int]()
    for day in range(1, 80):
        clock.set(NOON + MONTH + HOUR + day * DAY)
        await _ask(street)
        if len(shop.asked) > len(asked):
            asked.append(day)
    assert asked == [7, 14, 21, 28, 35, 42, 49, 56]


async def test_P04_no_more_is_asked_at_a_time_than_the_stores_allow(
    street: Street, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(questions, "_PUT_TOGETHER", 3)
    for _ in range(5):
        await _tell(street, street.apple, street.apple.sell())
    await street.settled()
    clock.set(NOON + DAY)
    # Twice before anything is asked: each question is put once.
    await street.chore("ask-stores")
    await street.chore("ask-stores")
    await street.settled()
    assert len(street.apple.asked) == 3
    await _ask(street)
    assert len(street.apple.asked) == len(set(street.apple.asked)) == 5


async def test_P04_messages_that_apple_could_not_bring_are_found_in_its_history(
    street: Street, buyer: Guardian, clock: StoppedClock
) -> None:
    sold = street.apple.sell(UUID(buyer.account_id))
    told = street.apple.say(sold, "SUBSCRIBED", "INITIAL_BUY")
    await street.by_apple(told)
    sandbox = street.apple.sell(environment=Environment.SANDBOX)
    street.apple.say(sandbox, "SUBSCRIBED", "INITIAL_BUY")
    clock.advance(HOUR)
    street.apple.say(sold, "DID_CHANGE_RENEWAL_STATUS", "AUTO_RENEW_DISABLED")
    clock.advance(HOUR)
    for _ in range(2):
        await street.chore("read-store-lists")
        await street.settled()
    came = {
        (each["type"], each["environment"], each["came_by"]) for each in await street.messages()
    }
    assert came == {
        ("SUBSCRIBED", "production", "push"),
        ("SUBSCRIBED", "sandbox", "history"),
        ("DID_CHANGE_RENEWAL_STATUS", "production", "history"),
    }
    assert len(await street.messages(state="done")) == 3
    # What is on its way is left to come by itself.
    street.apple.say(sold, "DID_CHANGE_RENEWAL_STATUS", "AUTO_RENEW_ENABLED")
    await street.chore("read-store-lists")
    await street.settled()
    assert len(await street.messages()) == 3


async def test_P04_a_store_that_was_away_for_days_is_caught_up_with(
    street: Street, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await street.chore("read-store-lists")
    await street.settled()
    for _ in range(10):
        clock.advance(DAY)
        street.apple.say(street.apple.sell(), "SUBSCRIBED", "INITIAL_BUY")
    clock.advance(HOUR)
    # It breaks off on the way: what was read is kept, and the rest is read after that.
    notifications, calls = street.apple.notifications, list[datetime]()

    def breaking(environment: Environment, since: datetime, until: datetime) -> Any:
        calls.append(since)
        if len(calls) == 5:
            raise ConnectionResetError
        return notifications(environment, since, until)

    monkeypatch.setattr(street.apple, "notifications", breaking)
    await street.chore("read-store-lists")
    await street.tried()
    await street.hurry()
    await street.settled()
    assert len(await street.messages(state="done")) == 10
    assert {each["came_by"] for each in await street.messages()} == {"history"}
    [apple, _] = await street.admin.get("/staff/stores")
    assert {each["list"]: each["until"] for each in apple["read"]} == {
        "apple.production": _zulu(clock.now() - 10 * MINUTE),
        "apple.sandbox": _zulu(clock.now() - 10 * MINUTE),
    }


async def test_P04_a_refund_that_google_lists_is_asked_about(
    street: Street, buyer: Guardian, clock: StoppedClock
) -> None:
    sold = await _bought(street, street.google, buyer)
    clock.advance(DAY)
    await street.google.revoke(sold.key)
    street.google.voids.append(
        VoidedPurchase(sold.key, sold.periods[0].transaction_id, clock.now())
    )
    clock.advance(HOUR)
    await street.chore("read-store-lists")
    await street.settled()
    [each] = await held(street, buyer)
    assert each["subscription"]["state"] == "refunded"
    [found] = await _found(street)
    assert (found["because"], found["before"], found["after"]) == ("voided", "active", "refunded")
    assert found["ledger_lines"] == 1


async def test_P04_a_purchase_that_nothing_was_known_of_is_found(
    street: Street, buyer: Guardian, clock: StoppedClock
) -> None:
    sold = street.google.sell(UUID(buyer.account_id))
    street.google.voids.append(
        VoidedPurchase(sold.key, sold.periods[0].transaction_id, clock.now())
    )
    clock.advance(HOUR)
    await street.chore("read-store-lists")
    await street.settled()
    [found] = await _found(street)
    assert (found["differs"], found["before"], found["ledger_lines"]) == (
        ["subscription"],
        None,
        1,
    )


async def test_P04_what_the_store_has_forgotten_is_not_asked_again_at_once(
    street: Street, shop: FakeAppStore | FakeGooglePlay, buyer: Guardian, clock: StoppedClock
) -> None:
    sold = await _bought(street, shop, buyer)
    del shop.knows[sold.key]
    clock.advance(DAY)
    await _ask(street)
    await _ask(street)
    assert shop.asked == [sold.key]
    assert await _found(street) == []


async def test_P04_a_store_that_refuses_us_leaves_one_task_for_each_question(
    street: Street, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = asyncio.Event()

    async def refuse(*_: object) -> Told:
        refused.set()
        raise CannotBeDone("the key is not right")

    await _tell(street, street.apple, street.apple.sell())
    await street.settled()
    with monkeypatch.context() as patch:
        patch.setattr(street.apple, "subscription", refuse)
        clock.set(NOON + MONTH + MINUTE)
        for _ in range(3):
            await street.chore("ask-stores")
        async with asyncio.timeout(30):
            await refused.wait()
        clock.advance(5 * MINUTE)
        await street.chore("ask-stores")
        [row] = await street.rows(
            "select count(*) as count, max(status::text) as status from jobs.pgqueuer"
            " where entrypoint = 'billing.ask_apple.v1'"
        )
        assert (row["count"], row["status"] in {"queued", "picked"}) == (1, True)


async def test_P04_nobody_waits_in_a_circle_for_what_was_replaced(
    street: Street, buyer: Guardian
) -> None:
    for number in range(8):
        old = msgspec.structs.replace(street.google.sell(UUID(buyer.account_id)), key=f"a-{number}")
        new = msgspec.structs.replace(street.google.sell(), key=f"b-{number}", replaces=old.key)
        street.google.knows |= {old.key: old, new.key: new}

        async def hear(thing: Told = new) -> None:
            async with street.dodam.database.transaction() as tx:
                await subscriptions_of(street.dodam).learn(tx, thing)

        ask = _questions(street).ask(Store.GOOGLE, new.environment, new.key, Because.DUE)
        await asyncio.gather(ask, hear(), hear())


def _questions(street: Street) -> Questions:
    stores = Stores(street.apple, street.google)
    database, subscriptions = street.dodam.database, subscriptions_of(street.dodam)
    return Questions(database, CLOCK, stores, subscriptions)


async def test_P04_staff_see_how_it_goes_with_each_store(
    street: Street, buyer: Guardian, clock: StoppedClock
) -> None:
    sold = await _bought(street, street.google, buyer)
    clock.set(NOON + MONTH + MINUTE)
    street.google.renew(sold)
    await _ask(street)
    await street.hurry()
    await street.settled()
    await street.by_google(street.google.say(sold, "SUBSCRIPTION_RENEWED"), "Bearer forged")
    await street.by_apple(street.apple.say(None, "TEST"))
    apple, google = await street.admin.get("/staff/stores")
    assert (apple["store"], apple["set_up"], apple["waiting"]) == ("apple", True, 1)
    assert apple["waits_since"] == apple["last_received_at"] == _zulu(clock.now())
    assert (google["waiting"], google["failed"], google["waits_since"]) == (0, 0, None)
    assert google["last_received_at"] == _zulu(NOON)
    assert (google["late"], google["missed"]) == (0, 1)
    assert google["refused"] == [
        {"day": f"{clock.now():%Y-%m-%d}", "reason": "no_token", "count": 1}
    ]
