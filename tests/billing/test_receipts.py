"""P01, P02, P05: purchases that clients hand in, whatever the stores do just then."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import msgspec
import pytest

from dodam.features.billing.models.stores import Environment
from tests.answers import words_of
from tests.clock import NOON, StoppedClock
from tests.families import PASSWORD, Guardian, sign_up
from tests.worker import working

from .books import DAY, MONTH, PRICE
from .shops import Street

LEEWAY = timedelta(hours=1)


async def _apple(guardian: Guardian, signed: str) -> Any:
    return await guardian.call("POST", "/subscriptions/apple", json={"signed_transaction": signed})


async def _google(guardian: Guardian, token: str) -> Any:
    return await guardian.call("POST", "/subscriptions/google", json={"purchase_token": token})


async def _leave(guardian: Guardian) -> None:
    form = {"confirm": True, "password": PASSWORD, "despite_subscriptions": True}
    left = await guardian.call("POST", "/account/withdrawal", json=form)
    assert left.status_code == 202, left.text


async def _results(street: Street) -> list[tuple[str, str | None]]:
    rows = await street.rows("select outcome, purchase_token from billing.payment_result")
    return [(row["outcome"], row["purchase_token"]) for row in rows]


@pytest.fixture
async def guardian(street: Street) -> Guardian:
    return await sign_up(street.http)


@pytest.fixture
async def other(street: Street) -> Guardian:
    return await sign_up(street.http)


async def test_P01_what_apple_signed_just_now_counts_without_asking_apple(
    street: Street, guardian: Guardian
) -> None:
    street.apple.away = True
    sold = street.apple.sell()
    answer = await _apple(guardian, sold.key)
    assert answer.status_code == 200, answer.text
    shown = answer.json()
    assert shown["outcome"] == "accepted"
    assert shown["subscription"]["state"] == "active"
    until = (NOON + MONTH + LEEWAY).isoformat().replace("+00:00", "Z")
    assert shown["entitlement"] == {"entitled": True, "grounds": "subscription", "until": until}
    asked = await guardian.call("GET", "/entitlement")
    assert asked.json() == shown["entitlement"]
    assert set(asked.headers["cache-control"].split(", ")) == {"private", "no-cache"}
    assert street.apple.asked == []


async def test_P01_what_was_signed_earlier_is_asked_about(
    street: Street, clock: StoppedClock
) -> None:
    sold = street.apple.sell()
    clock.set(NOON + timedelta(minutes=11))
    guardian = await sign_up(street.http)
    gone = msgspec.structs.replace(
        sold.periods[0], revoked_at=NOON + timedelta(minutes=5), refunded=PRICE
    )
    # The device still has what Apple signed as it was bought; Apple knows better.
    street.apple.knows["signed as it was bought"] = sold
    street.apple.knows[sold.key] = msgspec.structs.replace(sold, periods=(gone,))
    shown = await _apple(guardian, "signed as it was bought")
    assert shown.status_code == 200, shown.text
    assert shown.json()["subscription"]["state"] == "refunded"
    assert shown.json()["entitlement"]["entitled"] is False


async def test_P01_what_was_signed_earlier_counts_while_apple_is_away(
    street: Street, clock: StoppedClock
) -> None:
    sold = street.apple.sell()
    clock.set(NOON + timedelta(minutes=11))
    guardian = await sign_up(street.http)
    street.apple.away = True
    answer = await _apple(guardian, sold.key)
    assert answer.status_code == 200, answer.text
    assert street.apple.asked == [sold.key]
    assert answer.json()["entitlement"]["entitled"] is True


async def test_P02_a_token_is_asked_about_and_then_acknowledged(
    street: Street, guardian: Guardian, monkeypatch: pytest.MonkeyPatch
) -> None:
    sold = street.google.sell(acknowledged=False)
    acknowledged: list[tuple[str, str]] = []

    async def acknowledge(key: str, product_id: str) -> None:
        acknowledged.append((key, product_id))

    monkeypatch.setattr(street.google, "acknowledge", acknowledge)
    answer = await _google(guardian, sold.key)
    assert answer.status_code == 200, answer.text
    assert acknowledged == []
    await street.settled()
    assert acknowledged == [(sold.key, "monthly")]
    assert (await _google(guardian, sold.key)).status_code == 200
    await street.settled()
    assert len(acknowledged) == 1


async def test_P02_what_is_nobodys_is_not_acknowledged(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    sold = street.google.sell(acknowledged=False)
    acknowledged: list[str] = []

    async def acknowledge(key: str, product_id: str) -> None:
        del product_id
        acknowledged.append(key)

    monkeypatch.setattr(street.google, "acknowledge", acknowledge)
    await street.by_google(street.google.say(sold, "SUBSCRIPTION_PURCHASED"))
    await street.settled()
    assert acknowledged == []
    [row] = await street.rows("select account_id, acknowledged from billing.subscription")
    assert (row["account_id"], row["acknowledged"]) == (None, False)


async def test_P02_while_google_is_away_the_purchase_is_kept_and_counts_as_soon_as_it_answers(
    street: Street, guardian: Guardian
) -> None:
    sold = street.google.sell()
    street.google.away = True
    answer = await _google(guardian, sold.key)
    assert (answer.status_code, answer.json()["code"]) == (503, "store_unreachable")
    assert answer.headers["retry-after"] == "60"
    assert await _results(street) == [("waiting", sold.key)]
    street.google.away = False
    # The client never comes back.
    await street.settled()
    assert await _results(street) == [("accepted", None)]
    assert (await guardian.get("/entitlement"))["entitled"] is True


async def test_P02_a_purchase_that_waited_is_nobodys_once_its_holder_has_left(
    street: Street, guardian: Guardian
) -> None:
    sold = street.google.sell()
    street.google.away = True
    assert (await _google(guardian, sold.key)).status_code == 503
    await _leave(guardian)
    street.google.away = False
    await street.settled()
    assert await street.rows("select from billing.subscription where account_id is not null") == []


async def test_P02_a_purchase_that_waited_and_is_anothers_stays_the_others(
    street: Street, guardian: Guardian, other: Guardian
) -> None:
    sold = street.google.sell()
    assert (await _google(other, sold.key)).status_code == 200
    street.google.away = True
    assert (await _google(guardian, sold.key)).status_code == 503
    street.google.away = False
    await street.settled()
    assert sorted(await _results(street)) == [
        ("accepted", None),
        ("belongs_to_another_account", None),
    ]
    assert (await guardian.get("/entitlement"))["entitled"] is False


async def test_P02_a_token_that_google_does_not_know(street: Street, guardian: Guardian) -> None:
    answer = await _google(guardian, "made-up")
    assert (answer.status_code, answer.json()["code"]) == (400, "unknown_purchase")
    assert await _results(street) == [("unknown_purchase", None)]


async def test_P05_whose_it_is_not_is_told_so_and_what_the_store_said_is_kept(
    street: Street, guardian: Guardian, other: Guardian, clock: StoppedClock
) -> None:
    sold = street.google.sell()
    assert (await _google(guardian, sold.key)).status_code == 200
    clock.set(NOON + timedelta(minutes=5))
    street.google.renew(sold)
    answer = await _google(other, sold.key)
    assert (answer.status_code, answer.json()["code"]) == (409, "belongs_to_another_account")
    assert len(await street.rows("select from billing.payment")) == 2
    held = await guardian.get("/subscriptions")
    assert len(held["payments"]) == 2


@pytest.mark.parametrize("fields", [{}, {"environment": Environment.SANDBOX}])
async def test_P05_again_is_the_same_and_at_once_too(
    street: Street, guardian: Guardian, fields: dict[str, Any]
) -> None:
    sold = street.google.sell(**fields)
    answers = await asyncio.gather(*(_google(guardian, sold.key) for _ in range(6)))
    [status] = {answer.status_code for answer in answers}
    assert status == (403 if fields else 200)
    assert len({words_of(answer) for answer in answers}) == 1
    assert len(await _results(street)) == 1


async def test_P01_a_family_member_is_told_whose_purchase_counts(
    street: Street, guardian: Guardian
) -> None:
    sold = street.apple.sell(family_shared=True)
    answer = await _apple(guardian, sold.key)
    assert (answer.status_code, answer.json()["code"]) == (409, "family_shared")
    assert await _results(street) == [("family_shared", None)]


@pytest.mark.parametrize(
    "form",
    [{}, {"purchase_token": ""}, {"purchase_token": "a b"}, {"purchase_token": "a" * 1501}],
)
async def test_P02_what_cannot_be_a_token_is_refused(
    street: Street, guardian: Guardian, form: dict[str, str]
) -> None:
    answer = await guardian.call("POST", "/subscriptions/google", json=form)
    assert answer.status_code == 400
    assert street.google.asked == []


async def test_P01_a_store_that_is_not_set_up_says_so(http: httpx.AsyncClient) -> None:
    guardian = await sign_up(http)
    for answer in (await _apple(guardian, "a.b.c"), await _google(guardian, "a")):
        assert (answer.status_code, answer.json()["code"]) == (503, "store_not_set_up")


async def test_A13_what_was_handed_in_goes_with_the_account_and_payments_stay_five_years(
    street: Street, guardian: Guardian, clock: StoppedClock
) -> None:
    sold = street.google.sell()
    assert (await _google(guardian, sold.key)).status_code == 200
    await _leave(guardian)
    clock.set(NOON + 31 * DAY)
    await street.chore("erase-withdrawn-accounts")
    street.google.away = True
    await _erased(street)
    assert await _results(street) == []
    [row] = await street.rows("select account_id from billing.subscription")
    assert str(row["account_id"]) == guardian.account_id
    assert len(await street.rows("select from billing.payment")) == 1
    clock.set(NOON + MONTH + 1827 * DAY)
    await street.chore("forget-old-payments")
    assert len(await street.rows("select from billing.payment")) == 1
    clock.set(NOON + MONTH + 1828 * DAY)
    await street.chore("forget-old-payments")
    assert await street.rows("select from billing.subscription") == []
    assert await street.rows("select from billing.payment") == []


async def _erased(street: Street) -> None:
    """Deeds at the store may wait; what is ours to erase does not."""
    async with working(street.dodam.jobs), asyncio.timeout(30):
        while await _results(street):  # noqa: ASYNC110 - jobs are rows
            await asyncio.sleep(0.02)
