"""C04, A15: who treats a child reads its diagnoses and records them."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from dodam.bootstrap import Dodam
from dodam.platform.settings import Settings
from tests.families import Guardian
from tests.staff import Staff, care_member

from .steps import G80_2, diagnose


@pytest.fixture
async def clinician(
    system: Dodam, http: httpx.AsyncClient, settings: Settings, child: dict[str, Any]
) -> Staff:
    return await care_member(system, http, settings, child)


async def _deeds(system: Dodam, by: Staff) -> list[tuple[str, Any]]:
    async with system.database.reading() as db:
        found = await db.fetch(
            "select action, details from audit.entry where actor_id = $1 order by at, id", by.id
        )
    return [(row["action"], row["details"]) for row in found]


async def test_C04_a_clinician_records_corrects_and_deletes_and_the_guardian_sees_it(
    system: Dodam, guardian: Guardian, child: dict[str, Any], clinician: Staff
) -> None:
    path = f"/children/{child['id']}/diagnoses"
    answer = await clinician.call("POST", path, json=G80_2)
    assert answer.status_code == 201, answer.text
    recorded = answer.json()
    assert await guardian.get(path) == await clinician.get(path) == [recorded]
    one = f"{path}/{recorded['id']}"
    answer = await clinician.call("PATCH", one, json={"macs": "II"})
    assert answer.status_code == 200, answer.text
    assert (await clinician.call("DELETE", one)).status_code == 204
    assert await guardian.get(path) == []
    history = await guardian.get(f"{one}/history")
    assert [each["changed_by"] for each in history] == [str(clinician.id)] * 3
    about = {"diagnosis": recorded["id"]}
    assert await _deeds(system, clinician) == [
        ("diagnosis.recorded", {}),
        ("child.viewed", {"what": "diagnoses"}),
        ("diagnosis.changed", about),
        ("diagnosis.deleted", about),
    ]


async def test_C04_guardian_and_clinician_correct_the_same_diagnosis(
    guardian: Guardian, child: dict[str, Any], clinician: Staff
) -> None:
    recorded = await diagnose(guardian, child, notes="어머니 기록")
    one = f"/children/{child['id']}/diagnoses/{recorded['id']}"
    assert (await clinician.call("PATCH", one, json={"macs": "II"})).status_code == 200
    assert (await guardian.call("PATCH", one, json={"notes": "수정"})).status_code == 200
    shown = await clinician.get(one)
    assert (shown["macs"], shown["notes"], shown["version"]) == ("II", "수정", 3)
    history = await guardian.get(f"{one}/history")
    assert [UUID(each["changed_by"]) for each in history] == [
        UUID(guardian.account_id),
        clinician.id,
        UUID(guardian.account_id),
    ]


async def test_C04_without_consent_a_clinician_records_nothing_and_a_guardian_may_delete(
    guardian: Guardian, child: dict[str, Any], clinician: Staff
) -> None:
    recorded = await diagnose(guardian, child)
    form = {"given_by": "legal_guardian", "documents": {"child_health": None}}
    answer = await guardian.call("PUT", f"/children/{child['id']}/consent", json=form)
    assert answer.status_code == 200, answer.text
    path = f"/children/{child['id']}/diagnoses"
    for method, where in (("POST", path), ("DELETE", f"{path}/{recorded['id']}")):
        answer = await clinician.call(method, where, json=G80_2)
        assert (answer.status_code, answer.json()["code"]) == (404, "child_not_found")
    answer = await guardian.call("POST", path, json=G80_2)
    assert (answer.status_code, answer.json()["code"]) == (403, "consent_required")
    assert (await guardian.call("DELETE", f"{path}/{recorded['id']}")).status_code == 204
