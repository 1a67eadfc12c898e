"""G06: drafts hold nothing that a client could not be given, and nobody's edit is lost."""

import asyncio
from typing import Any

import pytest

from tests.staff import Staff

from .settings import PATH, draft, namespace, publish, rule, told


def _nested(levels: int) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for _ in range(levels - 1):
        value = {"a": value}
    return value


async def test_G06_without_a_draft_there_is_what_is_in_force(admin: Staff) -> None:
    name = await namespace(admin)
    assert await admin.get(f"{PATH}/{name}/draft") == {
        "edit": 0,
        "value": {},
        "rules": [],
        "note": "",
        "changed_at": None,
        "changed_by": None,
    }


async def test_G06_a_draft_comes_back_as_it_was_written_and_stays_after_it_is_published(
    admin: Staff,
) -> None:
    name = await namespace(admin)
    rules = [
        rule(
            "everything",
            5,
            platforms=["ios", "android"],
            app_versions={"from": "1.4", "below": "2.0.0-beta.1"},
            device_profiles=["low"],
            attributes=[{"key": "tester"}, {"key": "trial_participant", "value": {"trial": "A"}}],
            rollout={"percent": 12.34, "salt": "spring"},
        ),
        {"name": "nothing"},
    ]
    answer = await draft(admin, name, value={"speed": 7}, rules=rules, note="왜냐하면")
    assert answer.status_code == 200, answer.text
    assert answer.json() == {
        "edit": 1,
        "value": {"speed": 7},
        "rules": rules,
        "note": "왜냐하면",
        "changed_at": "2026-03-18T12:00:00Z",
        "changed_by": str(admin.id),
    }
    await publish(admin, name, value={"speed": 7}, rules=rules)
    kept = await admin.get(f"{PATH}/{name}/draft")
    assert (kept["edit"], kept["value"], kept["rules"]) == (3, {"speed": 7}, rules)


async def test_G06_an_edit_that_builds_on_an_older_one_is_refused(admin: Staff) -> None:
    name = await namespace(admin)
    await draft(admin, name, value={"speed": 1})
    for stale in (0, 2):
        answer = await admin.call(
            "PUT", f"{PATH}/{name}/draft", json={"edit": stale, "value": {"speed": 2}}
        )
        assert (answer.status_code, answer.json()["code"]) == (409, "edited_meanwhile")
        assert answer.json()["details"] == {"edit": 1}
    assert (await admin.get(f"{PATH}/{name}/draft"))["value"] == {"speed": 1}


@pytest.mark.parametrize("begun", [False, True])
async def test_G06_of_members_who_write_at_once_one_does(admin: Staff, *, begun: bool) -> None:
    name = await namespace(admin)
    if begun:
        await draft(admin, name)
    forms = [{"edit": int(begun), "value": {"speed": speed}} for speed in range(8)]
    answers = await asyncio.gather(
        *(admin.call("PUT", f"{PATH}/{name}/draft", json=form) for form in forms)
    )
    assert sorted(answer.status_code for answer in answers) == [200, *[409] * 7]
    [written] = [answer.json() for answer in answers if answer.status_code == 200]
    assert await admin.get(f"{PATH}/{name}/draft") == written


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"value": {"speed": 101}}, {"value.speed": "out_of_range"}),
        ({"value": {"speed": None}}, {"value.speed": "required"}),
        ({"value": {"wind": 1}}, {"value.wind": "unknown_field"}),
        (
            {"rules": [rule("a", 1), rule("b", -1), {"name": "c", "value": {"speed": None}}]},
            {"rules[1].value.speed": "out_of_range", "rules[2].value.speed": "required"},
        ),
        # What is wrong for everybody is told once.
        ({"value": {"speed": 101}, "rules": [{"name": "a"}]}, {"value.speed": "out_of_range"}),
        ({"rules": [rule("a", 1), rule("a", 2)]}, {"rules[1].name": "given_twice"}),
        ({"rules": [rule("Ä", 1)]}, {"rules[0].name": "wrong_format"}),
        ({"rules": [rule("a", 1, planet="mars")]}, {"rules[0].when.planet": "unknown_field"}),
        ({"rules": [rule("a", 1, platforms=[])]}, {"rules[0].when.platforms": "wrong_length"}),
        (
            {"rules": [rule("a", 1, platforms=["gameboy"])]},
            {"rules[0].when.platforms[0]": "not_a_choice"},
        ),
        (
            {"rules": [rule("a", 1, app_versions={})]},
            {"rules[0].when.app_versions": "not_valid"},
        ),
        (
            {"rules": [rule("a", 1, app_versions={"from": "1.10", "below": "1.9"})]},
            {"rules[0].when.app_versions": "not_valid"},
        ),
        (
            {"rules": [rule("a", 1, app_versions={"from": "one"})]},
            {"rules[0].when.app_versions.from": "wrong_format"},
        ),
        (
            {"rules": [rule("a", 1, rollout={"percent": 100.01})]},
            {"rules[0].when.rollout.percent": "out_of_range"},
        ),
        (
            {"rules": [rule("a", 1, rollout={"percent": 0.001})]},
            {"rules[0].when.rollout": "not_valid"},
        ),
        ({"rules": [rule(f"r{place}", 1) for place in range(1_001)]}, {"rules": "wrong_length"}),
        ({"value": {"colours": {"sky": "x" * 65_536}}}, {"value": "too_large"}),
        ({"value": {"colours": _nested(25)}}, {"value": "too_deep"}),
        ({"value": {"colours": {"sky": "a\x00b"}}}, {"value": "wrong_format"}),
        (
            {"rules": [{"name": "a", "value": {"colours": {"\x00": "b"}}}]},
            {"rules": "wrong_format"},
        ),
        ({"note": "a\x00b"}, {"note": "wrong_format"}),
    ],
)
async def test_G06_what_cannot_be_is_refused_and_named(
    admin: Staff, fields: dict[str, Any], named: dict[str, str]
) -> None:
    name = await namespace(admin)
    assert told(await draft(admin, name, **fields)) == named
    assert (await admin.get(f"{PATH}/{name}/draft"))["edit"] == 0


async def test_G06_a_thousand_rules_are_taken_as_long_as_they_come_to_little(admin: Staff) -> None:
    name = await namespace(admin)
    rules = [rule(f"rule-{place}", place % 100) for place in range(1_000)]
    taken = await draft(admin, name, rules=rules)
    assert taken.status_code == 200, taken.text
    everybodys = {"colours": {f"colour-{number}": "x" * 20 for number in range(150)}}
    answer = await draft(admin, name, value=everybodys, rules=rules)
    assert told(answer) == {"rules": "too_large"}
