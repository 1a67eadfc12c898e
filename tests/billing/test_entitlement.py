"""G04: who may play as a subscriber does: whoever staff granted it, while that lasts."""

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from dodam.platform.settings import Settings
from tests.clock import NOON, StoppedClock
from tests.families import PASSWORD, Guardian
from tests.staff import Staff, staff

NOT_ENTITLED = {"entitled": False, "grounds": None, "until": None}
DAY = timedelta(days=1)


@pytest.fixture
def coordinator(http: httpx.AsyncClient, settings: Settings) -> Staff:
    return staff(http, settings, "trial_coordinator")


def _path(guardian: Guardian) -> str:
    return f"/staff/accounts/{guardian.account_id}/attributes"


async def _grant(
    who: Staff,
    guardian: Guardian,
    begins: datetime | None = None,
    ends: datetime | None = None,
    *,
    value: bool = True,
) -> str:
    form = {
        "key": "complimentary_access",
        "value": value,
        "reason": "병원 지원 가정",
        "valid_from": begins and begins.isoformat(),
        "valid_until": ends and ends.isoformat(),
    }
    answer = await who.call("POST", _path(guardian), json=form)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def _until(end: datetime | None) -> dict[str, Any]:
    return {
        "entitled": True,
        "grounds": "complimentary",
        "until": end and end.isoformat().replace("+00:00", "Z"),
    }


async def _at(now: datetime, guardian: Guardian, clock: StoppedClock) -> Any:
    """What the guardian is told at an instant, after signing in anew."""
    clock.set(now)
    form = {"email": guardian.email, "password": PASSWORD}
    answer = await guardian.http.post("/v1/auth/sign-in", json=form)
    assert answer.status_code == 200, answer.text
    guardian.tokens = answer.json()
    return await guardian.get("/entitlement")


async def test_G04_an_account_is_not_entitled_by_itself(
    coordinator: Staff, guardian: Guardian, other_guardian: Guardian
) -> None:
    await _grant(coordinator, other_guardian)
    assert await guardian.get("/entitlement") == NOT_ENTITLED


async def test_G04_what_is_granted_without_an_end_goes_on(
    coordinator: Staff, guardian: Guardian
) -> None:
    await _grant(coordinator, guardian)
    assert await guardian.get("/entitlement") == _until(None)


async def test_G04_an_entitlement_holds_from_its_beginning_up_to_its_end(
    coordinator: Staff, guardian: Guardian, clock: StoppedClock
) -> None:
    begins, ends = NOON + DAY, NOON + 3 * DAY
    await _grant(coordinator, guardian, begins, ends)
    moment = timedelta(microseconds=1)
    for now, told in (
        (NOON, NOT_ENTITLED),
        (begins - moment, NOT_ENTITLED),
        (begins, _until(ends)),
        (ends - moment, _until(ends)),
        (ends, NOT_ENTITLED),
    ):
        assert await _at(now, guardian, clock) == told


async def test_G04_grants_that_follow_each_other_are_one(
    coordinator: Staff, guardian: Guardian, clock: StoppedClock
) -> None:
    first, second, third = NOON + 2 * DAY, NOON + 5 * DAY, NOON + 9 * DAY
    await _grant(coordinator, guardian, NOON, first)
    await _grant(coordinator, guardian, first, second)
    # After a gap there is another.
    later = second + timedelta(microseconds=1)
    await _grant(coordinator, guardian, later, third)
    assert await guardian.get("/entitlement") == _until(second)
    assert await _at(first, guardian, clock) == _until(second)
    assert await _at(second, guardian, clock) == NOT_ENTITLED
    assert await _at(later, guardian, clock) == _until(third)


async def test_G04_a_grant_that_replaces_another_says_when_it_ends(
    coordinator: Staff, guardian: Guardian, clock: StoppedClock
) -> None:
    await _grant(coordinator, guardian)
    await _grant(coordinator, guardian, NOON + DAY, NOON + 2 * DAY)
    assert await guardian.get("/entitlement") == _until(NOON + 2 * DAY)
    await _grant(coordinator, guardian, NOON + 2 * DAY)
    assert await guardian.get("/entitlement") == _until(None)
    assert await _at(NOON + 4 * DAY, guardian, clock) == _until(None)


async def test_G04_what_is_revoked_or_refused_ends(
    coordinator: Staff, guardian: Guardian, clock: StoppedClock
) -> None:
    granted = await _grant(coordinator, guardian, NOON, NOON + 5 * DAY)
    # A later one that never comes to hold.
    ahead = await _grant(coordinator, guardian, NOON + 5 * DAY)
    await coordinator.call("DELETE", f"{_path(guardian)}/{ahead}")
    assert await guardian.get("/entitlement") == _until(NOON + 5 * DAY)
    await _grant(coordinator, guardian, NOON + 2 * DAY, value=False)
    assert await guardian.get("/entitlement") == _until(NOON + 2 * DAY)
    assert await _at(NOON + 2 * DAY, guardian, clock) == NOT_ENTITLED
    clock.set(NOON)
    await coordinator.call("DELETE", f"{_path(guardian)}/{granted}")
    assert await guardian.get("/entitlement") == NOT_ENTITLED


async def test_G04_who_may_not_grant_attributes_entitles_nobody(
    http: httpx.AsyncClient, settings: Settings, guardian: Guardian
) -> None:
    form = {"key": "complimentary_access", "value": True, "reason": "for a friend"}
    clinician = staff(http, settings, "clinician")
    for who in (guardian, clinician):
        assert (await who.call("POST", _path(guardian), json=form)).status_code == 403
    assert await guardian.get("/entitlement") == NOT_ENTITLED
