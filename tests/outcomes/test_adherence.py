"""X06: what a child was asked for, what it did, and how near the two are."""

from datetime import date, timedelta
from typing import Any

import pytest

from dodam.features.outcomes.models.adherence import AbsenceReason
from dodam.features.therapy.models.results import ExceptionReason
from tests.families import Guardian, play
from tests.staff import Staff
from tests.therapy.steps import (
    Travel,
    excuse,
    make_plan,
    minutes,
    plan_day,
    problem,
    repetitions,
    seoul,
)

ITEMS = (repetitions("mass_grasp", 20), minutes("tip_pinch", 2))


async def _adherence(
    guardian: Guardian, child: dict[str, Any], weeks: int = 2, language: str = "en"
) -> dict[str, Any]:
    return await guardian.get(
        f"/children/{child['id']}/adherence",
        params={"weeks": weeks},
        headers={"accept-language": language},
    )


def _grasps(day: str, count: int, **fields: Any) -> dict[str, Any]:
    return play(seoul(day), motion="mass_grasp", repetitions=count, successes=0, **fields)


def _pinches(day: str, seconds: int) -> dict[str, Any]:
    return play(
        seoul(day, "18:00"),
        motion="tip_pinch",
        duration_ms=seconds * 1000,
        repetitions=4,
        successes=4,
    )


@pytest.fixture
async def planned(guardian: Guardian, child: dict[str, Any]) -> dict[str, Any]:
    """From the 23rd of March on Mondays, Wednesdays and Fridays: twenty grasps, two minutes."""
    days = [plan_day(weekday, *ITEMS) for weekday in (1, 3, 5)]
    await make_plan(guardian, child, days, starts_on="2026-03-23")
    return child


async def test_X06_two_weeks_by_hand(
    guardian: Guardian, planned: dict[str, Any], travel: Travel
) -> None:
    await travel(seoul("2026-04-05", "21:00"))
    await excuse(guardian, planned, "2026-03-27", reason="illness")
    await excuse(guardian, planned, "2026-04-01", reason="travel")
    await guardian.upload(
        planned,
        [
            # Monday: half as much again as the target, and half of the other one.
            _grasps("2026-03-23", 30),
            _pinches("2026-03-23", 60),
            # Tuesday, on which nothing was asked for.
            _grasps("2026-03-24", 10),
            # The Monday after: half of one, and nothing of the other.
            _grasps("2026-03-30", 10),
            # Wednesday, which was excused.
            _grasps("2026-04-01", 5),
        ],
    )
    found = await _adherence(guardian, planned)
    total = found["total"]
    assert (total["from_day"], total["to_day"]) == ("2026-03-23", "2026-04-05")
    assert (total["planned_days"], total["kept_days"], total["goal_days"]) == (4, 2, 0)
    assert total["excused_days"] == 2
    assert total["planned"] == {"items": 8, "repetitions": 80, "minutes": 8}
    # Of eight items: 1 (at most), 0.5, 0, 0, 0.5, 0, 0, 0.
    assert total["adherence"] == 0.25
    # Everything that was played, without a cap: five minutes of 59 repetitions.
    assert total["done"] == {"plays": 5, "repetitions": 30 + 4 + 10 + 10 + 5, "minutes": 5.0}
    first, second = found["weeks"]
    assert (first["from_day"], first["adherence"]) == ("2026-03-23", 0.375)
    assert (second["from_day"], second["adherence"]) == ("2026-03-30", 0.125)
    days = {day["day"]: day for day in found["days"]}
    assert len(days) == 14
    assert [days[day]["adherence"] for day in ("2026-03-23", "2026-03-25")] == [0.75, 0.0]
    for uncounted in ("2026-03-24", "2026-03-27", "2026-04-01", "2026-04-05"):
        assert days[uncounted]["adherence"] is None
    assert days["2026-04-01"]["done"]["repetitions"] == 5
    assert found["missed"] == [
        {"day": "2026-03-25", "reason": "unexplained"},
        {"day": "2026-03-27", "reason": "illness"},
        {"day": "2026-04-03", "reason": "unexplained"},
    ]


async def test_X06_today_counts_once_it_is_over(
    guardian: Guardian, planned: dict[str, Any], travel: Travel
) -> None:
    await travel(seoul("2026-03-23", "17:00"))
    await guardian.upload(planned, [_grasps("2026-03-23", 10)])
    found = await _adherence(guardian, planned, weeks=1)
    assert (found["total"]["adherence"], found["total"]["planned_days"]) == (None, 0)
    assert found["total"]["done"]["repetitions"] == 10
    assert found["missed"] == []
    await travel(seoul("2026-03-24", "17:00"))
    found = await _adherence(guardian, planned, weeks=1)
    assert (found["total"]["adherence"], found["total"]["planned_days"]) == (0.25, 1)


async def test_X06_what_comes_late_mends_the_day_it_was_played_on(
    guardian: Guardian, planned: dict[str, Any], travel: Travel
) -> None:
    await travel(seoul("2026-03-29", "21:00"))
    assert (await _adherence(guardian, planned, weeks=1))["total"]["adherence"] == 0
    late = [_grasps("2026-03-25", 20), _pinches("2026-03-25", 120)]
    for _ in range(2):
        await guardian.upload(planned, late)
    found = await _adherence(guardian, planned, weeks=1)
    assert found["total"]["adherence"] == pytest.approx(1 / 3, abs=1e-4)
    assert (found["total"]["goal_days"], found["total"]["done"]["plays"]) == (1, 2)
    assert [each["day"] for each in found["missed"]] == ["2026-03-23", "2026-03-27"]


async def test_X06_what_is_done_of_another_motion_hand_or_day_fills_no_target(
    guardian: Guardian, planned: dict[str, Any], travel: Travel
) -> None:
    await travel(seoul("2026-03-24", "21:00"))
    await guardian.upload(
        planned, [_grasps("2026-03-23", 500, hand="right"), _grasps("2026-03-22", 500)]
    )
    found = await _adherence(guardian, planned, weeks=1)
    assert (found["total"]["adherence"], found["total"]["kept_days"]) == (0, 1)
    assert found["total"]["done"]["repetitions"] == 500


async def test_T02_a_new_plan_leaves_the_adherence_of_the_days_before_it(
    guardian: Guardian, planned: dict[str, Any], travel: Travel
) -> None:
    await travel(seoul("2026-03-29", "21:00"))
    await guardian.upload(planned, [_grasps("2026-03-23", 20)])
    before = await _adherence(guardian, planned, weeks=1)
    days = [plan_day(weekday, repetitions("mass_grasp", 200)) for weekday in (1, 2, 3)]
    await make_plan(guardian, planned, days, starts_on="2026-03-30")
    assert await _adherence(guardian, planned, weeks=1) == before
    await travel(seoul("2026-04-05", "21:00"))
    found = await _adherence(guardian, planned, weeks=2)
    old, new = found["weeks"]
    assert old == before["weeks"][0]
    assert (new["planned_days"], new["planned"]["repetitions"]) == (3, 600)


async def test_X06_a_week_that_was_excused_whole_has_no_adherence(
    guardian: Guardian, planned: dict[str, Any], travel: Travel
) -> None:
    await travel(seoul("2026-03-29", "21:00"))
    for day in ("2026-03-23", "2026-03-25", "2026-03-27"):
        await excuse(guardian, planned, day, reason="hospital")
    found = await _adherence(guardian, planned, weeks=1)
    assert (found["total"]["adherence"], found["total"]["excused_days"]) == (None, 3)
    assert {each["reason"] for each in found["missed"]} == {"hospital"}


async def test_X06_a_pause_excuses_its_days_and_its_reason_is_told(
    guardian: Guardian, planned: dict[str, Any], travel: Travel
) -> None:
    await travel(seoul("2026-03-29", "21:00"))
    await guardian.upload(planned, [_grasps("2026-03-23", 20), _pinches("2026-03-23", 120)])
    form = {"from_day": "2026-03-24", "reason": "hospital"}
    answer = await guardian.call("POST", f"/children/{planned['id']}/pauses", json=form)
    assert answer.status_code == 201, answer.text
    found = await _adherence(guardian, planned, weeks=1)
    assert (found["total"]["adherence"], found["total"]["planned_days"]) == (1, 1)
    assert found["missed"] == [
        {"day": "2026-03-25", "reason": "hospital"},
        {"day": "2026-03-27", "reason": "hospital"},
    ]


async def test_X06_a_voided_play_fills_no_target(
    guardian: Guardian, planned: dict[str, Any], clinician: Staff, travel: Travel
) -> None:
    await travel(seoul("2026-03-24", "21:00"))
    wrong = _grasps("2026-03-23", 20)
    await guardian.upload(planned, [wrong])
    assert (await _adherence(guardian, planned, weeks=1))["total"]["adherence"] == 0.5
    form = {"kind": "void", "plays": [wrong["id"]], "reason": "tried out"}
    answer = await clinician.call("POST", f"/children/{planned['id']}/corrections", json=form)
    assert answer.status_code == 201, answer.text
    found = await _adherence(guardian, planned, weeks=1)
    assert (found["total"]["adherence"], found["total"]["kept_days"]) == (0, 0)
    assert (found["total"]["done"]["plays"], found["dose"]["hours"]) == (0, 0)


async def test_X06_hours_of_the_whole_time_stand_beside_those_of_trials(
    guardian: Guardian, planned: dict[str, Any]
) -> None:
    long_ago = date(2025, 6, 1)
    hour = {"duration_ms": 3_600_000, "repetitions": 100, "successes": 50}
    await guardian.upload(
        planned,
        [_grasps((long_ago + timedelta(days=n)).isoformat(), 1) | hour for n in range(3)]
        + [_grasps("2026-03-17", 1) | hour | {"duration_ms": 1_800_000}],
    )
    dose = (await _adherence(guardian, planned))["dose"]
    assert (dose["hours"], dose["hours_in_period"]) == (3.5, 0.5)
    assert [(each["hours_from"], each["hours_to"]) for each in dose["references"]] == [
        (14, 25),
        (30, 40),
    ]
    assert all("Jackman 2020" in each["source"] for each in dose["references"])
    korean = (await _adherence(guardian, planned, language="ko"))["dose"]["references"]
    assert [each["aim"] for each in korean] == ["개별 목표 달성", "전반적인 팔·손 기능 향상"]


async def test_T14_a_child_of_whom_nothing_is_asked_yet_has_an_empty_adherence(
    guardian: Guardian,
) -> None:
    child = await guardian.register_child(therapy_starts_on="2026-06-01")
    found = await _adherence(guardian, child)
    assert found["missed"] == []
    assert (found["total"]["adherence"], found["total"]["planned_days"]) == (None, 0)
    assert found["total"]["done"] == {"plays": 0, "repetitions": 0, "minutes": 0}
    assert found["dose"]["hours"] == 0


@pytest.mark.parametrize("weeks", [0, 53, "many"])
async def test_L09_weeks_are_one_to_fifty_two(
    guardian: Guardian, child: dict[str, Any], weeks: object
) -> None:
    path = f"/children/{child['id']}/adherence"
    answer = await guardian.call("GET", path, params={"weeks": str(weeks)})
    assert list(problem(answer, 400, "invalid_input")) == ["weeks"]


async def test_X06_a_year_is_answered_whole(guardian: Guardian, planned: dict[str, Any]) -> None:
    found = await _adherence(guardian, planned, weeks=52)
    assert (len(found["weeks"]), found["from_day"]) == (52, "2025-03-24")
    assert sum(week["planned_days"] for week in found["weeks"]) == found["total"]["planned_days"]


async def test_A15_the_care_team_is_shown_the_guardians_adherence(
    guardian: Guardian, child: dict[str, Any], clinician: Staff, other_guardian: Guardian
) -> None:
    path = f"/children/{child['id']}/adherence"
    assert await clinician.get(path) == await guardian.get(path)
    problem(await other_guardian.call("GET", path), 404, "child_not_found")


def test_X06_every_reason_that_excuses_a_day_is_a_reason_of_absence() -> None:
    assert {*ExceptionReason, "unexplained"} == {*AbsenceReason}
