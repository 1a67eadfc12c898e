"""G06: what settings would come to is looked at before anybody gets them."""

from typing import Any

import httpx
import pytest

from dodam.bootstrap import Dodam
from dodam.platform.settings import Settings
from tests.families import Guardian
from tests.staff import Staff, care_member, member, staff

from .settings import DEFAULTS, PATH, draft, namespace, publish, rule, tablet

_RULES = [
    rule("ipads", 1, platforms=["ios"], app_versions={"from": "2"}),
    rule("testers", 2, attributes=[{"key": "tester", "value": True}]),
    rule("half", 3, rollout={"percent": 50}),
    rule("all", 4),
]


@pytest.fixture
def support(http: httpx.AsyncClient, settings: Settings) -> Staff:
    return staff(http, settings, "support")


async def _preview(by: Staff, name: str, client: dict[str, Any], **fields: Any) -> dict[str, Any]:
    answer = await by.call("POST", f"{PATH}/{name}/preview", json={"client": client, **fields})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def _as_child(by: Staff, child: dict[str, Any], **params: Any) -> httpx.Response:
    return await by.call("POST", f"/staff/children/{child['id']}/settings-preview", params=params)


async def test_G06_a_draft_is_previewed_as_somebody_with_why_each_rule_does_not_fit(
    admin: Staff, support: Staff
) -> None:
    name = await namespace(admin)
    await draft(admin, name, rules=_RULES)
    found = await _preview(support, name, {"platform": "ios", "app_version": "1.10"})
    assert found == {
        "rule": "all",
        "value": {**DEFAULTS, "speed": 4},
        "rules": [
            {"rule": "ipads", "misses": ["app_versions"]},
            {"rule": "testers", "misses": ["attributes"]},
            {"rule": "half", "misses": ["rollout"]},
            {"rule": "all", "misses": []},
        ],
    }
    tester = {"attributes": {"tester": [True]}}
    assert (await _preview(support, name, tester))["rule"] == "testers"
    newer = {"platform": "ios", "app_version": "2.0", **tester}
    assert (await _preview(support, name, newer))["value"]["speed"] == 1


async def test_G06_versions_and_defaults_are_previewed_too(admin: Staff, support: Staff) -> None:
    name = await namespace(admin)
    await publish(admin, name, value={"speed": 5})
    await draft(admin, name, value={"speed": 6})
    speeds = [
        (await _preview(support, name, {}, **fields))["value"]["speed"]
        for fields in ({}, {"version": 1}, {"version": 0})
    ]
    assert speeds == [6, 5, 10]
    unknown: dict[str, Any] = {"client": {}, "version": 2}
    answer = await support.call("POST", f"{PATH}/{name}/preview", json=unknown)
    assert (answer.status_code, answer.json()["code"]) == (404, "settings_version_not_found")


async def test_G06_a_child_s_share_of_a_rollout_is_that_of_the_real_child(
    admin: Staff, support: Staff, guardian: Guardian
) -> None:
    name = await namespace(admin)
    await publish(admin, name, rules=[rule("half", 3, rollout={"percent": 50})])
    for number in range(4):
        child = await guardian.register_child(name=f"아이 {number}")
        real = await guardian.get(f"/children/{child['id']}/settings")
        preview = await _preview(support, name, {"child_id": child["id"]})
        assert preview["value"] == real["settings"][name]["value"]


async def test_G06_settings_of_a_test_account_s_child_are_previewed_by_all_who_see_drafts(
    admin: Staff, support: Staff, guardian: Guardian, other_guardian: Guardian
) -> None:
    name, child = await namespace(admin), await other_guardian.register_child()
    await publish(admin, name, value={"speed": 1})
    await draft(admin, name, value={"speed": 1}, rules=[rule("ipads", 2, platforms=["ios"])])
    await admin.call(
        "PUT",
        f"/staff/accounts/{guardian.account_id}/test-accounts",
        json={"accounts": [other_guardian.account_id]},
    )
    device = await tablet(other_guardian, platform="ios")
    answer = await _as_child(support, child, device_id=device)
    [found] = [each for each in answer.json() if each["namespace"] == name]
    assert found == {
        "namespace": name,
        "version": 1,
        "rule": None,
        "value": {**DEFAULTS, "speed": 1},
        "draft": {
            "rule": "ipads",
            "value": {**DEFAULTS, "speed": 2},
            "rules": [{"rule": "ipads", "misses": []}],
        },
    }
    trail = await admin.get(f"/staff/audit?subject_id={child['id']}")
    looked = [each for each in trail["entries"] if each["details"] == {"what": "settings"}]
    assert [each["actor_id"] for each in looked] == [str(support.id)]
    others = await _as_child(support, child, device_id=await tablet(guardian))
    assert (others.status_code, others.json()["code"]) == (404, "device_not_found")


async def test_G06_settings_of_a_real_child_are_previewed_by_its_care_team_only(
    system: Dodam, http: httpx.AsyncClient, settings: Settings, admin: Staff, guardian: Guardian
) -> None:
    name, child = await namespace(admin), await guardian.register_child()
    treats = await care_member(system, http, settings, child)
    stranger = await member(system, http, settings, "clinician")
    for outsider in (stranger, admin):
        answer = await _as_child(outsider, child)
        assert (answer.status_code, answer.json()["code"]) == (404, "child_not_found")
    answer = await _as_child(treats, child)
    [found] = [each for each in answer.json() if each["namespace"] == name]
    assert (found["version"], found["draft"]) == (0, None)
    trail = await admin.get(f"/staff/audit?subject_id={child['id']}&actor_id={treats.id}")
    assert ("child.viewed", {"what": "settings"}) in [
        (each["action"], each["details"]) for each in trail["entries"]
    ]
