"""P11: what Apple asks before it decides on a refund is answered with the buyer's consent."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from dodam.features.billing.models.told import Told
from dodam.features.billing.ports import ConsumptionAnswer
from tests.clock import StoppedClock
from tests.families import Guardian, sign_up
from tests.house import template

from .shops import Street

__all__ = ["template"]


@pytest.fixture
async def buyer(street: Street) -> Guardian:
    return await sign_up(street.http)


async def _asked(street: Street, sold: Told) -> None:
    """Apple asks about a purchase."""
    await street.by_apple(street.apple.say(sold, "CONSUMPTION_REQUEST"))


async def _deeds(street: Street, buyer: Guardian) -> list[dict[str, Any]]:
    [held] = await street.admin.get(f"/staff/accounts/{buyer.account_id}/subscriptions")
    return [
        {name: each[name] for name in ("kind", "state", "note")}
        for each in held["deeds"]
        if each["kind"] == "consumption_answer"
    ]


async def test_P11_apple_is_answered_with_consent(street: Street, buyer: Guardian) -> None:
    await buyer.consent(refund_requests=1)
    sold = street.apple.sell(UUID(buyer.account_id))
    await _asked(street, sold)
    await street.settled()
    answer = ConsumptionAnswer(delivered=True, sampled=True, prefers_refund=None)
    assert street.apple.answers == {sold.periods[0].transaction_id: answer}
    assert await _deeds(street, buyer) == [
        {"kind": "consumption_answer", "state": "done", "note": None}
    ]


@pytest.mark.parametrize("versions", [None, {"refund_requests": None}])
async def test_P11_without_consent_apple_is_told_nothing(
    street: Street, buyer: Guardian, versions: dict[str, None] | None
) -> None:
    if versions is not None:
        await buyer.consent(refund_requests=1)
        await buyer.consent(**versions)
    await _asked(street, street.apple.sell(UUID(buyer.account_id)))
    await street.settled()
    assert street.apple.answers == {}
    [deed] = await _deeds(street, buyer)
    assert (deed["state"], deed["note"]) == ("dropped", "The holder did not consent to it.")


async def test_P11_a_purchase_that_nobody_holds_is_not_told_of(street: Street) -> None:
    await _asked(street, street.apple.sell())
    await street.settled()
    assert street.apple.answers == {}


async def test_P11_apple_is_answered_within_twelve_hours_or_not_at_all(
    street: Street, buyer: Guardian, clock: StoppedClock
) -> None:
    await buyer.consent(refund_requests=1)
    sold = street.apple.sell(UUID(buyer.account_id))
    await _asked(street, sold)
    street.apple.away = True
    await street.turned_away(street.apple)
    street.apple.away = False
    clock.advance(timedelta(hours=12))
    await street.hurry()
    await street.settled()
    assert street.apple.answers == {}
    [deed] = await _deeds(street, buyer)
    assert deed["note"] == "Apple no longer waits for an answer."


async def test_P11_a_store_that_was_away_is_answered_in_time(
    street: Street, buyer: Guardian, clock: StoppedClock
) -> None:
    await buyer.consent(refund_requests=1)
    sold = street.apple.sell(UUID(buyer.account_id))
    await _asked(street, sold)
    street.apple.away = True
    await street.turned_away(street.apple)
    street.apple.away = False
    clock.advance(timedelta(hours=12, seconds=-1))
    await street.hurry()
    await street.settled()
    assert list(street.apple.answers) == [sold.periods[0].transaction_id]


async def test_P11_the_same_request_again_is_answered_once(street: Street, buyer: Guardian) -> None:
    await buyer.consent(refund_requests=1)
    message = street.apple.say(street.apple.sell(UUID(buyer.account_id)), "CONSUMPTION_REQUEST")
    await street.by_apple(message)
    await street.settled()
    street.apple.answers.clear()
    await street.by_apple(message)
    [kept] = await street.messages(type="CONSUMPTION_REQUEST")
    replay = f"/staff/store-notifications/{kept['id']}/replay"
    assert (await street.admin.call("POST", replay)).status_code < 300
    await street.settled()
    assert street.apple.answers == {}
