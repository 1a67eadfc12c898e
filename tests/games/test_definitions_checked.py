"""G02: what a definition must keep to, and what an author may find out before it is published."""

import json
from typing import Any
from uuid import uuid4

import pytest

from tests.staff import Staff

from .authors import DEFINITION, new_game_id, publish, refused, save


def of_results(**fields: Any) -> dict[str, Any]:
    return {**DEFINITION["result_schema"], **fields}


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        (
            {"result_schema": {"type": "object", "properties": {"a": {"$id": "x"}}}},
            {"result_schema.properties.a.$id": "unknown_field"},
        ),
        (
            {"result_schema": of_results(properties={"fish": {"pattern": "(?=a)"}})},
            {"result_schema.properties.fish.pattern": "wrong_format"},
        ),
        ({"settings_schema": {"type": "array"}}, {"settings_schema.type": "not_a_choice"}),
        ({"settings": {"speed": 9}}, {"settings.speed": "out_of_range"}),
        (
            {"settings": {"sped": 1}},
            {"settings.speed": "required", "settings.sped": "unknown_field"},
        ),
        ({"name": {"ko": "  ", "en": "Fishing"}}, {"name.ko": "wrong_length"}),
        ({"name": {"ko": "낚시", "en": "F" * 41}}, {"name.en": "wrong_length"}),
        (
            {"description": {"ko": "", "en": "x" * 501}},
            {
                "description.ko": "wrong_length",
                "description.en": "wrong_length",
            },
        ),
        ({"description": {"ko": "\x00", "en": "x"}}, {"definition": "wrong_format"}),
        ({"icon": str(uuid4())}, {"icon": "unknown_medium"}),
    ],
)
async def test_G02_a_definition_that_would_not_do_is_refused_by_its_fields(
    admin: Staff, fields: dict[str, Any], wrong: dict[str, str]
) -> None:
    assert await refused(admin, **fields) == wrong


@pytest.mark.parametrize(
    ("aggregates", "wrong"),
    [
        ([{"name": "a", "kind": "count", "of": "/fish"}], {"aggregates[0].of": "not_allowed"}),
        ([{"name": "a", "kind": "sum"}], {"aggregates[0].of": "required"}),
        ([{"name": "a", "kind": "best", "of": "/fihs"}], {"aggregates[0].of": "no_number"}),
        ([{"name": "a", "kind": "best", "of": "/casts"}], {"aggregates[0].of": "no_number"}),
        ([{"name": "a", "kind": "best", "of": "/casts/0/fish"}], {"aggregates[0].of": "no_number"}),
        (
            [{"name": "a", "kind": "count"}, {"name": "a", "kind": "sum", "of": "/fish"}],
            {"aggregates": "not_unique"},
        ),
    ],
)
async def test_G03_an_aggregate_is_of_a_number_that_results_have(
    admin: Staff, aggregates: list[Any], wrong: dict[str, str]
) -> None:
    assert await refused(admin, aggregates=aggregates) == wrong


async def test_G03_a_number_may_lie_deep_and_behind_references(admin: Staff) -> None:
    schema = {
        "type": "object",
        "$defs": {"score": {"type": ["number", "null"]}},
        "properties": {
            "a/b": {"allOf": [{"$ref": "#/$defs/score"}]},
            "pair": {"prefixItems": [{"type": "string"}, {"$ref": "#/$defs/score"}]},
            "rounds": {"items": {"anyOf": [{"type": "string"}, {"type": "integer"}]}},
            "by_hand": {"additionalProperties": {"type": "number"}},
        },
        "if": {"required": ["rounds"]},
        "then": {"properties": {"bonus": {"type": "integer"}}},
    }
    pointers = ["/a~1b", "/pair/1", "/rounds/7", "/by_hand/left", "/bonus"]
    aggregates = [
        {"name": f"n{n}", "kind": "best", "of": pointer} for n, pointer in enumerate(pointers)
    ]
    answer = await save(admin, new_game_id(), result_schema=schema, aggregates=aggregates)
    assert answer.status_code == 200, answer.text


async def test_G03_a_reward_asks_for_a_number_that_results_have(admin: Staff) -> None:
    reward = {"name": "full_net", "tickets": 1, "when": {"of": "/fihs", "at_least": 3}}
    assert await refused(admin, rewards=[reward]) == {"rewards[0].when.of": "no_number"}
    twice = [{"name": "full_net", "tickets": 1}] * 2
    assert await refused(admin, rewards=twice) == {"rewards": "not_unique"}


def nested(levels: int) -> dict[str, Any]:
    condition: dict[str, Any] = {"kind": "therapy_done"}
    for _ in range(levels):
        condition = {"kind": "all", "of": [condition]}
    return condition


@pytest.mark.parametrize(
    ("unlock", "wrong"),
    [
        (nested(5), {"unlock": "too_deep"}),
        (
            {"kind": "all", "of": [{"kind": "any", "of": [{"kind": "ticket"}] * 10}] * 5},
            {"unlock": "too_large"},
        ),
        ({"kind": "attribute", "key": "testr"}, {"unlock.key": "unknown_attribute"}),
        (
            {"kind": "any", "of": [{"kind": "attribute", "key": "tester", "value": "yes"}]},
            {"unlock.of[0].value": "wrong_type"},
        ),
        (
            {"kind": "attribute", "key": "tester", "value": None},
            {"unlock.value": "wrong_type"},
        ),
        (
            {"kind": "attribute", "key": "trial_participant", "value": {"tria": "HAND"}},
            {"unlock.value": "wrong_type"},
        ),
        (
            {"kind": "attribute", "key": "device_profile", "value": "mighty"},
            {"unlock.value": "wrong_type"},
        ),
    ],
)
async def test_G04_conditions_are_few_and_ask_for_what_accounts_can_have(
    admin: Staff, unlock: dict[str, Any], wrong: dict[str, str]
) -> None:
    assert await refused(admin, unlock=unlock) == wrong


@pytest.mark.parametrize(
    "unlock",
    [
        nested(4),
        {"kind": "attribute", "key": "tester", "value": True},
        {"kind": "attribute", "key": "trial_participant"},
        {"kind": "attribute", "key": "trial_participant", "value": {"trial": "HAND-2026"}},
    ],
)
async def test_G04_conditions_that_can_hold_are_taken(admin: Staff, unlock: dict[str, Any]) -> None:
    answer = await save(admin, new_game_id(), unlock=unlock)
    assert answer.status_code == 200, answer.text


async def test_G02_conditions_nested_without_end_are_refused_by_an_answer(admin: Staff) -> None:
    levels = 100_000
    form = json.dumps({"edit": 0, "definition": {**DEFINITION, "unlock": "HERE"}})
    endless = '{"kind": "all", "of": [' * levels + '{"kind": "ticket"}' + "]}" * levels
    answer = await admin.call(
        "PUT", f"/staff/games/{new_game_id()}/draft", content=form.replace('"HERE"', endless)
    )
    assert answer.status_code == 400


async def test_G02_a_definition_is_128_kib_at_most_and_its_settings_64(admin: Staff) -> None:
    many = {f"field_{n}": {"description": "x" * 600, "type": "string"} for n in range(90)}
    texts = {"type": "object", "properties": {"long": {"type": "string"}}}
    large: dict[str, Any] = {
        "result_schema": {"type": "object", "properties": many},
        "aggregates": [],
        "settings_schema": texts,
    }
    whole = await refused(admin, **large, settings={"long": "x" * 90_000})
    assert whole == {"definition": "too_large"}
    assert await refused(admin, **large, settings={"long": "x" * 65_536}) == {
        "settings": "too_large"
    }


@pytest.mark.parametrize("game", ["A", "a", "1up", "up-stairs", "a" * 41, "가", "order"])
async def test_G02_a_games_id_is_a_name_for_programs(admin: Staff, game: str) -> None:
    assert (await save(admin, game)).status_code == 400


async def test_G02_an_author_sees_what_comes_of_a_sample(admin: Staff) -> None:
    game = new_game_id()
    await save(
        admin,
        game,
        aggregates=[
            {"name": "fish", "kind": "sum", "of": "/fish"},
            {"name": "times", "kind": "count"},
            {"name": "slowest", "kind": "best", "of": "/casts/0/seconds"},
        ],
        rewards=[
            {"name": "played", "tickets": 1},
            {"name": "full_net", "tickets": 2, "when": {"of": "/fish", "at_least": 20}},
        ],
    )
    tried = await admin.call("POST", f"/staff/games/{game}/try", json={"result": {"fish": 20}})
    assert tried.status_code == 200
    assert tried.json() == {
        "version": None,
        "errors": [],
        "aggregates": {"fish": 20, "times": 1, "slowest": None},
        "rewards": [{"name": "played", "tickets": 1}, {"name": "full_net", "tickets": 2}],
    }


async def test_G02_an_author_sees_what_is_wrong_with_a_sample(admin: Staff) -> None:
    game = new_game_id()
    await publish(admin, game)
    sample: dict[str, Any] = {
        "version": 1,
        "result": {"fish": -1, "casts": [{}, {"second": 3}]},
        "settings": {"speed": 9},
    }
    answer = await admin.call(
        "POST", f"/staff/games/{game}/try", json=sample, headers={"accept-language": "ko"}
    )
    tried = answer.json()
    assert {each["field"]: each["code"] for each in tried["errors"]} == {
        "result.fish": "out_of_range",
        "result.casts[1].second": "unknown_field",
        "settings.speed": "out_of_range",
    }
    assert "0 이상이어야 해요." in {each["message"] for each in tried["errors"]}
    assert (tried["aggregates"], tried["rewards"]) == ({}, [])


async def test_G02_a_sample_is_held_against_what_is_there(admin: Staff) -> None:
    game = new_game_id()
    await publish(admin, game)
    for version, status, code in (
        (None, 409, "nothing_drafted"),
        (2, 404, "game_version_not_found"),
    ):
        sample: dict[str, Any] = {"result": {}, "version": version}
        answer = await admin.call("POST", f"/staff/games/{game}/try", json=sample)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
