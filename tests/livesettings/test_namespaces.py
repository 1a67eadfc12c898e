"""G06: what settings look like, who says so, and that what is published goes on fitting."""

from contextlib import suppress
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest

from dodam.bootstrap import Dodam
from dodam.platform.errors import InvalidInput
from tests.clock import NOON
from tests.families import Guardian
from tests.house import House
from tests.staff import Staff

from .settings import (
    DEFAULTS,
    PATH,
    SCHEMA,
    define,
    draft,
    namespace,
    publish,
    rule,
    settings_of,
    told,
)

_SLOW: dict[str, Any] = {
    "type": "object",
    "properties": {"speed": {"type": "integer", "maximum": 50}},
}


async def _listed(admin: Staff, name: str) -> dict[str, Any]:
    [found] = [each for each in await admin.get(PATH) if each["name"] == name]
    return found


async def test_G06_staff_make_a_namespace_and_see_how_it_stands(admin: Staff) -> None:
    name = await namespace(admin)
    made = await admin.get(f"{PATH}/{name}")
    assert (made["schema"], made["defaults"], made["owner"]) == (SCHEMA, DEFAULTS, "staff")
    assert (made["edit"], made["changed_by"], made["retired_at"]) == (1, str(admin.id), None)
    await publish(admin, name, value={"speed": 1})
    await publish(admin, name, NOON.replace(hour=13), value={"speed": 2})
    standing = await _listed(admin, name)
    assert (standing["version"], standing["scheduled"], standing["draft"]) == (1, [2], 4)


async def test_G06_a_change_that_builds_on_an_older_one_is_refused(admin: Staff) -> None:
    name = await namespace(admin)
    again = await define(admin, name)
    assert (again.status_code, again.json()["code"]) == (409, "edited_meanwhile")
    assert again.json()["details"] == {"edit": 1}
    assert (await define(admin, name, edit=1)).json()["edit"] == 2


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"defaults": {}}, {"defaults.speed": "required"}),
        ({"schema": {"type": "number"}}, {"schema.type": "not_a_choice"}),
        ({"defaults": {"speed": 1, "colours": {"\x00": "a"}}}, {"defaults": "wrong_format"}),
    ],
)
async def test_G06_defaults_keep_to_their_schema(
    admin: Staff, fields: dict[str, Any], named: dict[str, str]
) -> None:
    assert told(await define(admin, f"test_{uuid4().hex[:8]}", **fields)) == named


async def test_G06_a_schema_under_which_something_published_breaks_is_refused(
    admin: Staff,
) -> None:
    name = await namespace(admin)
    await publish(admin, name, value={"speed": 99})
    await publish(admin, name, value={"speed": 2}, rules=[rule("slow", 1), rule("fast", 60)])
    await publish(admin, name, NOON.replace(hour=13), value={"speed": 70})
    await publish(admin, name, NOON.replace(hour=14), value={"speed": 80})
    await admin.call("DELETE", f"{PATH}/{name}/versions/4")
    # The first is past, the fourth was cancelled.
    assert told(await define(admin, name, schema=_SLOW, edit=1)) == {
        "versions[2].rules[1].value.speed": "out_of_range",
        "versions[3].value.speed": "out_of_range",
    }
    assert (await admin.get(f"{PATH}/{name}"))["schema"] == SCHEMA


async def test_G06_new_defaults_hold_wherever_nothing_else_is_published(
    admin: Staff, guardian: Guardian
) -> None:
    name, child = await namespace(admin), await guardian.register_child()
    await publish(admin, name, value={"speed": 1})
    defaults = {"speed": 3, "colours": {"sky": "grey"}}
    assert (await define(admin, name, defaults=defaults, edit=1)).status_code == 200
    value = {"speed": 1, "colours": {"sky": "grey"}}
    assert (await settings_of(guardian, child))[name] == {"version": 1, "value": value}


async def test_G06_a_retired_namespace_is_given_to_nobody_until_it_is_brought_back(
    admin: Staff, guardian: Guardian
) -> None:
    name, child = await namespace(admin), await guardian.register_child()
    await publish(admin, name, value={"speed": 1})
    for _ in range(2):
        assert (await admin.call("DELETE", f"{PATH}/{name}")).status_code == 204
    assert name not in await settings_of(guardian, child)
    assert (await _listed(admin, name))["retired_at"] == "2026-03-18T12:00:00Z"
    assert (await admin.get(f"{PATH}/{name}/versions/1"))["value"] == {"speed": 1}
    edit = (await admin.get(f"{PATH}/{name}/draft"))["edit"]
    for method, path, form in (
        ("PUT", "draft", {"edit": edit}),
        ("POST", "versions", {"edit": edit}),
        ("POST", "versions/1/restore", {}),
    ):
        answer = await admin.call(method, f"{PATH}/{name}/{path}", json=form)
        assert (answer.status_code, answer.json()["code"]) == (404, "settings_not_found"), path
    assert (await define(admin, name, edit=2)).json()["retired_at"] is None
    assert (await settings_of(guardian, child))[name]["value"]["speed"] == 1


async def test_G06_names_of_games_are_not_for_staff_to_take(admin: Staff) -> None:
    assert told(await define(admin, "games.mine")) == {"namespace": "reserved"}
    assert (await define(admin, "Not-A-Name")).status_code == 400


async def test_G02_a_game_defines_its_settings_and_staff_publish_values_only(
    system: Dodam, admin: Staff, guardian: Guardian
) -> None:
    name, child = f"games.test_{uuid4().hex[:8]}", await guardian.register_child()
    async with system.database.transaction() as tx:
        await system.live_settings.define(tx, name, SCHEMA, DEFAULTS)
    assert (await settings_of(guardian, child))[name]["value"] == DEFAULTS
    for answer in (
        await define(admin, name, edit=1),
        await admin.call("DELETE", f"{PATH}/{name}"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "settings_owned")
    await publish(admin, name, value={"speed": 80})
    with pytest.raises(InvalidInput) as refused:
        async with system.database.transaction() as tx:
            await system.live_settings.define(tx, name, _SLOW, {"speed": 1})
    assert [each.field for each in refused.value.fields] == ["versions[1].value.speed"]
    assert (await settings_of(guardian, child))[name]["value"]["speed"] == 80


async def test_G06_a_definition_that_is_rolled_back_leaves_no_trace(
    system: Dodam, guardian: Guardian
) -> None:
    name, child = f"games.test_{uuid4().hex[:8]}", await guardian.register_child()
    with suppress(ZeroDivisionError):
        async with system.database.transaction() as tx:
            await system.live_settings.define(tx, name, SCHEMA, DEFAULTS)
            raise ZeroDivisionError
    assert name not in await settings_of(guardian, child)


async def test_G06_what_comes_with_the_product_keeps_what_staff_published(house: House) -> None:
    before = {each["name"]: each for each in await house.admin.get(PATH)}
    assert {name for name, each in before.items() if each["owner"] == "release"} == {
        "app",
        "difficulty",
    }
    value = {"levels": {"1": {"speed": 0.2}}}
    await publish(house.admin, "difficulty", value=value)
    await house.dodam.load_catalogue()
    after = {each["name"]: each for each in await house.admin.get(PATH)}
    assert (after["difficulty"]["version"], after["difficulty"]["edit"]) == (1, 1)
    assert (await house.admin.get(f"{PATH}/difficulty/versions/1"))["value"] == value
    refused = await define(house.admin, "difficulty", edit=1)
    assert (refused.status_code, refused.json()["code"]) == (409, "settings_owned")


async def test_G06_a_release_does_not_break_what_is_in_force(house: House) -> None:
    """As when a release forbids what an older one allowed: the older rules stay."""
    await publish(house.admin, "app", value={"minimum_version": {"ios": "1.2.0"}})
    async with house.dodam.database.transaction() as tx:
        await tx.execute(
            "update livesettings.publication set value = $1 where namespace = 'app'",
            {"minimum_version": {"ios": "newest"}},
        )
        await tx.execute(
            "update livesettings.namespace set schema = $1 where name = 'app'", {"type": "object"}
        )
    await house.dodam.load_catalogue()
    assert (await house.admin.get(f"{PATH}/app"))["schema"] == {"type": "object"}
    assert (await draft(house.admin, "app", value={"anything": True})).status_code == 200


async def test_G06_levels_become_harder_step_by_step(house: House) -> None:
    levels = (await house.admin.get(f"{PATH}/difficulty"))["defaults"]["levels"]
    in_order = [levels[str(level)] for level in range(1, 11)]
    for easier, harder in pairwise(in_order):
        assert easier["speed"] < harder["speed"]
        assert easier["target_size"] > harder["target_size"]
        assert easier["hold_ms"] < harder["hold_ms"]
        assert easier["time_limit_s"] > harder["time_limit_s"]


async def test_G06_a_level_may_take_its_time(house: House) -> None:
    drafted = await draft(
        house.admin, "difficulty", value={"levels": {"1": {"time_limit_s": None}}}
    )
    assert drafted.status_code == 200, drafted.text
    answer = await house.admin.call(
        "POST", "/staff/settings/difficulty/preview", json={"client": {}}
    )
    assert "time_limit_s" not in answer.json()["value"]["levels"]["1"]
