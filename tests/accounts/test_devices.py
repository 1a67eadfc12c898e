"""A11: devices, and the settings at which the game runs best on each."""

import asyncio
from datetime import timedelta
from importlib.resources import files
from typing import Any
from uuid import uuid4

import httpx
import msgspec
import pytest

from dodam.features.accounts import models
from dodam.features.accounts.models.devices import DeviceProfiles
from dodam.platform.settings import Settings
from tests.clock import NOON, StoppedClock
from tests.families import Guardian
from tests.staff import Staff, staff


def tablet(**fields: Any) -> dict[str, Any]:
    """A device no rule fits, with what a test does not care about filled in."""
    return {
        "id": str(uuid4()),
        "platform": "android",
        "model": "Pixel Tablet",
        "os_version": "14",
        "app_version": "1.4.0",
        "screen_width": 2560,
        "screen_height": 1600,
        "memory_mb": 5000,
        "gpu": None,
        **fields,
    }


async def registered(guardian: Guardian, **fields: Any) -> dict[str, Any]:
    answer = await guardian.call("POST", "/devices", json=tablet(**fields))
    assert answer.status_code == 200, answer.text
    return answer.json()


async def settings_of(guardian: Guardian, device: dict[str, Any]) -> dict[str, Any]:
    return await guardian.get(f"/devices/{device['id']}/settings")


@pytest.fixture
def coordinator(http: httpx.AsyncClient, settings: Settings) -> Staff:
    return staff(http, settings, "trial_coordinator")


def _attributes_of(guardian: Guardian) -> str:
    return f"/staff/accounts/{guardian.account_id}/attributes"


async def grant(coordinator: Staff, guardian: Guardian, profile: str, **fields: Any) -> str:
    form = {"key": "device_profile", "value": profile, "reason": "for a test", **fields}
    answer = await coordinator.call("POST", _attributes_of(guardian), json=form)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


async def revoke(coordinator: Staff, guardian: Guardian, attribute: str) -> None:
    answer = await coordinator.call("DELETE", f"{_attributes_of(guardian)}/{attribute}")
    assert answer.status_code == 204, answer.text


async def test_A11_a_device_is_kept_as_it_describes_itself(guardian: Guardian) -> None:
    form = tablet(gpu="Mali-G710")
    answer = await guardian.call("POST", "/devices", json=form)
    kept = {**form, "registered_at": _iso(NOON), "last_seen_at": _iso(NOON)}
    assert (answer.status_code, answer.json()) == (200, kept)
    assert await guardian.get("/devices") == [kept]


def _iso(instant: Any) -> str:
    return instant.isoformat().replace("+00:00", "Z")


async def test_A11_a_device_that_comes_again_is_renewed(
    guardian: Guardian, clock: StoppedClock
) -> None:
    first = await registered(guardian, gpu="Mali-G710")
    clock.advance(timedelta(minutes=1))
    other = await registered(guardian)
    clock.advance(timedelta(minutes=1))
    again = await registered(guardian, id=first["id"], os_version="15.0.1", app_version="1.5.0")
    assert again == {
        **first,
        "os_version": "15.0.1",
        "app_version": "1.5.0",
        "gpu": None,
        "last_seen_at": _iso(NOON + timedelta(minutes=2)),
    }
    assert await guardian.get("/devices") == [again, other]


async def test_A11_a_device_that_comes_many_times_at_once_is_one(guardian: Guardian) -> None:
    form = tablet()
    answers = await asyncio.gather(
        *(guardian.call("POST", "/devices", json=form) for _ in range(8))
    )
    assert {answer.status_code for answer in answers} == {200}
    assert len(await guardian.get("/devices")) == 1


async def test_A11_two_accounts_may_share_a_tablet(
    guardian: Guardian, other_guardian: Guardian
) -> None:
    device = await registered(guardian)
    await registered(other_guardian, id=device["id"], model="SM-T290")
    assert await guardian.get("/devices") == [device]
    await other_guardian.call("DELETE", f"/devices/{device['id']}")
    assert await guardian.get("/devices") == [device]


async def test_A11_the_fifty_devices_seen_last_are_kept(
    guardian: Guardian, clock: StoppedClock
) -> None:
    first = await registered(guardian)
    second = await registered(guardian)
    for _ in range(49):
        clock.advance(timedelta(seconds=1))
        await registered(guardian)
        await registered(guardian, id=first["id"])
    ids = [device["id"] for device in await guardian.get("/devices")]
    assert len(ids) == 50
    assert first["id"] in ids
    assert second["id"] not in ids


async def test_A11_a_removed_device_is_gone(guardian: Guardian, other_guardian: Guardian) -> None:
    path = f"/devices/{(await registered(guardian))['id']}"
    stranger = await other_guardian.call("DELETE", path)
    assert (stranger.status_code, stranger.json()["code"]) == (404, "device_not_found")
    assert (await guardian.call("DELETE", path)).status_code == 204
    assert await guardian.get("/devices") == []
    for method, gone in (("DELETE", path), ("GET", f"{path}/settings")):
        answer = await guardian.call(method, gone)
        assert (answer.status_code, answer.json()["code"]) == (404, "device_not_found")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", "not an id"),
        ("platform", "toaster"),
        ("model", ""),
        ("model", " "),
        ("model", "x" * 81),
        ("model", "Pixel\u0000"),
        ("os_version", "fourteen"),
        ("os_version", "14.\n"),
        ("os_version", "1" * 6),
        ("app_version", "1.4 beta"),
        ("app_version", ""),
        ("screen_width", 0),
        ("screen_height", 2**31),
        ("memory_mb", -1),
        ("memory_mb", "much"),
        ("gpu", "\u0000"),
        ("colour", "red"),
    ],
)
async def test_A11_a_wrong_field_is_named(guardian: Guardian, field: str, value: Any) -> None:
    answer = await guardian.call("POST", "/devices", json=tablet(**{field: value}))
    assert answer.status_code == 400
    assert [each["field"] for each in answer.json()["errors"]] == [field]


@pytest.mark.parametrize(
    ("device", "profile", "rule"),
    [
        ({"model": "SM-T290", "memory_mb": 9000}, "low", "galaxy-tab-a-before-a9"),
        ({"model": "sm-x210"}, "medium", "galaxy-tab-a9-and-s6-lite"),
        ({"model": "SM-X710"}, "high", "galaxy-tab-s7-to-s9"),
        ({"platform": "ios", "model": "iPad7,11"}, "low", "ipad-with-a10-or-older"),
        ({"platform": "ios", "model": "iPad12,1"}, "medium", "ipad-with-a12-or-a13"),
        ({"platform": "ios", "model": "iPad13,18"}, "high", "ipad-with-a14-m1-or-newer"),
        ({"os_version": "9.1"}, "low", "old-android"),
        ({"os_version": "9.1", "memory_mb": 9000}, "low", "old-android"),
        ({"memory_mb": 2999}, "low", "little-memory"),
        ({"memory_mb": 7300}, "high", "much-memory"),
        (
            {"platform": "ios", "model": "iPhone15,2", "memory_mb": 5500},
            "high",
            "much-memory-on-ios",
        ),
        ({"platform": "windows", "model": "SM-T290", "os_version": "10.0.22631"}, "medium", None),
        ({"os_version": "10", "memory_mb": 3000}, "medium", None),
        ({"memory_mb": 7299}, "medium", None),
    ],
)
async def test_A11_the_first_rule_that_fits_a_device_chooses_its_profile(
    guardian: Guardian, device: dict[str, Any], profile: str, rule: str | None
) -> None:
    found = await settings_of(guardian, await registered(guardian, **device))
    assert (found["profile"], found["rule"]) == (profile, rule)
    assert found["chosen_by"] == ("rule" if rule else "default")
    assert found["settings"] == _data()["profiles"][profile]


async def test_A11_the_attribute_decides_and_a_change_of_it_is_seen_at_once(
    coordinator: Staff, guardian: Guardian, clock: StoppedClock
) -> None:
    device = await registered(guardian, model="SM-T290")

    async def chosen() -> tuple[str, str]:
        found = await settings_of(guardian, device)
        return found["profile"], found["chosen_by"]

    assert await chosen() == ("low", "rule")
    await grant(coordinator, guardian, "high")
    assert await chosen() == ("high", "attribute")
    attribute = await grant(coordinator, guardian, "medium")
    assert await chosen() == ("medium", "attribute")
    await revoke(coordinator, guardian, attribute)
    assert await chosen() == ("low", "rule")
    until = (clock.now() + timedelta(minutes=5)).isoformat()
    await grant(coordinator, guardian, "high", valid_until=until)
    assert await chosen() == ("high", "attribute")
    clock.advance(timedelta(minutes=5))
    assert await chosen() == ("low", "rule")


async def test_A11_settings_are_sent_again_only_when_they_changed(
    coordinator: Staff, guardian: Guardian
) -> None:
    path = f"/devices/{(await registered(guardian))['id']}/settings"
    first = await guardian.call("GET", path)
    held = {"if-none-match": f'"another", W/{first.headers["etag"]}'}
    unchanged = await guardian.call("GET", path, headers=held)
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert unchanged.headers["etag"] == first.headers["etag"]
    assert "no-cache" in first.headers["cache-control"]
    await grant(coordinator, guardian, "low")
    changed = await guardian.call("GET", path, headers=held)
    assert (changed.status_code, changed.json()["profile"]) == (200, "low")


async def test_A11_a_strangers_device_is_hidden(
    guardian: Guardian, other_guardian: Guardian
) -> None:
    device = await registered(guardian)
    answer = await other_guardian.call("GET", f"/devices/{device['id']}/settings")
    assert (answer.status_code, answer.json()["code"]) == (404, "device_not_found")


def _data() -> dict[str, Any]:
    return msgspec.json.decode(files(models).joinpath("device_profiles.json").read_bytes())


def _without_a_profile(data: dict[str, Any]) -> None:
    del data["profiles"]["high"]


def _without_a_condition(data: dict[str, Any]) -> None:
    data["rules"].append({"name": "everything", "profile": "low"})


def _with_a_name_twice(data: dict[str, Any]) -> None:
    data["rules"].append(data["rules"][0])


def _with_a_slip(data: dict[str, Any]) -> None:
    data["rules"][0]["model"] = "SM-T290"


def _with_a_stretched_picture(data: dict[str, Any]) -> None:
    data["profiles"]["high"]["render_scale"] = 2


@pytest.mark.parametrize(
    "spoil",
    [
        _without_a_profile,
        _without_a_condition,
        _with_a_name_twice,
        _with_a_slip,
        _with_a_stretched_picture,
    ],
)
def test_A11_profiles_that_do_not_hold_up_are_refused_when_dodam_starts(spoil: Any) -> None:
    data = _data()
    msgspec.convert(data, DeviceProfiles)
    spoil(data)
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(data, DeviceProfiles)
