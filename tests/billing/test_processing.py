"""P01, P02, P03, P04: what the stores sent takes effect once, in any order, whatever fails."""

import asyncio
from datetime import timedelta
from itertools import permutations
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from dodam.features.billing.models.told import Told
from dodam.features.billing.service.subscriptions import Subscriptions
from dodam.platform.database import Transaction
from tests.clock import NOON, StoppedClock
from tests.families import Guardian, sign_up
from tests.house import template

from .shops import Street

__all__ = ["template"]

DAY = timedelta(days=1)
MONTH = 30 * DAY


@pytest.fixture
async def buyer(street: Street) -> Guardian:
    return await sign_up(street.http)


async def held(street: Street, buyer: Guardian) -> list[dict[str, Any]]:
    """What an account holds, as support sees it."""
    return await street.admin.get(f"/staff/accounts/{buyer.account_id}/subscriptions")


async def _states(street: Street) -> list[tuple[str, int, str | None]]:
    return [(each["state"], each["attempts"], each["reason"]) for each in await street.messages()]


async def _notices(street: Street) -> list[tuple[str, str]]:
    """What those who run the service were told."""
    rows = await street.rows("select title, text from operations.notice")
    return [(row["title"], row["text"]) for row in rows]


async def test_P01_a_message_of_apple_says_it_all(street: Street, buyer: Guardian) -> None:
    sold = street.apple.sell(UUID(buyer.account_id))
    await street.by_apple(street.apple.say(sold, "SUBSCRIBED", "INITIAL_BUY"))
    await street.settled()
    assert await _states(street) == [("done", 1, None)]
    [bought] = await held(street, buyer)
    assert (bought["subscription"]["store"], bought["subscription"]["state"]) == (
        "apple",
        "active",
    )
    assert (await buyer.get("/entitlement"))["entitled"] is True
    assert street.apple.asked == []


async def test_P01_apple_is_asked_about_a_message_that_says_too_little(
    street: Street, buyer: Guardian
) -> None:
    sold = street.apple.sell(UUID(buyer.account_id))
    message = street.apple.say(sold, "SUBSCRIBED", "INITIAL_BUY")
    await street.by_apple(msgspec.structs.replace(message, told=None))
    await street.settled()
    assert street.apple.asked == [sold.key]
    assert len(await held(street, buyer)) == 1


async def test_P02_google_is_asked_once_about_a_burst_of_messages(
    street: Street, buyer: Guardian
) -> None:
    sold = street.google.sell(UUID(buyer.account_id))
    other = street.google.sell()
    for type_ in ("PURCHASED", "RENEWED", "IN_GRACE_PERIOD", "RECOVERED", "CANCELED"):
        await street.by_google(street.google.say(sold, f"SUBSCRIPTION_{type_}"))
    await street.by_google(street.google.say(other, "SUBSCRIPTION_PURCHASED"))
    await street.settled()
    assert sorted(street.google.asked) == sorted([sold.key, other.key])
    assert await _states(street) == [("done", 1, None)] * 6
    [bought] = await held(street, buyer)
    assert bought["subscription"]["state"] == "active"


async def test_P02_what_comes_while_google_is_asked_is_asked_about_too(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    sold = street.google.sell()
    asking, answer = asyncio.Event(), street.google.answer

    async def slowly(key: str) -> Told:
        told = answer(key)
        if not asking.is_set():
            await street.by_google(street.google.say(sold, "SUBSCRIPTION_RENEWED"))
            asking.set()
        return told

    monkeypatch.setattr(street.google, "subscription", slowly)
    await street.by_google(street.google.say(sold, "SUBSCRIPTION_PURCHASED"))
    await street.settled()
    assert street.google.asked == [sold.key] * 2
    assert await _states(street) == [("done", 1, None)] * 2


async def test_P04_in_whatever_order_messages_come_and_however_often_the_end_is_the_same(
    street: Street, clock: StoppedClock
) -> None:
    buyers = [await sign_up(street.http) for _ in permutations(range(3))]
    for order, buyer in zip(permutations(range(3)), buyers, strict=True):
        clock.set(NOON)
        sold = street.apple.sell(UUID(buyer.account_id))
        messages = [street.apple.say(sold, "SUBSCRIBED", "INITIAL_BUY")]
        for subtype in (None, "BILLING_RECOVERY"):
            clock.advance(MONTH)
            sold = street.apple.renew(sold)
            messages.append(street.apple.say(sold, "DID_RENEW", subtype))
        for place in (*order, *order):
            await street.by_apple(messages[place])
    await street.settled()
    ends = set[tuple[str, ...]]()
    for buyer in buyers:
        [each] = await held(street, buyer)
        found = each["subscription"]
        ends.add((found["state"], found["entitled_until"], str(len(each["payments"]))))
    # Three months from noon, and the hour for which the time goes on unless the store speaks.
    assert ends == {("active", "2026-06-16T13:00:00Z", "3")}


@pytest.mark.parametrize(
    ("type_", "subtype"),
    [
        ("TEST", None),
        ("EXTERNAL_PURCHASE_TOKEN", "UNREPORTED"),
        ("RENEWAL_EXTENSION", "SUMMARY"),
        ("METADATA_UPDATE", None),
        ("ONE_TIME_CHARGE", None),
        ("RESCIND_CONSENT", None),
    ],
)
async def test_P01_a_message_about_no_subscription_is_kept(
    street: Street, type_: str, subtype: str | None
) -> None:
    await street.by_apple(street.apple.say(None, type_, subtype))
    await street.settled()
    assert await _states(street) == [("kept", 1, "says_nothing_of_a_subscription")]
    [message] = await street.messages()
    assert message["known"] is True
    told = [text for title, text in await _notices(street) if "consent" in title]
    assert (message["id"] in "".join(told)) is (type_ == "RESCIND_CONSENT")


async def test_P02_a_test_message_of_google_is_kept_and_nothing_asked(street: Street) -> None:
    await street.by_google(street.google.say(None, "TEST"))
    await street.settled()
    assert await _states(street) == [("kept", 1, "says_nothing_of_a_subscription")]
    assert street.google.asked == []


async def test_P02_a_purchase_that_google_does_not_know_is_kept(street: Street) -> None:
    sold = street.google.sell()
    del street.google.knows[sold.key]
    await street.by_google(street.google.say(sold, "SUBSCRIPTION_EXPIRED"))
    await street.settled()
    assert await _states(street) == [("kept", 1, "unknown_purchase")]


async def test_P01_a_type_that_nobody_knows_yet_is_kept_marked_and_learned_from(
    street: Street, buyer: Guardian
) -> None:
    sold = street.apple.sell(UUID(buyer.account_id))
    await street.by_apple(street.apple.say(sold, "SUBSCRIPTION_GIFTED", "BY_A_FRIEND"))
    await street.by_apple(street.apple.say(sold, "DID_RENEW", "BY_A_FRIEND"))
    await street.settled()
    messages = await street.messages()
    assert [each["known"] for each in messages] == [False, False]
    assert {text for title, text in await _notices(street) if "not known" in title} == {
        f"apple, `{each['type']}, BY_A_FRIEND`: it is kept as `{each['id']}`." for each in messages
    }
    assert [state for state, _, _ in await _states(street)] == ["done", "done"]
    assert len(await held(street, buyer)) == 1


async def test_P04_a_message_that_breaks_something_loses_nothing_and_holds_nobody_up(
    street: Street, buyer: Guardian, monkeypatch: pytest.MonkeyPatch
) -> None:
    poison, good = street.apple.sell(), street.apple.sell(UUID(buyer.account_id))
    learn = Subscriptions.learn

    async def choking(self: Subscriptions, tx: Transaction, told: Told) -> UUID:
        if told.key == poison.key:
            raise ZeroDivisionError("it names a person")
        return await learn(self, tx, told)

    with monkeypatch.context() as patch:
        patch.setattr(Subscriptions, "learn", choking)
        for sold in (poison, good):
            await street.by_apple(street.apple.say(sold, "SUBSCRIBED", "INITIAL_BUY"))
        await street.tried()
        async with asyncio.timeout(30):
            while not await street.messages(state="done"):  # noqa: ASYNC110 - messages are rows
                await asyncio.sleep(0.02)
        [failed] = await street.messages(state="failed")
        # The kind of the error only, whose words may name a person.
        assert failed["reason"] == "ZeroDivisionError"
        assert failed["subscription"] == f"…{poison.key[-6:]}"
    await street.hurry()
    await street.settled()
    assert {state for state, _, _ in await _states(street)} == {"done"}


async def test_P04_a_message_that_was_given_up_is_replayed(
    street: Street, buyer: Guardian, monkeypatch: pytest.MonkeyPatch
) -> None:
    sold = street.apple.sell(UUID(buyer.account_id))

    async def broken(*_: object) -> UUID:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(Subscriptions, "learn", broken)
        await street.by_apple(street.apple.say(sold, "SUBSCRIBED", "INITIAL_BUY"))
        await street.tried()
        async with street.dodam.database.transaction() as tx:
            # As after the last attempt, a week later.
            await tx.execute("update jobs.pgqueuer set status = 'failed'")
    [failed] = await street.messages(state="failed")
    path = f"/staff/store-notifications/{failed['id']}/replay"
    assert (await street.admin.call("POST", path)).status_code == 204
    await street.settled()
    assert [state for state, _, _ in await _states(street)] == ["done"]
    assert len(await held(street, buyer)) == 1
    trail = await street.admin.get("/staff/audit", params={"subject_id": failed["id"]})
    assert [entry["action"] for entry in trail["entries"]] == ["store_message.replayed"]


async def test_P04_while_google_is_away_messages_wait_and_say_why(street: Street) -> None:
    sold = street.google.sell()
    street.google.away = True
    await street.by_google(street.google.say(sold, "SUBSCRIPTION_PURCHASED"))
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(street.settled())
        async with asyncio.timeout(30):
            while not (found := await street.messages(state="failed")):  # noqa: ASYNC110 - messages are rows
                await asyncio.sleep(0.02)
        assert found[0]["reason"] == "the store is away"
        street.google.away = False
    [(state, attempts, reason)] = await _states(street)
    assert (state, reason) == ("done", None)
    assert attempts >= 2


async def test_P04_to_replay_what_was_done_changes_nothing(street: Street, buyer: Guardian) -> None:
    sold = street.apple.sell(UUID(buyer.account_id))
    await street.by_apple(street.apple.say(sold, "SUBSCRIBED", "INITIAL_BUY"))
    await street.by_apple(street.apple.say(None, "TEST"))
    await street.settled()
    before = await held(street, buyer)
    [done] = await street.messages(state="done")
    await street.admin.call("POST", f"/staff/store-notifications/{done['id']}/replay")
    form = {"store": "apple", "state": "kept"}
    answer = await street.admin.call("POST", "/staff/store-notifications/replay", json=form)
    assert answer.json() == {"replayed": 1}
    await street.settled()
    assert sorted(await _states(street)) == [
        ("done", 2, None),
        ("kept", 2, "says_nothing_of_a_subscription"),
    ]
    after = await held(street, buyer)
    assert [each["subscription"] for each in after] == [each["subscription"] for each in before]
    assert [each["payments"] for each in after] == [each["payments"] for each in before]


async def test_P04_there_is_no_replay_of_a_message_that_never_came(street: Street) -> None:
    answer = await street.admin.call("POST", f"/staff/store-notifications/{uuid4()}/replay")
    assert (answer.status_code, answer.json()["code"]) == (404, "store_message_not_found")
    shown = await street.admin.call("GET", f"/staff/store-notifications/{uuid4()}")
    assert shown.status_code == 404


async def test_P11_staff_see_what_a_message_says_without_the_keys_to_it(street: Street) -> None:
    sold = street.apple.sell(replaces="apple-purchase-of-old")
    await street.by_apple(street.apple.say(sold, "SUBSCRIBED", "RESUBSCRIBE"))
    [listed] = await street.messages()
    shown = await street.admin.get(f"/staff/store-notifications/{listed['id']}")
    assert shown["message"] == listed
    assert shown["told"]["periods"][0]["paid"] == {"micros": 9_900_000_000, "currency": "KRW"}
    assert (shown["told"]["key"], shown["told"]["replaces"]) == (f"…{sold.key[-6:]}", "…of-old")
    assert sold.key not in str(shown)


async def test_P04_messages_are_listed_page_by_page_and_by_what_they_are(street: Street) -> None:
    for _ in range(3):
        await street.by_apple(street.apple.say(street.apple.sell(), "DID_RENEW"))
    await street.by_google(street.google.say(None, "TEST"))
    path, seen = "/staff/store-notifications", list[str]()
    params: dict[str, Any] | None = {"limit": 3}
    while params is not None:
        page = await street.admin.get(path, params=params)
        seen += [each["id"] for each in page["messages"]]
        cursor = page["next_cursor"]
        params = {"limit": 3, "cursor": cursor} if cursor else None
    assert len(set(seen)) == len(seen) == 4
    assert len(await street.messages(store="apple", type="DID_RENEW", state="waiting")) == 3
    assert await street.messages(store="google", type="DID_RENEW") == []
    wrong = await street.admin.call("GET", path, params={"cursor": "1.x"})
    assert wrong.status_code == 400


async def test_P04_messages_are_forgotten_after_five_years(
    street: Street, clock: StoppedClock
) -> None:
    await street.by_apple(street.apple.say(None, "TEST"))
    await street.http.post(
        "/v1/stores/apple/notifications", json={"signedPayload": "not_signed.e30.x"}
    )
    for days, left in ((5 * 365, 1), (5 * 366 + 1, 0)):
        clock.set(NOON + days * DAY)
        await street.chore("forget-store-messages")
        assert len(await street.messages()) == left
        assert len(await street.rows("select 1 from billing.refused")) == left
