"""P08, P10: codes that give free days let an account play as a subscriber does, at once."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import httpx

from tests.clock import NOON, StoppedClock
from tests.families import PASSWORD, Guardian

from .conftest import Marketing, redeem, redeemed, tickets

_DAYS = {"free_days": 30}


async def test_P08_free_days_begin_at_once_and_end_by_the_clock(
    marketing: Marketing, guardian: Guardian, clock: StoppedClock
) -> None:
    code = await marketing.make_code(gives=_DAYS)
    assert not (await guardian.get("/entitlement"))["entitled"]
    given = await redeemed(guardian, code)
    ends = NOON + timedelta(days=30)
    assert (given["free_days"], given["free_until"]) == (30, _text(ends))
    assert (given["tickets"], given["child_id"]) == (None, None)
    entitlement = await guardian.get("/entitlement")
    assert (entitlement["entitled"], entitlement["until"]) == (True, _text(ends))
    await _at(guardian, clock, ends - timedelta(seconds=1))
    assert (await guardian.get("/entitlement"))["entitled"]
    clock.set(ends)
    assert not (await guardian.get("/entitlement"))["entitled"]


async def test_P08_free_days_follow_on_those_that_run(
    marketing: Marketing, guardian: Guardian
) -> None:
    first, second = [await marketing.make_code(gives=_DAYS) for _ in range(2)]
    await redeemed(guardian, first)
    assert (await redeemed(guardian, second))["free_until"] == _text(NOON + timedelta(days=60))
    # What the first one gave is told as it was.
    assert (await redeemed(guardian, first))["free_until"] == _text(NOON + timedelta(days=30))


async def test_P08_a_code_may_give_both_and_the_child_has_its_tickets(
    marketing: Marketing, guardian: Guardian, child: dict[str, Any]
) -> None:
    code = await marketing.make_code(gives={"free_days": 7, "tickets": 3})
    assert (await redeem(guardian, code)).status_code == 400
    assert not (await guardian.get("/entitlement"))["entitled"]
    given = await redeemed(guardian, code, child)
    assert (given["free_days"], given["tickets"]) == (7, 3)
    assert (await guardian.get("/entitlement"))["entitled"]
    assert await tickets(guardian, child) == 3


async def test_P08_whom_tickets_would_be_for_does_not_matter_to_free_days(
    marketing: Marketing, guardian: Guardian, child: dict[str, Any]
) -> None:
    given = await redeemed(guardian, await marketing.make_code(gives=_DAYS), child)
    assert given["child_id"] is None


async def test_P08_what_is_sent_fifty_times_at_once_gives_its_days_once(
    marketing: Marketing, guardian: Guardian
) -> None:
    code = await marketing.make_code(gives=_DAYS)
    answers: list[httpx.Response] = await asyncio.gather(
        *(redeem(guardian, code) for _ in range(50))
    )
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.json()["free_until"] for answer in answers} == {_text(NOON + timedelta(days=30))}


async def test_P08_codes_of_several_promotions_at_once_give_the_days_of_all(
    marketing: Marketing, guardian: Guardian
) -> None:
    codes = [await marketing.make_code(gives=_DAYS) for _ in range(5)]
    answers = await asyncio.gather(*(redeemed(guardian, code) for code in codes))
    assert sorted(answer["free_until"] for answer in answers) == [
        _text(NOON + timedelta(days=30 * count)) for count in range(1, 6)
    ]


def _text(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


async def _at(guardian: Guardian, clock: StoppedClock, now: datetime) -> None:
    """Move on in time, and sign in anew: access tokens live for minutes only."""
    clock.set(now)
    form = {"email": guardian.email, "password": PASSWORD}
    answer = await guardian.http.post("/v1/auth/sign-in", json=form)
    guardian.tokens = answer.json()
