"""X06, A15: a clinician sees at once which of the own children are in need."""

from datetime import date
from typing import Any
from uuid import UUID

import httpx
import pytest

from dodam.bootstrap import Dodam
from dodam.features.accounts.models.permissions import Role
from dodam.platform.settings import Settings
from tests.families import Guardian
from tests.staff import Staff, member, staff
from tests.therapy.steps import make_plan, minutes, plan_day, repetitions, rows

from .steps import YESTERDAY, days_before, on

CASELOAD = "/staff/caseload/adherence"


@pytest.fixture
async def children(guardian: Guardian) -> dict[str, dict[str, Any]]:
    """One who did the plan, one who never played, one who only plays at weekends, one who is not
    to begin before June.
    """
    registered = {
        name: await guardian.register_child(name=name, therapy_starts_on=starts)
        for name, starts in (
            ("다해", "2026-03-02"),
            ("안해", "2026-03-02"),
            ("주말", "2026-03-02"),
            ("유월", "2026-06-01"),
        )
    }
    diligent = registered["다해"]
    motions = [motion["id"] for motion in await guardian.get("/motions")]
    await guardian.upload(
        diligent,
        [
            on(day, minute, motion=motion, hand=hand, repetitions=60, duration_ms=20_000)
            for day in days_before(YESTERDAY, 3)
            for minute, motion in enumerate(motions)
            for hand in ("left", "right", "both")
        ],
    )
    await guardian.upload(registered["주말"], [on(date(2026, 3, 15), repetitions=7, successes=7)])
    return registered


@pytest.fixture
async def treating(
    system: Dodam,
    http: httpx.AsyncClient,
    settings: Settings,
    children: dict[str, dict[str, Any]],
) -> Staff:
    found = await member(system, http, settings, Role.CLINICIAN)
    admin = staff(http, settings, Role.ADMIN)
    for child in children.values():
        path = f"/staff/children/{child['id']}/care-team/{found.id}"
        assert (await admin.call("PUT", path)).status_code == 204
    return found


async def test_X06_who_did_least_of_the_last_two_weeks_comes_first(treating: Staff) -> None:
    found = await treating.get(CASELOAD)
    assert [row["name"] for row in found] == ["안해", "주말", "다해", "유월"]
    never, weekends, diligent, june = found
    assert (never["two_weeks"]["adherence"], never["last_played_on"]) == (0, None)
    assert (weekends["two_weeks"]["adherence"], weekends["last_played_on"]) == (0, "2026-03-15")
    assert weekends["two_weeks"]["done"]["repetitions"] == 7
    # Two of the ten training days, and all that was asked on them.
    assert diligent["two_weeks"]["adherence"] == 0.2
    assert diligent["last_played_on"] == "2026-03-17"
    assert (june["two_weeks"]["adherence"], june["change"]) == (None, None)
    assert (never["two_weeks"]["from_day"], never["two_weeks"]["to_day"]) == (
        "2026-03-04",
        "2026-03-17",
    )
    assert never["eight_weeks"]["from_day"] == "2026-01-21"


async def test_X06_the_change_is_the_last_two_weeks_beside_the_last_eight(treating: Staff) -> None:
    diligent = (await treating.get(CASELOAD))[2]
    # Therapy began on the 2nd: the eight weeks hold two training days more, both missed.
    assert diligent["eight_weeks"]["planned_days"] == 12
    assert diligent["change"] == round(0.2 - diligent["eight_weeks"]["adherence"], 4)
    assert diligent["change"] > 0


async def test_A15_a_caseload_holds_the_own_children_only(
    system: Dodam, http: httpx.AsyncClient, settings: Settings, treating: Staff
) -> None:
    stranger = await member(system, http, settings, Role.CLINICIAN)
    assert await stranger.get(CASELOAD) == []
    assert len(await treating.get(CASELOAD)) == 4


async def test_A15_every_child_that_was_looked_at_is_in_the_audit_trail(
    system: Dodam, treating: Staff, children: dict[str, dict[str, Any]]
) -> None:
    await treating.get(CASELOAD)
    looked = await rows(
        system,
        "select subject_id from audit.entry where actor_id = $1 and action = 'child.viewed'"
        " and details ->> 'what' = 'adherence'",
        treating.id,
    )
    assert {row["subject_id"] for row in looked} == {UUID(each["id"]) for each in children.values()}


async def test_A14_without_consent_a_child_is_in_no_caseload(
    guardian: Guardian, treating: Staff, children: dict[str, dict[str, Any]]
) -> None:
    form = {"given_by": "legal_guardian", "documents": {"child_health": None}}
    path = f"/children/{children['안해']['id']}/consent"
    assert (await guardian.call("PUT", path, json=form)).status_code == 200
    assert [row["name"] for row in await treating.get(CASELOAD)] == ["주말", "다해", "유월"]


async def test_C02_a_removed_child_is_in_no_caseload(
    guardian: Guardian, treating: Staff, children: dict[str, dict[str, Any]]
) -> None:
    await guardian.call("DELETE", f"/children/{children['다해']['id']}")
    assert [row["name"] for row in await treating.get(CASELOAD)] == ["안해", "주말", "유월"]


async def test_X06_a_plan_in_minutes_and_one_in_repetitions_count_by_their_own_units(
    guardian: Guardian, treating: Staff, children: dict[str, dict[str, Any]]
) -> None:
    """From today on, so that yesterday's figures stay as they were."""
    before = await treating.get(CASELOAD)
    days = [plan_day(3, minutes("mass_grasp", 200), repetitions("tip_pinch", 2000))]
    await make_plan(guardian, children["다해"], days)
    assert await treating.get(CASELOAD) == before
