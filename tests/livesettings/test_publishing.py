"""G06: settings are published at a time, taken back while they are to come, and restored."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from tests.clock import NOON, StoppedClock
from tests.families import Guardian
from tests.staff import Staff

from .settings import DEFAULTS, PATH, define, draft, namespace, publish, rule, settings_of, told

_SOON = timedelta(minutes=4)
_MOMENT = timedelta(microseconds=1)


async def _states(admin: Staff, name: str) -> dict[int, str]:
    listed = await admin.get(f"{PATH}/{name}/versions")
    return {each["version"]: each["state"] for each in listed}


async def _speed(guardian: Guardian, child: dict[str, Any], name: str) -> int:
    return (await settings_of(guardian, child))[name]["value"]["speed"]


async def test_G06_defaults_hold_until_something_is_published(
    admin: Staff, guardian: Guardian
) -> None:
    name, child = await namespace(admin), await guardian.register_child()
    assert (await settings_of(guardian, child))[name] == {"version": 0, "value": DEFAULTS}
    await draft(admin, name, value={"speed": 20})
    assert (await settings_of(guardian, child))[name]["value"] == DEFAULTS


async def test_G06_what_is_published_is_merged_over_the_defaults(
    admin: Staff, guardian: Guardian
) -> None:
    name, child = await namespace(admin), await guardian.register_child()
    version = await publish(admin, name, value={"colours": {"grass": "green"}}, note="bunter")
    assert (version["version"], version["state"], version["note"]) == (1, "in_force", "bunter")
    assert (await settings_of(guardian, child))[name] == {
        "version": 1,
        "value": {"speed": 10, "colours": {"sky": "blue", "grass": "green"}},
    }


async def test_G06_a_version_takes_effect_at_its_instant_without_anybody_doing_anything(
    admin: Staff, guardian: Guardian, clock: StoppedClock
) -> None:
    name, child = await namespace(admin), await guardian.register_child()
    await publish(admin, name, value={"speed": 1})
    await publish(admin, name, NOON + _SOON, value={"speed": 2})
    assert await _states(admin, name) == {2: "scheduled", 1: "in_force"}

    clock.set(NOON + _SOON - _MOMENT)
    assert await _speed(guardian, child, name) == 1
    clock.set(NOON + _SOON)
    assert await _speed(guardian, child, name) == 2
    assert await _states(admin, name) == {2: "in_force", 1: "past"}


async def test_G06_the_later_instant_wins_whichever_was_published_first(
    admin: Staff, guardian: Guardian, clock: StoppedClock
) -> None:
    name, child = await namespace(admin), await guardian.register_child()
    await publish(admin, name, NOON + _SOON, value={"speed": 1})
    await publish(admin, name, value={"speed": 2})
    assert await _speed(guardian, child, name) == 2
    clock.set(NOON + _SOON)
    assert await _speed(guardian, child, name) == 1


async def test_G06_of_one_instant_the_version_published_last_wins(
    admin: Staff, guardian: Guardian, clock: StoppedClock
) -> None:
    name, child = await namespace(admin), await guardian.register_child()
    for speed in (1, 2):
        await publish(admin, name, NOON + _SOON, value={"speed": speed})
    for speed in (3, 4):
        await publish(admin, name, value={"speed": speed})
    assert await _speed(guardian, child, name) == 4
    clock.set(NOON + _SOON)
    assert await _speed(guardian, child, name) == 2


async def test_G06_what_is_published_now_holds_though_the_last_clock_was_a_bit_ahead(
    admin: Staff, guardian: Guardian, clock: StoppedClock
) -> None:
    name, child = await namespace(admin), await guardian.register_child()
    clock.set(NOON + timedelta(seconds=2))
    await publish(admin, name, value={"speed": 1})
    clock.set(NOON)
    late = await publish(admin, name, value={"speed": 2})
    assert late["takes_effect_at"] == "2026-03-18T12:00:02Z"
    clock.set(NOON + timedelta(seconds=2))
    assert await _speed(guardian, child, name) == 2


async def test_G06_what_is_to_come_can_be_cancelled_and_what_took_effect_cannot(
    admin: Staff, guardian: Guardian, clock: StoppedClock
) -> None:
    name, child = await namespace(admin), await guardian.register_child()
    await publish(admin, name, value={"speed": 1})
    await publish(admin, name, NOON + _SOON, value={"speed": 2})
    in_force = await admin.call("DELETE", f"{PATH}/{name}/versions/1")
    assert (in_force.status_code, in_force.json()["code"]) == (409, "took_effect")

    cancelled = await admin.call("DELETE", f"{PATH}/{name}/versions/2")
    assert cancelled.json()["state"] == "cancelled"
    assert cancelled.json()["cancelled_by"] == str(admin.id)
    again = await admin.call("DELETE", f"{PATH}/{name}/versions/2")
    assert again.json() == cancelled.json()
    clock.set(NOON + _SOON)
    assert await _speed(guardian, child, name) == 1
    assert (await admin.call("DELETE", f"{PATH}/{name}/versions/2")).status_code == 200


@pytest.mark.parametrize(
    ("at", "code"),
    [
        ("2026-03-18T11:59:59Z", "out_of_range"),
        ("2027-03-20T00:00:00Z", "out_of_range"),
        ("2026-03-18T12:00:00", "wrong_format"),
        ("soon", "wrong_format"),
    ],
)
async def test_G06_settings_take_effect_from_now_on_within_a_year(
    admin: Staff, at: str, code: str
) -> None:
    name = await namespace(admin)
    edit = (await draft(admin, name, value={"speed": 1})).json()["edit"]
    form = {"edit": edit, "takes_effect_at": at}
    answer = await admin.call("POST", f"{PATH}/{name}/versions", json=form)
    assert told(answer) == {"takes_effect_at": code}
    assert await _states(admin, name) == {}


async def test_G06_only_the_draft_that_was_looked_at_is_published(admin: Staff) -> None:
    name = await namespace(admin)
    nothing = await admin.call("POST", f"{PATH}/{name}/versions", json={"edit": 0})
    assert (nothing.status_code, nothing.json()["code"]) == (409, "edited_meanwhile")
    await draft(admin, name, value={"speed": 1})
    await draft(admin, name, value={"speed": 2})
    stale = await admin.call("POST", f"{PATH}/{name}/versions", json={"edit": 1})
    assert (stale.status_code, stale.json()["details"]) == (409, {"edit": 2})
    assert await _states(admin, name) == {}


async def test_G06_of_members_who_publish_at_once_one_does(admin: Staff) -> None:
    name = await namespace(admin)
    edit = (await draft(admin, name, value={"speed": 1})).json()["edit"]
    answers = await asyncio.gather(
        *(admin.call("POST", f"{PATH}/{name}/versions", json={"edit": edit}) for _ in range(8))
    )
    assert sorted(answer.status_code for answer in answers) == [201, *[409] * 7]
    assert await _states(admin, name) == {1: "in_force"}


async def test_G06_publishing_and_a_schema_that_forbids_it_do_not_pass_each_other(
    admin: Staff,
) -> None:
    strict = {"type": "object", "properties": {"speed": {"type": "integer", "maximum": 50}}}
    for _ in range(5):
        name = await namespace(admin)
        edit = (await draft(admin, name, value={"speed": 99})).json()["edit"]
        published, changed = await asyncio.gather(
            admin.call("POST", f"{PATH}/{name}/versions", json={"edit": edit}),
            define(admin, name, schema=strict, edit=1),
        )
        assert (published.status_code, changed.status_code) in {(201, 400), (400, 200)}


async def test_G06_an_earlier_version_is_restored_as_a_new_one(
    admin: Staff, guardian: Guardian
) -> None:
    name, child = await namespace(admin), await guardian.register_child()
    rules = [{"name": "everybody", "value": {"speed": 5}}]
    await publish(admin, name, value={"speed": 1}, rules=rules)
    await publish(admin, name, value={"speed": 2})
    answer = await admin.call(
        "POST", f"{PATH}/{name}/versions/1/restore", json={"note": "zu schwer"}
    )
    restored = answer.json()
    assert (answer.status_code, restored["version"], restored["restores"]) == (201, 3, 1)
    assert restored["rules"] == rules
    assert (await settings_of(guardian, child))[name] == {
        "version": 3,
        "value": {**DEFAULTS, "speed": 5},
    }
    missing = await admin.call("POST", f"{PATH}/{name}/versions/9/restore", json={})
    assert (missing.status_code, missing.json()["code"]) == (404, "settings_version_not_found")


async def test_G06_what_the_schema_of_today_forbids_is_not_restored(admin: Staff) -> None:
    name = await namespace(admin)
    await publish(admin, name, value={"speed": 1}, rules=[rule("fast", 99)])
    await publish(admin, name, value={"speed": 2})
    schema = {"type": "object", "properties": {"speed": {"type": "integer", "maximum": 50}}}
    assert (await define(admin, name, schema=schema, edit=1)).status_code == 200
    answer = await admin.call("POST", f"{PATH}/{name}/versions/1/restore", json={})
    assert told(answer) == {"rules[0].value.speed": "out_of_range"}
