"""G06, A11: who gets which settings, by device, account and share of the children."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from dodam.platform import revisions
from tests.clock import NOON, StoppedClock
from tests.families import Guardian, sign_up
from tests.house import Elsewhere, House
from tests.staff import Staff

from .settings import namespace, publish, rule, settings_of, tablet

_IPAD = {"platform": "ios", "model": "iPad13,18", "app_version": "2.1.0"}
_OLD_TABLET = {"model": "SM-X200"}


async def _speed(
    guardian: Guardian, child: dict[str, Any], name: str, device_id: str | None = None
) -> int:
    return (await settings_of(guardian, child, device_id))[name]["value"]["speed"]


async def _grant(admin: Staff, guardian: Guardian, key: str, value: Any, **fields: Any) -> None:
    form = {"key": key, "value": value, "reason": "for a test", **fields}
    path = f"/staff/accounts/{guardian.account_id}/attributes"
    assert (await admin.call("POST", path, json=form)).status_code == 201


@pytest.mark.parametrize(
    ("when", "fits"),
    [
        ({"platforms": ["ios"]}, {"ipad"}),
        ({"platforms": ["ios", "android"]}, {"ipad", "tablet", "old"}),
        ({"app_versions": {"from": "1.4.0", "below": "1.5"}}, {"tablet", "old"}),
        ({"app_versions": {"from": "1.10"}}, {"ipad"}),
        ({"device_profiles": ["low"]}, {"old"}),
        ({"platforms": ["android"], "device_profiles": ["medium", "high"]}, {"tablet"}),
        ({"rollout": {"percent": 100}}, {"ipad", "tablet", "old", None}),
        ({}, {"ipad", "tablet", "old", None}),
    ],
)
async def test_G06_a_rule_is_for_the_devices_it_names(
    admin: Staff, guardian: Guardian, when: dict[str, Any], fits: set[str | None]
) -> None:
    name, child = await namespace(admin), await guardian.register_child()
    await publish(admin, name, rules=[rule("meant", 99, **when)])
    devices = {
        None: None,
        "tablet": await tablet(guardian),
        "ipad": await tablet(guardian, **_IPAD),
        "old": await tablet(guardian, **_OLD_TABLET),
    }
    found = {
        key for key, each in devices.items() if await _speed(guardian, child, name, each) == 99
    }
    assert found == fits


async def test_G06_the_first_rule_that_fits_wins_and_is_merged_over_the_value_for_everybody(
    admin: Staff, guardian: Guardian
) -> None:
    name, child = await namespace(admin), await guardian.register_child()
    await publish(
        admin,
        name,
        value={"colours": {"grass": "green"}},
        rules=[
            {"name": "night", "when": {"platforms": ["ios"]}, "value": {"colours": {"sky": None}}},
            rule("all", 7),
            rule("never", 8),
        ],
    )
    plain = await settings_of(guardian, child)
    assert plain[name]["value"] == {"speed": 7, "colours": {"sky": "blue", "grass": "green"}}
    ipad = await tablet(guardian, **_IPAD)
    night = await settings_of(guardian, child, ipad)
    assert night[name]["value"] == {"speed": 10, "colours": {"grass": "green"}}


async def test_A11_the_account_s_device_profile_decides_whatever_the_device_is(
    admin: Staff, guardian: Guardian
) -> None:
    name, child = await namespace(admin), await guardian.register_child()
    await publish(admin, name, rules=[rule("low", 1, device_profiles=["low"])])
    ipad = await tablet(guardian, **_IPAD)
    assert await _speed(guardian, child, name, ipad) == 10
    await _grant(admin, guardian, "device_profile", "low")
    assert await _speed(guardian, child, name, ipad) == 1
    assert await _speed(guardian, child, name) == 1
    profile = await guardian.get(f"/devices/{ipad}/settings")
    assert (profile["profile"], profile["chosen_by"]) == ("low", "attribute")


async def test_A10_an_attribute_counts_while_it_is_held(
    admin: Staff, guardian: Guardian, clock: StoppedClock
) -> None:
    name, child = await namespace(admin), await guardian.register_child()
    wanted = {"key": "trial_participant", "value": {"trial": "HAND-2026"}}
    await publish(admin, name, rules=[rule("trial", 3, attributes=[wanted])])
    another = {"trial": "OTHER", "participant": "P-1"}
    await _grant(admin, guardian, "trial_participant", another)
    assert await _speed(guardian, child, name) == 10
    soon = NOON + timedelta(minutes=2)
    await _grant(
        admin,
        guardian,
        "trial_participant",
        {"trial": "HAND-2026", "participant": "P-1"},
        valid_from=soon.isoformat(),
        valid_until=(soon + timedelta(minutes=2)).isoformat(),
    )
    for at, speed in ((NOON, 10), (soon, 3), (soon + timedelta(minutes=2), 10)):
        clock.set(at)
        assert await _speed(guardian, child, name) == speed


async def test_G06_a_rollout_grows_and_drops_nobody(admin: Staff, guardian: Guardian) -> None:
    name = await namespace(admin)
    children = [await guardian.register_child(name=f"아이 {number}") for number in range(5)]
    reached = set[str]()
    for percent in (0, 20, 50, 80, 100):
        await publish(admin, name, rules=[rule("some", 99, rollout={"percent": percent})])
        now = {each["id"] for each in children if await _speed(guardian, each, name) == 99}
        assert reached <= now
        assert percent not in {0, 100} or len(now) == percent / 20
        reached = now


async def test_G06_settings_of_somebody_else_s_device_are_not_to_be_had(
    guardian: Guardian, other_guardian: Guardian
) -> None:
    child = await guardian.register_child()
    for device in (await tablet(other_guardian), str(uuid4())):
        answer = await guardian.call(
            "GET", f"/children/{child['id']}/settings", params={"device_id": device}
        )
        assert (answer.status_code, answer.json()["code"]) == (404, "device_not_found")
    answer = await other_guardian.call("GET", f"/children/{child['id']}/settings")
    assert (answer.status_code, answer.json()["code"]) == (404, "child_not_found")


async def test_G07_who_has_the_settings_is_told_that_they_are_the_same(
    admin: Staff, guardian: Guardian
) -> None:
    name, child = await namespace(admin), await guardian.register_child()
    path = f"/children/{child['id']}/settings"
    first = await guardian.call("GET", path)
    held = {"if-none-match": first.headers["etag"]}
    assert (await guardian.call("GET", path, headers=held)).status_code == 304
    await publish(admin, name, value={"speed": 1})
    changed = await guardian.call("GET", path, headers=held)
    assert changed.json()["settings"][name]["value"]["speed"] == 1
    # Nothing tells a family by which rule it was chosen.
    assert set(changed.json()["settings"][name]) == {"version", "value"}


async def test_G06_every_instance_serves_what_is_published_and_switches_by_itself(
    house: House, elsewhere: Elsewhere, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    guardian = await sign_up(house.http)
    child, there = await guardian.register_child(), elsewhere.same(guardian)
    name = await namespace(house.admin)
    # As if a second passed between any two requests.
    monkeypatch.setattr(revisions, "_LOOK_AGAIN_SECONDS", 0)
    await publish(house.admin, name, value={"speed": 1})
    assert await _speed(there, child, name) == 1
    await publish(house.admin, name, NOON + timedelta(minutes=4), value={"speed": 2})
    for instance in (guardian, there):
        assert await _speed(instance, child, name) == 1
    # Nobody looks at the database from here on.
    monkeypatch.setattr(revisions, "_LOOK_AGAIN_SECONDS", 1_000_000)
    clock.set(NOON + timedelta(minutes=4))
    for instance in (guardian, there):
        assert await _speed(instance, child, name) == 2
    clock.set(NOON)
    for instance in (guardian, there):
        assert await _speed(instance, child, name) == 1
