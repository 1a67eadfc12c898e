"""T12, A14: a guardian says which outside system may have a child's results, and until when."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.families import PASSWORD, Guardian, sign_up
from tests.therapy.steps import problem, rows, seoul

from .steps import (
    DAY,
    EVENING,
    MORNING,
    RESULTS,
    System,
    Town,
    family,
    grant,
    numbers,
    share,
    sharing,
    stop,
)

# The second version of the document is in force.
NOVEMBER = seoul("2026-11-27", "09:00")


async def _ended(guardian: Guardian, child: dict[str, Any]) -> list[str]:
    return [each["ended_by"] for each in (await sharing(guardian, child))["ended"]]


async def test_T12_a_guardian_sees_who_there_is_and_what_they_would_get(
    town: Town, home: Guardian, system: System
) -> None:
    [child] = await family(town, home)
    other = await town.system("바다재활의원")
    revoked = await town.system("그만둔 병원")
    await town.house.admin.call("DELETE", f"/staff/api-keys/{revoked.id}")
    await town.system("지난 병원", expires_at=(MORNING + DAY).isoformat())
    await town.house.at(MORNING + 2 * DAY, home)
    assert await sharing(home, child) == {
        "child_id": child["id"],
        "consent_version": 1,
        "systems": [
            {"id": each.id, "name": each.name, "gets": [RESULTS], "grant": None}
            for each in (system, other)
        ],
        "ended": [],
    }


async def test_T12_a_grant_has_a_number_of_its_own_for_each_child_and_system(
    town: Town, home: Guardian, system: System
) -> None:
    other = await town.system("바다재활의원")
    one, two = await family(town, home, system, other, count=2)
    known = {*(await numbers(home, one)).values(), *(await numbers(home, two)).values()}
    assert len(known) == 4
    assert not known & {one["id"], two["id"], home.account_id}
    [shown, _] = (await sharing(home, one))["systems"]
    assert shown["grant"] == {
        "id": shown["grant"]["id"],
        "system_id": system.id,
        "system_name": "하늘병원",
        "consent_version": 1,
        "granted_at": "2026-03-19T00:00:00Z",
        "scopes": [{"scope": RESULTS, "from_day": "2026-03-19"}],
    }


async def test_T12_granting_again_changes_nothing(
    town: Town, home: Guardian, system: System
) -> None:
    [child] = await family(town, home)
    assert await share(home, child, system) == await share(home, child, system)
    trail = "select action from audit.entry where subject_id = $1"
    assert await rows(town.dodam, trail, UUID(child["id"])) == [{"action": "sharing.granted"}]


async def test_A14_a_newer_document_is_consented_to_under_the_same_number(
    town: Town, home: Guardian, system: System
) -> None:
    [child] = await family(town, home, system)
    before = await numbers(home, child)
    await town.house.at(NOVEMBER, home)
    shown = await sharing(home, child)
    assert shown["consent_version"] == 2
    assert shown["systems"][0]["grant"]["consent_version"] == 1
    answer = await grant(home, child, system, 2, RESULTS)
    assert answer.json()["consent_version"] == 2
    assert answer.json()["scopes"] == [{"scope": RESULTS, "from_day": "2026-03-19"}]
    assert await numbers(home, child) == before


@pytest.mark.parametrize("version", [3, 7])
async def test_A14_only_a_document_in_force_is_consented_to(
    town: Town, home: Guardian, system: System, version: int
) -> None:
    [child] = await family(town, home)
    answer = await grant(home, child, system, version, RESULTS)
    assert problem(answer, 400, "invalid_input") == {"consent_sharing": "not_in_force"}
    assert await numbers(home, child) == {}


async def test_T12_a_system_that_is_not_there_is_granted_nothing(
    town: Town, home: Guardian, system: System
) -> None:
    [child] = await family(town, home)
    gone = await town.system()
    await town.house.admin.call("DELETE", f"/staff/api-keys/{gone.id}")
    nobody = System(system.http, str(uuid4()), "", "")
    for each in (gone, nobody):
        problem(await grant(home, child, each, 1, RESULTS), 404, "system_not_found")
    await stop(home, child, nobody)


async def test_A14_withdrawing_ends_a_grant_and_keeps_that_there_was_one(
    town: Town, home: Guardian, system: System
) -> None:
    [child] = await family(town, home, system)
    first = await numbers(home, child)
    await town.house.at(MORNING + DAY, home)
    for _ in range(2):
        await stop(home, child, system)
    shown = await sharing(home, child)
    assert shown["systems"][0]["grant"] is None
    [ended] = shown["ended"]
    assert (ended["id"], ended["ended_by"], ended["ended_at"], ended["system_name"]) == (
        first[system.id],
        "guardian",
        "2026-03-20T00:00:00Z",
        "하늘병원",
    )
    await share(home, child, system)
    assert (await numbers(home, child))[system.id] != first[system.id]
    trail = await rows(
        town.dodam,
        "select action, actor_kind, actor_id, details from audit.entry"
        " where subject_id = $1 order by at, id",
        UUID(child["id"]),
    )
    assert [(each["action"], each["actor_kind"]) for each in trail] == [
        ("sharing.granted", "guardian"),
        ("sharing.ended", "guardian"),
        ("sharing.granted", "guardian"),
    ]
    assert {each["details"]["system"] for each in trail} == {system.id}


async def test_T12_removing_a_child_ends_its_grants_for_good(
    town: Town, home: Guardian, system: System
) -> None:
    child, sibling = await family(town, home, system, count=2)
    await home.call("DELETE", f"/children/{child['id']}")
    assert await system.days() == []
    await town.work()
    await home.call("POST", f"/children/{child['id']}/restore")
    assert await _ended(home, child) == ["removal"]
    assert await numbers(home, child) == {}
    assert list(await numbers(home, sibling)) == [system.id]


async def test_A13_leaving_ends_the_grants_and_coming_back_brings_none(
    town: Town, home: Guardian, system: System
) -> None:
    [child] = await family(town, home, system)
    answer = await home.call(
        "POST", "/account/withdrawal", json={"confirm": True, "password": PASSWORD}
    )
    assert answer.status_code == 202, answer.text
    await town.work(r"^deliver:(children|sharing)\.")
    form = {"email": home.email, "password": PASSWORD}
    refused = await town.house.http.post("/v1/auth/sign-in", json=form)
    undo = {"token": refused.json()["details"]["undo_token"]}
    answer = await town.house.http.post("/v1/auth/withdrawal/undo", json=undo)
    assert answer.status_code == 204, answer.text
    await town.work(r"^deliver:(children|sharing)\.")
    await town.house.at(MORNING, home)
    assert await _ended(home, child) == ["removal"]
    assert await numbers(home, child) == {}


@pytest.mark.parametrize("kind", ["child_data", "child_health", "terms", "privacy"])
async def test_A14_withdrawing_what_is_required_ends_the_grants(
    town: Town, home: Guardian, system: System, kind: str
) -> None:
    [child] = await family(town, home, system)
    for version in (None, 1):
        if kind.startswith("child"):
            form = {"given_by": "legal_guardian", "documents": {kind: version}}
            answer = await home.call("PUT", f"/children/{child['id']}/consent", json=form)
            assert answer.status_code == 200, answer.text
        else:
            await home.consent(**{kind: version})
    await town.work()
    assert await _ended(home, child) == ["consent"]
    assert await numbers(home, child) == {}


async def test_A14_withdrawing_what_is_optional_ends_no_grant(
    town: Town, home: Guardian, system: System
) -> None:
    [child] = await family(town, home, system)
    await home.consent(marketing=1)
    await home.consent(marketing=None)
    await town.work()
    assert list(await numbers(home, child)) == [system.id]


async def test_T12_revoking_a_key_ends_its_grants_and_no_others(
    town: Town, home: Guardian, system: System
) -> None:
    other = await town.system("바다재활의원")
    [child] = await family(town, home, system, other)
    await town.house.admin.call("DELETE", f"/staff/api-keys/{system.id}")
    await town.work()
    assert await _ended(home, child) == ["key"]
    assert list(await numbers(home, child)) == [other.id]


async def test_A14_without_consent_in_force_nothing_is_granted(
    town: Town, home: Guardian, system: System
) -> None:
    [child] = await family(town, home)
    await home.consent(privacy=None)
    problem(await grant(home, child, system, 1, RESULTS), 403, "consent_required")


async def test_A13_an_erased_child_leaves_no_grant(
    town: Town, home: Guardian, system: System
) -> None:
    child, sibling = await family(town, home, system, count=2)
    await town.evening()
    await town.house.at(EVENING, home)
    await home.call("DELETE", f"/children/{child['id']}")
    await town.house.at(EVENING + 31 * DAY, home)
    await town.chore("erase-removed-children")
    await town.work("deliver:children.erase")
    left = await rows(town.dodam, 'select distinct child_id from sharing."grant"')
    assert [str(each["child_id"]) for each in left] == [sibling["id"]]
    results = "select count(*) as n from sharing.shared_result"
    assert await rows(town.dodam, results) == [{"n": 1}]


async def test_T12_somebody_elses_child_is_not_granted(
    town: Town, home: Guardian, system: System
) -> None:
    stranger = await sign_up(town.house.http)
    [child] = await family(town, home)
    await town.house.at(MORNING, stranger)
    problem(await grant(stranger, child, system, 1, RESULTS), 404, "child_not_found")
