"""P08, P10: what an account may play for, from all grounds together, at each instant."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

import httpx
import pytest

from dodam.bootstrap import Dodam
from dodam.features.billing.service.free_periods import FreePeriods
from dodam.platform.settings import Settings
from tests.clock import NOON, StoppedClock
from tests.families import PASSWORD, Guardian
from tests.staff import staff

from .books import DAY, MONTH, PRICE, Books, period, renewal, some_key, told

HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


@pytest.fixture
def free_periods(clock: StoppedClock) -> FreePeriods:
    return FreePeriods(clock)


async def _grant(
    system: Dodam, free_periods: FreePeriods, guardian: Guardian, days: int, reference: str
) -> datetime:
    async with system.database.transaction() as tx:
        return await free_periods.grant(tx, UUID(guardian.account_id), days, reference)


async def _at(now: datetime, guardian: Guardian, clock: StoppedClock) -> tuple[str | None, str]:
    """The grounds, and until when, by day and time."""
    clock.set(now)
    form = {"email": guardian.email, "password": PASSWORD}
    answer = await guardian.http.post("/v1/auth/sign-in", json=form)
    guardian.tokens = answer.json()
    shown = await guardian.get("/entitlement")
    return shown["grounds"], shown["until"] and shown["until"][5:16]


async def test_P10_a_life_at_each_instant_without_anything_that_runs(
    books: Books, guardian: Guardian, clock: StoppedClock
) -> None:
    key, buyer = some_key(), UUID(guardian.account_id)
    end = NOON + MONTH
    await books.hear(told(key, [period(0)], renewal(NOON), buyer=buyer))
    assert await _at(NOON, guardian, clock) == ("subscription", "04-17T13:00")
    assert await _at(end, guardian, clock) == ("subscription", "04-17T13:00")
    assert await _at(end + HOUR - SECOND, guardian, clock) == ("subscription", "04-17T13:00")
    assert await _at(end + HOUR, guardian, clock) == (None, None)
    # Heard of late, it counts all the same.
    await books.hear(told(key, [period(1)], renewal(end)))
    assert await _at(end + 2 * HOUR, guardian, clock) == ("subscription", "05-17T13:00")
    given_back = end + DAY
    clock.set(given_back)
    await books.hear(
        told(key, [period(1, told_at=given_back, revoked_at=given_back, refunded=PRICE)])
    )
    assert await _at(given_back, guardian, clock) == (None, None)


async def test_P10_a_time_that_is_to_begin_later_entitles_from_then_on(
    books: Books, guardian: Guardian, clock: StoppedClock
) -> None:
    await books.hear(
        told(
            some_key(),
            [period(0), period(3)],
            renewal(NOON + DAY, renews=False),
            buyer=UUID(guardian.account_id),
        )
    )
    begins = NOON + 3 * MONTH
    assert await _at(NOON + MONTH - SECOND, guardian, clock) == ("subscription", "04-17T12:00")
    assert await _at(NOON + MONTH, guardian, clock) == (None, None)
    assert await _at(begins - SECOND, guardian, clock) == (None, None)
    assert (await _at(begins, guardian, clock))[0] == "subscription"


async def test_P08_free_days_follow_each_other_and_are_granted_once(
    system: Dodam, free_periods: FreePeriods, guardian: Guardian, clock: StoppedClock
) -> None:
    assert await _grant(system, free_periods, guardian, 7, "a") == NOON + 7 * DAY
    assert await _grant(system, free_periods, guardian, 7, "a") == NOON + 7 * DAY
    assert await _grant(system, free_periods, guardian, 3, "b") == NOON + 10 * DAY
    assert await _at(NOON, guardian, clock) == ("promotion", "03-28T12:00")
    assert await _at(NOON + 10 * DAY - SECOND, guardian, clock) == ("promotion", "03-28T12:00")
    assert await _at(NOON + 10 * DAY, guardian, clock) == (None, None)
    # After a rest they begin anew.
    clock.set(NOON + 20 * DAY)
    assert await _grant(system, free_periods, guardian, 1, "c") == NOON + 21 * DAY


async def test_P08_free_days_that_are_granted_at_once_are_all_there(
    system: Dodam, free_periods: FreePeriods, guardian: Guardian
) -> None:
    ends = await asyncio.gather(
        *(_grant(system, free_periods, guardian, 1, f"{number % 10}") for number in range(20))
    )
    assert sorted(set(ends)) == [NOON + days * DAY for days in range(1, 11)]


async def test_P10_grounds_that_follow_each_other_are_one_time(
    system: Dodam,
    books: Books,
    free_periods: FreePeriods,
    guardian: Guardian,
    http: httpx.AsyncClient,
    settings: Settings,
    clock: StoppedClock,
) -> None:
    await books.hear(
        told(
            some_key(),
            [period(0)],
            renewal(NOON, renews=False),
            buyer=UUID(guardian.account_id),
        )
    )
    await _grant(system, free_periods, guardian, 40, "a")
    until = NOON + 50 * DAY
    answer = await staff(http, settings, "admin").call(
        "POST",
        f"/staff/accounts/{guardian.account_id}/attributes",
        json={
            "key": "complimentary_access",
            "value": True,
            "reason": "병원 지원 가정",
            "valid_from": (NOON + 40 * DAY).isoformat(),
            "valid_until": until.isoformat(),
        },
    )
    assert answer.status_code == 201, answer.text
    assert await _at(NOON, guardian, clock) == ("subscription", "05-07T12:00")
    assert await _at(NOON + MONTH, guardian, clock) == ("promotion", "05-07T12:00")
    assert await _at(NOON + 40 * DAY, guardian, clock) == ("complimentary", "05-07T12:00")
    assert await _at(until, guardian, clock) == (None, None)
