"""A15, C01: of the staff, only who is on a child's care team sees it, and the guardian sees who."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from dodam.bootstrap import Dodam
from dodam.features.accounts.models.permissions import Role
from dodam.platform.settings import Settings
from tests.clock import NOON
from tests.families import Guardian
from tests.staff import Staff, care_member, member, staff

SHOWN = ("today", "calendar", "attendance", "daily-logs", "report", "daily-results")


@pytest.fixture
async def child(guardian: Guardian) -> dict[str, Any]:
    return await guardian.register_child()


@pytest.fixture
async def clinician(
    system: Dodam, http: httpx.AsyncClient, settings: Settings, child: dict[str, Any]
) -> Staff:
    return await care_member(system, http, settings, child)


@pytest.fixture
def admin(http: httpx.AsyncClient, settings: Settings) -> Staff:
    return staff(http, settings, Role.ADMIN)


async def _trail(system: Dodam, child: dict[str, Any], by: UUID) -> list[tuple[str, Any]]:
    async with system.database.reading() as db:
        found = await db.fetch(
            "select action, details from audit.entry where subject_id = $1 and actor_id = $2"
            " order by at, id",
            UUID(child["id"]),
            by,
        )
    return [(row["action"], row["details"]) for row in found]


@pytest.mark.parametrize("what", SHOWN)
async def test_A15_who_treats_a_child_is_shown_what_its_guardian_is(
    guardian: Guardian, child: dict[str, Any], clinician: Staff, what: str
) -> None:
    path = f"/children/{child['id']}/{what}"
    assert await clinician.get(path) == await guardian.get(path)


async def test_A15_every_look_is_in_the_audit_trail(
    system: Dodam, child: dict[str, Any], clinician: Staff
) -> None:
    await clinician.get(f"/children/{child['id']}/today")
    await clinician.get(f"/children/{child['id']}/report")
    assert await _trail(system, child, clinician.id) == [
        ("child.viewed", {"what": "today"}),
        ("child.viewed", {"what": "report"}),
    ]


@pytest.mark.parametrize("role", Role)
async def test_A15_nobody_else_of_the_staff_sees_it_not_even_an_admin(
    http: httpx.AsyncClient, settings: Settings, child: dict[str, Any], role: Role
) -> None:
    answer = await staff(http, settings, role).call("GET", f"/children/{child['id']}/today")
    assert answer.status_code in {403, 404}


async def test_A15_a_caseload_lists_the_children_one_treats(
    child: dict[str, Any], clinician: Staff
) -> None:
    [found] = await clinician.get("/staff/caseload")
    assert (found["id"], found["name"]) == (child["id"], child["name"])
    assert found["joined_at"] == NOON.isoformat().replace("+00:00", "Z")


async def test_A15_the_guardian_sees_who_treats_the_child_and_can_end_it(
    guardian: Guardian, child: dict[str, Any], clinician: Staff
) -> None:
    path = f"/children/{child['id']}/care-team"
    [found] = await guardian.get(path)
    assert (found["id"], found["name"]) == (str(clinician.id), "김치료")
    for _ in range(2):
        assert (await guardian.call("DELETE", f"{path}/{clinician.id}")).status_code == 204
    assert await guardian.get(path) == []
    answer = await clinician.call("GET", f"/children/{child['id']}/today")
    assert (answer.status_code, answer.json()["code"]) == (404, "child_not_found")
    assert await clinician.get("/staff/caseload") == []


async def test_A15_joining_again_adds_nothing_and_after_leaving_it_does(
    guardian: Guardian, child: dict[str, Any], clinician: Staff, admin: Staff
) -> None:
    path = f"/staff/children/{child['id']}/care-team/{clinician.id}"
    assert (await admin.call("PUT", path)).status_code == 204
    assert len(await guardian.get(f"/children/{child['id']}/care-team")) == 1
    assert (await admin.call("DELETE", path)).status_code == 204
    assert await guardian.get(f"/children/{child['id']}/care-team") == []


async def test_A15_only_who_may_treat_children_can_join(
    system: Dodam,
    http: httpx.AsyncClient,
    settings: Settings,
    guardian: Guardian,
    child: dict[str, Any],
    admin: Staff,
) -> None:
    marketer = await member(system, http, settings, Role.MARKETING)
    for stranger in (marketer.id, UUID(guardian.tokens["account"]["id"]), uuid4()):
        path = f"/staff/children/{child['id']}/care-team/{stranger}"
        answer = await admin.call("PUT", path)
        assert (answer.status_code, answer.json()["code"]) == (409, "not_on_the_staff")


async def test_C02_a_removed_child_is_hidden_from_its_care_team(
    guardian: Guardian, child: dict[str, Any], clinician: Staff
) -> None:
    assert (await guardian.call("DELETE", f"/children/{child['id']}")).status_code in {200, 204}
    answer = await clinician.call("GET", f"/children/{child['id']}/today")
    assert answer.status_code == 404


async def test_A14_without_consent_the_care_team_sees_nothing(
    guardian: Guardian, child: dict[str, Any], clinician: Staff
) -> None:
    form = {"given_by": "legal_guardian", "documents": {"child_health": None}}
    answer = await guardian.call("PUT", f"/children/{child['id']}/consent", json=form)
    assert answer.status_code == 200, answer.text
    answer = await clinician.call("GET", f"/children/{child['id']}/today")
    assert answer.status_code == 404
    assert await clinician.get("/staff/caseload") == []
