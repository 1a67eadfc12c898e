"""T02: templates that clinicians plan by, whichever hand is affected."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from dodam.bootstrap import Dodam
from dodam.features.accounts.models.permissions import Role
from dodam.platform.settings import Settings
from tests.families import Guardian
from tests.staff import Staff, care_member, member

from .steps import problem, repetitions, rows

PATH = "/staff/plan-templates"
PINCH = repetitions("tip_pinch", 10)
BOTH = repetitions("bimanual_hold", 5)


def _form(**fields: Any) -> dict[str, Any]:
    days = [
        {"weekday": 1, "hand": "affected", "items": [PINCH, BOTH], "at": "17:00:00"},
        {"weekday": 3, "hand": "other", "items": [PINCH]},
    ]
    return {"name": "집게 쥐기", "days": days, **fields}


@pytest.fixture
async def clinician(
    system: Dodam, settings: Settings, guardian: Guardian, child: dict[str, Any]
) -> Staff:
    return await care_member(system, guardian.http, settings, child)


async def _made(who: Staff, **fields: Any) -> dict[str, Any]:
    answer = await who.call("POST", PATH, json=_form(**fields))
    assert answer.status_code == 201, answer.text
    return answer.json()


async def _listed(who: Staff, template: dict[str, Any]) -> list[dict[str, Any]]:
    return [each for each in await who.get(PATH) if each["id"] == template["id"]]


async def _apply(
    who: Staff, child: dict[str, Any], template: dict[str, Any], **fields: Any
) -> dict[str, Any]:
    form = {"template_id": template["id"], **fields}
    path = f"/children/{child['id']}/plans/from-template"
    answer = await who.call("POST", path, json=form)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_T02_a_template_is_answered_and_listed_as_it_was_made(clinician: Staff) -> None:
    made = await _made(clinician)
    assert (made["version"], made["name"]) == (1, "집게 쥐기")
    assert made["made_by"] == str(clinician.id)
    assert [(day["weekday"], day["hand"]) for day in made["days"]] == [
        (1, "affected"),
        (3, "other"),
    ]
    assert await _listed(clinician, made) == [made]


@pytest.mark.parametrize(
    ("hands", "expected"),
    [
        ({"affected_hand": "left"}, ["left", "right"]),
        ({"affected_hand": "right"}, ["right", "left"]),
        ({"affected_hand": "both", "dominant_hand": "left"}, ["left", "right"]),
    ],
)
async def test_T02_a_template_fits_the_hands_of_each_child(
    system: Dodam,
    settings: Settings,
    guardian: Guardian,
    hands: dict[str, str],
    expected: list[str],
) -> None:
    child = await guardian.register_child(**hands)
    clinician = await care_member(system, guardian.http, settings, child)
    template = await _made(clinician)
    plan = await _apply(
        clinician, child, template, starts_on="2026-03-20", ends_on="2026-04-20", note="화이팅"
    )
    assert [day["hand"] for day in plan["days"]] == expected
    assert (plan["source"], plan["made_by"]) == ("clinician", str(clinician.id))
    assert (plan["starts_on"], plan["ends_on"]) == ("2026-03-20", "2026-04-20")
    assert (plan["note"], plan["days"][0]["at"]) == ("화이팅", "17:00:00")
    assert await guardian.get(f"/children/{child['id']}/plans?limit=1") == [plan]


async def test_T02_a_template_may_leave_the_hands_to_a_rule(
    clinician: Staff, child: dict[str, Any]
) -> None:
    days = [{"weekday": weekday, "items": [PINCH]} for weekday in (1, 2)]
    rule = {"rule": "ratio", "affected_share": 0.75}
    template = await _made(clinician, days=days, hand_rule=rule, rests_on_holidays_of="KR")
    plan = await _apply(clinician, child, template)
    assert plan["hand_rule"] == {**rule, "affected_hand": "left", "first_hand": "left"}
    assert "2026-05-05" in plan["rests_on"]


async def test_T02_a_changed_template_leaves_the_plans_made_by_it(
    clinician: Staff, guardian: Guardian, child: dict[str, Any]
) -> None:
    template = await _made(clinician)
    plan = await _apply(clinician, child, template)
    form = _form(name="집게 쥐기 2", days=[{"weekday": 5, "hand": "other", "items": [BOTH]}])
    answer = await clinician.call("PUT", f"{PATH}/{template['id']}", json=form)
    assert (answer.status_code, answer.json()["version"]) == (200, 2)
    assert await _listed(clinician, template) == [answer.json()]
    assert await guardian.get(f"/children/{child['id']}/plans?limit=1") == [plan]
    again = await _apply(clinician, child, template)
    assert [day["weekday"] for day in again["days"]] == [5]


async def test_T02_an_archived_template_is_offered_to_nobody(
    clinician: Staff, child: dict[str, Any]
) -> None:
    template = await _made(clinician)
    path = f"{PATH}/{template['id']}"
    assert (await clinician.call("DELETE", path)).status_code == 204
    assert await _listed(clinician, template) == []
    form = {"template_id": template["id"]}
    apply = f"/children/{child['id']}/plans/from-template"
    for method, where, body in (
        ("DELETE", path, None),
        ("PUT", path, _form()),
        ("POST", apply, form),
        ("POST", apply, {"template_id": str(uuid4())}),
    ):
        answer = await clinician.call(method, where, json=body)
        problem(answer, 404, "plan_template_not_found")


async def test_T02_changes_at_once_are_each_a_version(system: Dodam, clinician: Staff) -> None:
    template = await _made(clinician)
    path = f"{PATH}/{template['id']}"
    names = [f"{number}" for number in range(6)]
    answers = await asyncio.gather(
        *(clinician.call("PUT", path, json=_form(name=name)) for name in names)
    )
    assert sorted(answer.json()["version"] for answer in answers) == [2, 3, 4, 5, 6, 7]
    query = "select name from therapy.plan_template where id = $1 and version > 1"
    stored = [row["name"] for row in await rows(system, query, UUID(template["id"]))]
    assert sorted(stored) == names
    trail = "select details from audit.entry where subject_id = $1 order by at, id"
    versions = [
        row["details"]["version"] for row in await rows(system, trail, UUID(template["id"]))
    ]
    assert versions == [1, 2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"name": " "}, {"name": "wrong_format"}),
        ({"name": "x" * 101}, {"name": "wrong_length"}),
        ({"days": []}, {"days": "wrong_length"}),
        (
            {"days": [{"weekday": 1, "hand": "left", "items": [PINCH]}]},
            {"days[0].hand": "not_a_choice"},
        ),
        ({"days": [{"weekday": 1, "items": [PINCH]}]}, {"days[0].hand": "hand_or_rule"}),
        (
            {"days": [{"weekday": 1, "hand": "other", "items": [repetitions("cartwheel", 1)]}]},
            {"days[0].items[0].motion": "unknown_motion"},
        ),
        ({"rests_on_holidays_of": "XX"}, {"rests_on_holidays_of": "unknown_country"}),
        ({"source": "protocol"}, {"source": "unknown_field"}),
    ],
)
async def test_T02_a_template_that_cannot_be_is_refused_by_field(
    clinician: Staff, fields: dict[str, Any], wrong: dict[str, str]
) -> None:
    answer = await clinician.call("POST", PATH, json=_form(**fields))
    assert problem(answer, 400, "invalid_input") == wrong


async def test_T02_a_protocol_is_planned_by_a_template_where_one_may(
    system: Dodam,
    settings: Settings,
    guardian: Guardian,
    clinician: Staff,
    child: dict[str, Any],
) -> None:
    template = await _made(clinician)
    coordinator = await care_member(system, guardian.http, settings, child, Role.TRIAL_COORDINATOR)
    plan = await _apply(coordinator, child, template, source="protocol")
    assert plan["source"] == "protocol"
    form = {"template_id": template["id"], "source": "protocol"}
    path = f"/children/{child['id']}/plans/from-template"
    problem(await clinician.call("POST", path, json=form), 403, "plan_of_others")
    stranger = await member(system, guardian.http, settings, Role.CLINICIAN)
    problem(await stranger.call("POST", path, json=form), 404, "child_not_found")
