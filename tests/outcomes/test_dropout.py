"""X06: who treats a child is told whether it is about to stop, why, and what that rests on."""

from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from dodam.bootstrap import Dodam
from dodam.features.accounts.models.permissions import Role
from dodam.platform.settings import Settings
from tests.clock import NOON, StoppedClock
from tests.families import Guardian, play
from tests.staff import Staff, care_member, member, staff
from tests.therapy.steps import excuse, problem, rows

from .lived import lived

# From a Wednesday to a Tuesday: every planned day is kept, weekends are free.
WEEK = "PPP..PP"
KEEN = 13 * WEEK


@pytest.fixture
async def clinician(system: Dodam, http: httpx.AsyncClient, settings: Settings) -> Staff:
    return await member(system, http, settings, Role.CLINICIAN)


@pytest.fixture
def risk_of(http: httpx.AsyncClient, settings: Settings, clinician: Staff) -> Any:
    """Ask, as a clinician who treats the child."""
    admin = staff(http, settings, Role.ADMIN)

    async def ask(child: dict[str, Any], **options: Any) -> dict[str, Any]:
        path = f"/staff/children/{child['id']}/care-team/{clinician.id}"
        answer = await admin.call("PUT", path)
        assert answer.status_code == 204, answer.text
        return (await clinician.get(f"/children/{child['id']}/dropout-risk", **options))["risk"]

    return ask


def reason(risk: dict[str, Any], feature: str) -> dict[str, Any]:
    [found] = [each for each in risk["reasons"] if each["feature"] == feature]
    return found


async def test_X06_who_keeps_to_the_plan_has_a_low_risk(guardian: Guardian, risk_of: Any) -> None:
    risk = await risk_of(await lived(guardian, KEEN))
    assert (risk["state"], risk["band"], risk["day"]) == ("estimated", "low", "2026-03-17")
    assert 0 < risk["probability"] < 0.03
    assert reason(risk, "silent_days")["value"] == 0
    assert reason(risk, "kept")["value"] == 1
    assert reason(risk, "kept")["odds_ratio"] < 1


async def test_X06_the_longer_a_child_is_away_the_higher_its_risk(
    guardian: Guardian, risk_of: Any
) -> None:
    played = 10 * WEEK
    risks = [await risk_of(await lived(guardian, played + away * ".")) for away in (0, 3, 7, 13)]
    probabilities = [risk["probability"] for risk in risks]
    assert probabilities == sorted(probabilities)
    assert [risk["band"] for risk in risks] == ["low", "low", "raised", "high"]
    assert [reason(risk, "silent_days")["value"] for risk in risks] == [0, 3, 7, 13]
    assert {risk["reasons"][0]["feature"] for risk in risks[2:]} <= {"silent_days", "missed_since"}


async def test_X06_who_has_been_away_for_two_weeks_has_stopped(
    guardian: Guardian, risk_of: Any
) -> None:
    risk = await risk_of(await lived(guardian, 8 * WEEK + 14 * "."))
    assert (risk["state"], risk["probability"], risk["band"]) == ("stopped", None, None)
    assert risk["reasons"] == []


async def test_X06_a_play_today_counts_at_once(guardian: Guardian, risk_of: Any) -> None:
    child = await lived(guardian, 10 * WEEK + 10 * ".")
    before = await risk_of(child)
    await guardian.upload(child, play(NOON))
    after = await risk_of(child)
    assert after["probability"] < before["probability"] / 4
    assert after["day"] == "2026-03-18"
    assert reason(after, "silent_days")["value"] == 0


async def test_X06_less_than_two_weeks_are_not_enough(guardian: Guardian, risk_of: Any) -> None:
    risk = await risk_of(await lived(guardian, "P" * 13))
    assert (risk["state"], risk["probability"], risk["reasons"]) == ("not_enough_data", None, [])
    risk = await risk_of(await lived(guardian, "P" * 14))
    assert risk["state"] == "estimated"


async def test_X06_a_child_that_is_registered_today_is_no_failure(
    guardian: Guardian, risk_of: Any
) -> None:
    child = await guardian.register_child(therapy_starts_on="2026-06-01")
    assert (await risk_of(child))["state"] == "nothing_planned"
    assert (await risk_of(await guardian.register_child()))["state"] == "not_enough_data"


async def test_X06_while_a_child_is_excused_nothing_is_estimated(
    guardian: Guardian, risk_of: Any
) -> None:
    child = await lived(guardian, 10 * WEEK + 5 * ".")
    await excuse(guardian, child, "2026-03-18", reason="holiday")
    risk = await risk_of(child)
    assert (risk["state"], risk["probability"]) == ("paused", None)


async def test_X06_a_pause_takes_the_days_it_covers_out_of_the_calendar(
    guardian: Guardian, risk_of: Any, clock: StoppedClock
) -> None:
    child = await lived(guardian, KEEN + "..")
    before = await risk_of(child)
    form = {"from_day": "2026-03-18", "reason": "hospital"}
    pause = await guardian.call("POST", f"/children/{child['id']}/pauses", json=form)
    assert pause.status_code == 201, pause.text
    assert (await risk_of(child))["state"] == "paused"
    path = f"/children/{child['id']}/pauses/{pause.json()['id']}/end"
    ended = await guardian.call("POST", path, json={"on": "2026-03-22"})
    assert ended.status_code == 200, ended.text
    clock.advance(timedelta(days=5))
    assert (await risk_of(child))["probability"] == before["probability"]


async def test_X06_an_illness_leaves_the_risk_as_it_was(
    guardian: Guardian, risk_of: Any, clock: StoppedClock
) -> None:
    child = await lived(guardian, KEEN + "..")
    before = await risk_of(child)
    for day in range(18, 23):
        await excuse(guardian, child, f"2026-03-{day}")
    clock.advance(timedelta(days=5))
    after = await risk_of(child)
    assert date.fromisoformat(after["day"]) == date(2026, 3, 22)
    assert after["probability"] == before["probability"]
    assert after["reasons"] == before["reasons"]


async def test_X06_reasons_are_told_in_the_callers_language(
    guardian: Guardian, risk_of: Any
) -> None:
    child = await lived(guardian, 9 * WEEK + 6 * ".")
    english = await risk_of(child, headers={"accept-language": "en"})
    assert reason(english, "silent_days")["words"].startswith("Has not played for 6 days (usually")
    assert f"{english['probability']:.0%}" in english["words"]
    korean = await risk_of(child, headers={"accept-language": "ko"})
    assert reason(korean, "silent_days")["words"].startswith("6일 동안 훈련하지 않았어요(보통")
    for one, other in zip(english["reasons"], korean["reasons"], strict=True):
        assert {**one, "words": ""} == {**other, "words": ""}
        assert one["words"] != other["words"]


async def test_X06_every_answer_says_that_it_rests_on_virtual_children(
    guardian: Guardian, risk_of: Any, clinician: Staff
) -> None:
    child = await lived(guardian, "P" * 14)
    await risk_of(child)
    for path in (f"/children/{child['id']}/dropout-risk", "/staff/caseload/dropout-risk"):
        basis = (await clinician.get(path, headers={"accept-language": "en"}))["basis"]
        assert basis["validated"] is False
        assert "has not been checked on real children" in basis["notice"]
        assert basis["model"].startswith("virtual-families-")
        assert 0 < basis["bands"]["raised"] < basis["bands"]["high"] < 1


async def test_X06_guardians_are_not_shown_it_nor_who_does_not_treat_the_child(
    system: Dodam, http: httpx.AsyncClient, settings: Settings, guardian: Guardian
) -> None:
    child = await lived(guardian, "P" * 14)
    path = f"/children/{child['id']}/dropout-risk"
    problem(await guardian.call("GET", path), 403, "not_permitted")
    support = await member(system, http, settings, Role.SUPPORT)
    problem(await support.call("GET", path), 403, "not_permitted")
    stranger = await member(system, http, settings, Role.CLINICIAN)
    problem(await stranger.call("GET", path), 404, "child_not_found")
    assert (await stranger.get("/staff/caseload/dropout-risk"))["risks"] == []


async def test_X06_each_look_is_in_the_audit_trail(
    system: Dodam, http: httpx.AsyncClient, settings: Settings, guardian: Guardian
) -> None:
    child = await lived(guardian, "P" * 14)
    clinician = await care_member(system, http, settings, child)
    await clinician.get(f"/children/{child['id']}/dropout-risk")
    await clinician.get("/staff/caseload/dropout-risk")
    looks = await rows(
        system, "select action, details->>'what' as what from audit.entry where actor_id = $1",
        clinician.id,
    )  # fmt: skip
    assert looks == 2 * [{"action": "child.viewed", "what": "dropout_risk"}]


async def test_X06_a_caseload_has_those_in_need_first(
    guardian: Guardian, risk_of: Any, clinician: Staff
) -> None:
    stories = {
        "keen": KEEN,
        "fading": 9 * WEEK + "P....P.",
        "away": 9 * WEEK + 9 * ".",
        "gone": 9 * WEEK + 20 * ".",
        "new": "PPP",
    }
    for name, story in stories.items():
        await risk_of(await lived(guardian, story, name=name))
    resting = await lived(guardian, KEEN, name="resting")
    await excuse(guardian, resting, "2026-03-18")
    await risk_of(resting)
    risks = (await clinician.get("/staff/caseload/dropout-risk"))["risks"]
    assert [risk["name"] for risk in risks] == ["gone", "away", "fading", "keen", "new", "resting"]
