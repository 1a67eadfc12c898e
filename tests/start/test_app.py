"""G07: whether the app is to be updated, and when the service is away."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from dodam.features.start.models.app import AppSettings
from tests.clock import NOON, StoppedClock
from tests.families import Guardian
from tests.house import House
from tests.livesettings.settings import draft, publish, tablet

from .steps import begin

_STORE = "https://play.example/store/apps/details?id=example.dodam"
_VERSIONS = {
    "minimum_version": {"android": "1.4.0", "ios": "3.0.0"},
    "recommended_version": {"android": "1.10.0"},
    "store_url": {"android": _STORE},
}


async def _app(guardian: Guardian, child: dict[str, Any], **options: Any) -> dict[str, Any]:
    return (await begin(guardian, child, **options))["app"]


@pytest.mark.parametrize(
    ("running", "update"),
    [
        ("1.3.9", "required"),
        ("1.4.0-rc.1", "required"),
        ("nightly", "required"),
        ("1.4.0", "recommended"),
        ("1.9.99+7", "recommended"),
        ("1.10.0", "none"),
        ("2.0.0", "none"),
    ],
)
async def test_G07_an_old_app_is_told_to_update(
    house: House, family: Guardian, child: dict[str, Any], running: str, update: str
) -> None:
    device = await tablet(family, app_version=running)
    await publish(house.admin, "app", value=_VERSIONS)
    assert await _app(family, child, device=device) == {
        "update": update,
        "minimum_version": "1.4.0",
        "recommended_version": "1.10.0",
        "store_url": _STORE,
        "maintenance": None,
    }


async def test_G07_versions_are_those_of_the_devices_platform(
    house: House, family: Guardian, child: dict[str, Any]
) -> None:
    await publish(house.admin, "app", value=_VERSIONS)
    ipad = await tablet(family, platform="ios", app_version="2.9")
    desktop = await tablet(family, platform="windows", app_version="0.1")
    assert (await _app(family, child, device=ipad))["update"] == "required"
    assert (await _app(family, child, device=ipad))["store_url"] is None
    assert (await _app(family, child, device=desktop))["update"] == "none"
    assert (await _app(family, child))["update"] is None


async def test_G06_a_version_that_is_required_of_some_is_not_of_others(
    house: House, family: Guardian, child: dict[str, Any]
) -> None:
    rule = {
        "name": "testers_first",
        "when": {"attributes": [{"key": "tester"}]},
        "value": {"minimum_version": {"android": "2.0.0"}},
    }
    await publish(house.admin, "app", value=_VERSIONS, rules=[rule])
    device = await tablet(family, app_version="1.10.0")
    assert (await _app(family, child, device=device))["update"] == "none"
    form = {"key": "tester", "value": True, "reason": "a tester"}
    path = f"/staff/accounts/{family.account_id}/attributes"
    assert (await house.admin.call("POST", path, json=form)).is_success
    assert (await _app(family, child, device=device))["update"] == "required"


async def test_G07_maintenance_is_told_ahead_and_until_it_is_over(
    house: House, family: Guardian, child: dict[str, Any], clock: StoppedClock
) -> None:
    away = {
        "from": "2026-03-18T21:03:00+09:00",
        "until": "2026-03-18T21:05:00+09:00",
        "text": {"ko": "잠시 점검 중이에요.", "en": "Back in a moment."},
    }
    await publish(house.admin, "app", value={**_VERSIONS, "maintenance": away})
    for minutes, told in ((0, True), (4, True), (5, False)):
        clock.set(NOON + timedelta(minutes=minutes))
        shown = (await _app(family, child, accept_language="ko"))["maintenance"]
        assert (shown is not None) is told, minutes
    clock.set(NOON)
    assert (await _app(family, child))["maintenance"] == {
        "from": "2026-03-18T12:03:00Z",
        "until": "2026-03-18T12:05:00Z",
        "text": "Back in a moment.",
    }


def test_G07_what_an_older_release_allowed_keeps_no_game_from_starting() -> None:
    older = msgspec.Raw(b'{"maintenance": {"from": "2016-12-31T23:59:60Z"}}')
    assert AppSettings.read(older) == AppSettings()


@pytest.mark.parametrize(
    "time",
    [
        "2026-12-31T23:59:60Z",
        # In UTC, as clients are told, this is of the year 10000.
        "9999-12-31T23:59:59-12:00",
        "0001-01-01T00:00:00+09:00",
        "2026-12-31T00:00:00",
    ],
)
async def test_G07_a_time_that_no_client_could_be_told_is_not_drafted(
    house: House, time: str
) -> None:
    """So that none keeps any game from starting."""
    times = {"from": "2026-12-31T00:00:00Z", "until": time}
    away = {**times, "text": {"ko": "점검", "en": "Away"}}
    refused = await draft(house.admin, "app", value={**_VERSIONS, "maintenance": away})
    assert refused.status_code == 400
    assert {each["field"] for each in refused.json()["errors"]} == {"value.maintenance.until"}
