"""T04, T09, T10, T11, T14: today, attendance, calendar and report."""

from datetime import timedelta
from typing import Any

import pytest

from tests.clock import NOON, StoppedClock
from tests.families import Guardian, play

# In Seoul it is Wednesday the 18th, 21:00. The plan trains on Monday, Wednesday and Friday.
PLAN = {
    "days": [
        {
            "weekday": weekday,
            "hand": "left",
            "items": [
                {"motion": "mass_grasp", "target_repetitions": 20},
                {"motion": "bimanual_hold", "target_minutes": 2},
            ],
        }
        for weekday in (1, 3, 5)
    ]
}


async def _planned(guardian: Guardian, clock: StoppedClock) -> dict[str, Any]:
    """A child whose plan began on Monday the 2nd."""
    clock.set(NOON - timedelta(days=16))
    child = await guardian.register_child()
    answer = await guardian.call("POST", f"/children/{child['id']}/plans", json=PLAN)
    assert answer.status_code == 201
    clock.set(NOON)
    return child


def _whole(days_ago: int) -> list[dict[str, Any]]:
    """Plays that reach every target of a day."""
    at = NOON - timedelta(days=days_ago, hours=2)
    return [
        play(at, repetitions=20, successes=15),
        play(at, motion="bimanual_hold", hand="both", duration_ms=120_000),
    ]


async def test_T14_a_new_child_has_empty_lists_and_no_nulls_for_them(guardian: Guardian) -> None:
    child = await guardian.register_child()
    path = f"/children/{child['id']}"
    assert (await guardian.get(f"{path}/daily-logs"))["days"] == []
    assert (await guardian.get(f"{path}/attendance"))["attended"] == []
    report = await guardian.get(f"{path}/report")
    assert len(report["trend"]) == 8
    assert report["month"]["totals"]["plays"] == 0
    assert len((await guardian.get(f"{path}/calendar"))["days"]) == 31


async def test_T04_today_tells_what_to_play_and_what_is_done(
    guardian: Guardian, clock: StoppedClock
) -> None:
    child = await _planned(guardian, clock)
    path = f"/children/{child['id']}/today"
    today = await guardian.get(path)
    assert (today["day"], today["status"], today["hand"]) == ("2026-03-18", "planned", "left")
    assert [(item["motion"], item["hand"]) for item in today["items"]] == [
        ("mass_grasp", "left"),
        ("bimanual_hold", "both"),
    ]
    assert today["day_ends_at"] == "2026-03-18T19:00:00Z"

    at = NOON - timedelta(hours=1)
    await guardian.upload(child, play(at, repetitions=19, successes=19))
    await guardian.upload(child, play(at, hand="right", repetitions=50, successes=50))
    half = await guardian.get(path)
    assert (half["status"], half["goal_reached"]) == ("partial", False)
    assert [item["done_repetitions"] for item in half["items"]] == [19, 0]

    await guardian.upload(child, play(at, repetitions=1, successes=0))
    await guardian.upload(child, play(at, motion="bimanual_hold", hand="both", duration_ms=120_000))
    whole = await guardian.get(path)
    assert (whole["status"], whole["goal_reached"]) == ("done", True)


async def test_T04_a_rest_day_asks_for_nothing(guardian: Guardian, clock: StoppedClock) -> None:
    child = await _planned(guardian, clock)
    clock.set(NOON + timedelta(days=1))
    token = {"refresh_token": guardian.tokens["refresh_token"]}
    guardian.tokens = (await guardian.http.post("/v1/auth/refresh", json=token)).json()
    today = await guardian.get(f"/children/{child['id']}/today")
    assert (today["status"], today["items"], today["hand"]) == ("rest", [], None)


async def test_T10_the_calendar_shows_how_each_day_stands(
    guardian: Guardian, clock: StoppedClock
) -> None:
    child = await _planned(guardian, clock)
    path = f"/children/{child['id']}"
    await guardian.upload(child, _whole(16) + _whole(9)[:1] + _whole(1))
    marked = await guardian.call(
        "PUT", f"{path}/exceptional-days/2026-03-13", json={"reason": "illness"}
    )
    assert marked.status_code == 204
    calendar = await guardian.get(f"{path}/calendar?month=2026-03")
    days = {each["day"][-2:]: each for each in calendar["days"]}
    assert {day: days[day]["status"] for day in ("01", "02", "04", "09", "13", "16", "17")} == {
        "01": "rest",
        "02": "done",
        "04": "missed",
        "09": "partial",
        "13": "excused",
        "16": "missed",
        "17": "extra",
    }
    assert {days[day]["status"] for day in ("18", "20", "23")} == {"planned"}
    assert days["13"]["exception"] == "illness"
    assert (days["09"]["planned_items"], days["09"]["reached_items"]) == (2, 1)
    await guardian.call("DELETE", f"{path}/exceptional-days/2026-03-13")
    again = await guardian.get(f"{path}/calendar?month=2026-03")
    assert again["days"][12]["status"] == "missed"


@pytest.mark.parametrize("month", ["2026-13", "2026-3", "1999-01", "March", "2026-00"])
async def test_T10_a_month_that_is_none_is_refused(guardian: Guardian, month: str) -> None:
    child = await guardian.register_child()
    answer = await guardian.call("GET", f"/children/{child['id']}/calendar?month={month}")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "month"


async def test_T10_a_new_plan_leaves_the_days_before_it_as_they_were(
    guardian: Guardian, clock: StoppedClock
) -> None:
    child = await _planned(guardian, clock)
    path = f"/children/{child['id']}"
    await guardian.upload(child, _whole(16))
    before = await guardian.get(f"{path}/calendar?month=2026-03")
    daily = {"days": [{**PLAN["days"][0], "weekday": day} for day in range(1, 8)]}
    assert (await guardian.call("POST", f"{path}/plans", json=daily)).status_code == 201
    after = await guardian.get(f"{path}/calendar?month=2026-03")
    assert after["days"][:17] == before["days"][:17]
    assert after["days"][18]["status"] == "planned"


async def test_T09_a_streak_is_broken_by_a_missed_day_only(
    guardian: Guardian, clock: StoppedClock
) -> None:
    child = await _planned(guardian, clock)
    path = f"/children/{child['id']}"
    # Played on the 2nd and 4th; the 6th missed; the 9th, 11th played; the 13th ill; 16th played.
    await guardian.upload(child, [record for ago in (16, 14, 9, 7, 2) for record in _whole(ago)])
    broken = await guardian.get(f"{path}/attendance")
    assert (broken["current_streak"], broken["longest_streak"]) == (1, 2)
    await guardian.call("PUT", f"{path}/exceptional-days/2026-03-13", json={"reason": "illness"})
    kept = await guardian.get(f"{path}/attendance?from=2026-03-01&to=2026-03-18")
    assert (kept["current_streak"], kept["longest_streak"]) == (3, 3)
    # The 2nd, 4th, 6th, 9th, 11th, 16th and 18th were planned and not excused.
    assert (kept["planned_days"], kept["attended_planned_days"]) == (7, 5)
    assert kept["attendance_rate"] == round(5 / 7, 4)
    assert (kept["attended_days"], kept["goal_days"], kept["total_attended_days"]) == (5, 5, 5)


async def test_T11_the_report_holds_what_was_done_beside_the_plan(
    guardian: Guardian, clock: StoppedClock
) -> None:
    child = await _planned(guardian, clock)
    await guardian.upload(child, _whole(16) + _whole(2)[:1] + [play(NOON, repetitions=10)])
    report = await guardian.get(f"/children/{child['id']}/report")

    assert report["today"]["totals"]["repetitions"] == 10
    # Half of the repetitions and none of the minutes.
    assert report["today"]["completion"] == 0.25
    week = report["week"]
    assert (week["from_day"], week["to_day"]) == ("2026-03-16", "2026-03-18")
    assert (week["planned_days"], week["attended_days"], week["goal_days"]) == (2, 2, 0)
    assert (week["planned_repetitions"], week["planned_minutes"]) == (40, 4)
    assert week["totals"]["repetitions"] == 30
    month = report["month"]
    assert (month["planned_days"], month["attended_days"], month["goal_days"]) == (8, 3, 1)
    assert [each["totals"]["plays"] for each in report["trend"]] == [0, 0, 0, 0, 0, 2, 0, 2]
    assert report["trend"][-1] == week
    assert [(each["motion"], each["hand"]) for each in report["by_motion"]] == [
        ("mass_grasp", "left"),
        ("bimanual_hold", "both"),
    ]
    assert report["by_motion"][0]["planned_repetitions"] == 160
    assert report["by_motion"][0]["totals"]["repetitions"] == 50
