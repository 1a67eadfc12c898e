"""T14: a fresh child has empty lists everywhere; and nobody else's child has anything."""

from typing import Any

import httpx
import pytest

from tests.answers import words_of
from tests.families import Guardian, play

from .steps import excuse, make_plan, plan_day, problem, seoul

NOBODYS = "01900000-0000-7000-8000-00000000dead"
CALLS: list[tuple[str, str, Any]] = [
    ("GET", "/today", None),
    ("GET", "/calendar", None),
    ("GET", "/calendar?month=2026-03", None),
    ("GET", "/attendance", None),
    ("GET", "/daily-logs", None),
    ("GET", "/report", None),
    ("GET", "/plans", None),
    ("POST", "/plans", {"days": [plan_day(1)]}),
    ("POST", "/play-records", []),
    ("PUT", "/exceptional-days/2026-03-18", {"reason": "illness"}),
    ("DELETE", "/exceptional-days/2026-03-18", None),
]


async def test_T14_a_fresh_child_has_empty_lists_and_zeros(guardian: Guardian) -> None:
    child = await guardian.register_child()
    path = f"/children/{child['id']}"
    logs = await guardian.get(f"{path}/daily-logs")
    assert logs == {
        "child_id": child["id"],
        "from_day": "2026-02-16",
        "to_day": "2026-03-18",
        "days": [],
    }
    attendance = await guardian.get(f"{path}/attendance")
    assert (attendance["attended"], attendance["attended_days"]) == ([], 0)
    assert (attendance["current_streak"], attendance["longest_streak"]) == (0, 0)
    assert (attendance["planned_days"], attendance["attendance_rate"]) == (1, 0.0)
    assert attendance["total_attended_days"] == 0
    report = await guardian.get(f"{path}/report")
    assert len(report["trend"]) == 8
    for period in (report["today"], report["week"], report["month"], *report["trend"]):
        assert period["totals"] == {
            "plays": 0,
            "repetitions": 0,
            "successes": 0,
            "active_seconds": 0.0,
            "success_rate": None,
            "accuracy": None,
            "score": 0,
        }
    assert report["today"]["completion"] == 0.0
    assert {entry["totals"]["plays"] for entry in report["by_motion"]} == {0}


async def test_T14_before_therapy_begins_there_is_nothing_anywhere(guardian: Guardian) -> None:
    child = await guardian.register_child(therapy_starts_on="2026-06-01")
    path = f"/children/{child['id']}"
    assert (await guardian.get(f"{path}/today"))["items"] == []
    assert (await guardian.get(f"{path}/daily-logs"))["days"] == []
    assert (await guardian.get(f"{path}/attendance"))["attendance_rate"] is None
    report = await guardian.get(f"{path}/report")
    assert report["by_motion"] == []
    periods = (report["today"], report["week"], report["month"], *report["trend"])
    assert {period["completion"] for period in periods} == {None}
    calendar = await guardian.get(f"{path}/calendar")
    assert {day["status"] for day in calendar["days"]} == {"rest"}
    assert len(await guardian.get(f"{path}/plans")) == 1


@pytest.mark.parametrize(("method", "path", "body"), CALLS)
async def test_T14_another_guardians_child_is_as_unknown_as_one_that_never_was(
    guardian: Guardian,
    other_guardian: Guardian,
    child: dict[str, Any],
    method: str,
    path: str,
    body: Any,
) -> None:
    theirs = await other_guardian.call(method, f"/children/{child['id']}{path}", json=body)
    nobodys = await guardian.call(method, f"/children/{NOBODYS}{path}", json=body)
    for answer in (theirs, nobodys):
        problem(answer, 404, "child_not_found")
    assert words_of(theirs) == words_of(nobodys)


@pytest.mark.parametrize(("method", "path", "body"), CALLS)
async def test_T14_a_removed_child_is_gone_with_all_it_had(
    guardian: Guardian, child: dict[str, Any], method: str, path: str, body: Any
) -> None:
    await guardian.upload(child, play(seoul("2026-03-18")))
    await make_plan(guardian, child, [plan_day(3)])
    await excuse(guardian, child, "2026-03-17")
    removed = await guardian.call("DELETE", f"/children/{child['id']}")
    assert removed.status_code == 204
    answer = await guardian.call(method, f"/children/{child['id']}{path}", json=body)
    problem(answer, 404, "child_not_found")


@pytest.mark.parametrize(("method", "path", "body"), CALLS)
async def test_T14_who_is_not_signed_in_sees_nothing(
    http: httpx.AsyncClient, child: dict[str, Any], method: str, path: str, body: Any
) -> None:
    answer = await http.request(method, f"/v1/children/{child['id']}{path}", json=body)
    problem(answer, 401, "not_signed_in")


async def test_T14_a_stranger_changes_nothing_of_a_child(
    guardian: Guardian, other_guardian: Guardian, child: dict[str, Any]
) -> None:
    await excuse(guardian, child, "2026-03-17")
    path = f"/children/{child['id']}"
    views = ("/today", "/calendar", "/attendance", "/daily-logs", "/report", "/plans")
    before = [await guardian.get(path + view) for view in views]
    for method, call, body in CALLS:
        await other_guardian.call(method, path + call, json=body)
    await other_guardian.call("DELETE", f"{path}/exceptional-days/2026-03-17")
    await other_guardian.call("POST", f"{path}/play-records", json=play(seoul("2026-03-18")))
    assert [await guardian.get(path + view) for view in views] == before


async def test_T14_siblings_have_nothing_in_common(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    sibling = await guardian.register_child(name="서연", therapy_starts_on="2026-03-02")
    path = f"/children/{sibling['id']}"
    views = ("/today", "/calendar", "/attendance", "/daily-logs", "/report", "/plans")
    before = [await guardian.get(path + view) for view in views]
    await guardian.upload(child, [play(seoul(day)) for day in ("2026-03-17", "2026-03-18")])
    await make_plan(guardian, child, [plan_day(6)])
    await excuse(guardian, child, "2026-03-16")
    assert [await guardian.get(path + view) for view in views] == before
