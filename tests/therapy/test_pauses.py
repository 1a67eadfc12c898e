"""T02, T10: pauses excuse the days they cover, in every view, until they are ended."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from dodam.bootstrap import Dodam
from dodam.platform.settings import Settings
from tests.families import Guardian, play
from tests.staff import care_member

from .steps import Travel, excuse, make_plan, plan_day, problem, repetitions, rows, seoul

EVERY_DAY = [plan_day(weekday, repetitions("mass_grasp", 10)) for weekday in range(1, 8)]


async def _pause(guardian: Guardian, child: dict[str, Any], **fields: Any) -> dict[str, Any]:
    form = {"from_day": "2026-03-18", "reason": "hospital", **fields}
    answer = await guardian.call("POST", f"/children/{child['id']}/pauses", json=form)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def _end(
    guardian: Guardian, child: dict[str, Any], pause: dict[str, Any], on: str
) -> dict[str, Any]:
    path = f"/children/{child['id']}/pauses/{pause['id']}/end"
    answer = await guardian.call("POST", path, json={"on": on})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def _statuses(guardian: Guardian, child: dict[str, Any]) -> dict[int, str]:
    calendar = await guardian.get(f"/children/{child['id']}/calendar?month=2026-03")
    return {int(day["day"][-2:]): day["status"] for day in calendar["days"]}


async def test_T02_a_pause_is_answered_and_listed_as_it_was_made(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    made = await _pause(guardian, child, to_day="2026-03-20", note="퇴원 예정")
    assert made == {
        "id": made["id"],
        "from_day": "2026-03-18",
        "to_day": "2026-03-20",
        "reason": "hospital",
        "note": "퇴원 예정",
        "made_by": None,
        "created_at": "2026-03-18T12:00:00Z",
    }
    later = await _pause(guardian, child, from_day="2026-04-01", reason="travel")
    assert await guardian.get(f"/children/{child['id']}/pauses") == [later, made]
    assert await guardian.get(f"/children/{child['id']}/pauses?limit=1") == [later]


async def test_T10_a_pause_excuses_what_is_planned_and_nothing_else(
    guardian: Guardian, child: dict[str, Any], travel: Travel
) -> None:
    await _pause(guardian, child, from_day="2026-03-12", to_day="2026-03-20")
    await guardian.upload(child, [play(seoul("2026-03-13", "10:00"))])
    await travel(seoul("2026-03-24"))
    statuses = await _statuses(guardian, child)
    assert [statuses[day] for day in (11, 12, 13, 14, 16, 20, 21, 23, 24)] == [
        "missed",
        "excused",
        "partial",
        "rest",
        "excused",
        "excused",
        "rest",
        "missed",
        "planned",
    ]


async def test_T04_today_shows_the_pause_and_what_was_planned(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    await make_plan(guardian, child, EVERY_DAY)
    pause = await _pause(guardian, child)
    today = await guardian.get(f"/children/{child['id']}/today")
    found = today["status"], today["exception"], today["pause"]
    assert found == ("excused", pause["reason"], pause)
    assert [item["motion"] for item in today["items"]] == ["mass_grasp"]
    await guardian.upload(child, [play(seoul("2026-03-18", "10:00"))])
    today = await guardian.get(f"/children/{child['id']}/today")
    assert (today["status"], today["goal_reached"]) == ("done", True)


async def test_T09_a_pause_neither_breaks_a_streak_nor_counts_against_attendance(
    guardian: Guardian, child: dict[str, Any], travel: Travel
) -> None:
    await travel(seoul("2026-03-02", "09:00"))
    await make_plan(guardian, child, EVERY_DAY)
    await travel(seoul("2026-03-18"))
    days = ("2026-03-08", "2026-03-09", "2026-03-17", "2026-03-18")
    await guardian.upload(child, [play(seoul(day, "10:00")) for day in days])
    path = f"/children/{child['id']}/attendance?from=2026-03-08&to=2026-03-18"
    before = await guardian.get(path)
    assert (before["current_streak"], before["planned_days"]) == (2, 11)
    await _pause(guardian, child, from_day="2026-03-10", to_day="2026-03-16", reason="travel")
    after = await guardian.get(path)
    assert (after["current_streak"], after["longest_streak"]) == (4, 4)
    assert (after["planned_days"], after["attendance_rate"]) == (4, 1.0)


async def test_T02_a_pause_without_an_end_lasts_until_it_is_ended(
    guardian: Guardian, child: dict[str, Any], travel: Travel
) -> None:
    await make_plan(guardian, child, EVERY_DAY)
    pause = await _pause(guardian, child)
    await travel(seoul("2026-03-29"))
    assert set((await _statuses(guardian, child)).values()) >= {"excused"}
    assert (await _statuses(guardian, child))[31] == "excused"
    ended = await _end(guardian, child, pause, "2026-03-27")
    assert ended == {**pause, "to_day": "2026-03-27"}
    statuses = await _statuses(guardian, child)
    assert [statuses[day] for day in (18, 27, 28, 29)] == [
        "excused",
        "excused",
        "missed",
        "planned",
    ]


async def test_T02_pauses_may_overlap_and_a_single_day_is_told_of_first(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    await make_plan(guardian, child, EVERY_DAY)
    await _pause(guardian, child, to_day="2026-03-22")
    inner = await _pause(
        guardian, child, from_day="2026-03-20", to_day="2026-03-24", reason="illness"
    )
    await excuse(guardian, child, "2026-03-19", reason="other")
    path = f"/children/{child['id']}/schedule?from=2026-03-18&to=2026-03-25"
    days = {day["day"][-2:]: day for day in (await guardian.get(path))["days"]}
    reasons = [days[day]["exception"] for day in ("18", "19", "23", "24", "25")]
    assert reasons == ["hospital", "other", "illness", "illness", None]
    assert days["21"]["pause"]["id"] == inner["id"]
    # Who ends one of them still has the other.
    await _end(guardian, child, inner, "2026-03-19")
    days = {day["day"][-2:]: day for day in (await guardian.get(path))["days"]}
    assert [days[day]["exception"] for day in ("21", "23")] == ["hospital", None]


async def test_T02_of_pauses_that_overlap_the_one_made_last_gives_the_reason(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    await make_plan(guardian, child, EVERY_DAY)
    await _pause(guardian, child, from_day="2026-03-18", reason="travel")
    last = await _pause(guardian, child, from_day="2026-03-10", to_day="2026-03-18")
    calendar = await guardian.get(f"/children/{child['id']}/calendar?month=2026-03")
    reasons = [calendar["days"][day - 1]["exception"] for day in (17, 18, 19)]
    assert reasons == ["hospital", "hospital", "travel"]
    assert (await guardian.get(f"/children/{child['id']}/today"))["pause"] == last


async def test_T02_a_pause_that_is_sent_again_is_made_once(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    made = await _pause(guardian, child)
    assert await _pause(guardian, child) == made
    ended = await _end(guardian, child, made, "2026-03-20")
    assert await guardian.get(f"/children/{child['id']}/pauses") == [ended]
    # Another one, though it begins on the same day.
    assert (await _pause(guardian, child))["id"] != made["id"]


async def test_T02_a_pause_that_was_a_mistake_excuses_nothing_and_is_still_told_of(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    pause = await _pause(guardian, child, from_day="2026-03-10")
    await _end(guardian, child, pause, "2026-03-09")
    statuses = await _statuses(guardian, child)
    assert "excused" not in statuses.values()
    [listed] = await guardian.get(f"/children/{child['id']}/pauses")
    assert (listed["from_day"], listed["to_day"]) == ("2026-03-10", "2026-03-09")


async def test_T02_the_care_team_pauses_too_and_it_is_told_who_did(
    system: Dodam, settings: Settings, guardian: Guardian, child: dict[str, Any]
) -> None:
    clinician = await care_member(system, guardian.http, settings, child)
    form = {"from_day": "2026-03-18", "reason": "hospital"}
    path = f"/children/{child['id']}/pauses"
    made = (await clinician.call("POST", path, json=form)).json()
    assert made["made_by"] == str(clinician.id)
    assert await guardian.get(path) == [made]
    ended = await _end(guardian, child, made, "2026-03-20")
    assert await clinician.get(path) == [ended]
    query = "select action from audit.entry where actor_id = $1 order by at, id"
    actions = [row["action"] for row in await rows(system, query, clinician.id)]
    assert actions == ["pause.made", "child.viewed"]


@pytest.mark.parametrize(
    ("form", "wrong"),
    [
        ({}, {"from_day": "required"}),
        ({"from_day": "2026-03-18"}, {"reason": "required"}),
        ({"from_day": "2026-03-18", "reason": "rain"}, {"reason": "not_a_choice"}),
        ({"from_day": "2025-03-16", "reason": "other"}, {"from_day": "out_of_range"}),
        ({"from_day": "2027-03-20", "reason": "other"}, {"from_day": "out_of_range"}),
        ({"from_day": "0001-01-01", "reason": "other"}, {"from_day": "out_of_range"}),
        (
            {"from_day": "2026-03-18", "to_day": "2026-03-17", "reason": "other"},
            {"to_day": "out_of_range"},
        ),
        (
            {"from_day": "2026-03-18", "to_day": "9999-12-31", "reason": "other"},
            {"to_day": "out_of_range"},
        ),
        (
            {"from_day": "2026-03-18", "reason": "other", "note": "x" * 201},
            {"note": "wrong_length"},
        ),
        (
            {"from_day": "2026-03-18", "reason": "other", "note": "a\u0000b"},
            {"note": "wrong_format"},
        ),
        ({"from_day": "2026-03-18", "reason": "other", "days": 3}, {"days": "unknown_field"}),
    ],
)
async def test_T02_a_pause_that_cannot_be_is_refused_by_field(
    guardian: Guardian, child: dict[str, Any], form: dict[str, Any], wrong: dict[str, str]
) -> None:
    answer = await guardian.call("POST", f"/children/{child['id']}/pauses", json=form)
    assert problem(answer, 400, "invalid_input") == wrong
    assert await guardian.get(f"/children/{child['id']}/pauses") == []


async def test_T02_a_pause_is_made_shorter_only(guardian: Guardian, child: dict[str, Any]) -> None:
    pause = await _pause(guardian, child, to_day="2026-03-25")
    path = f"/children/{child['id']}/pauses/{pause['id']}/end"
    for day in ("2026-03-26", "2026-03-16", "9999-12-31", "0001-01-01"):
        answer = await guardian.call("POST", path, json={"on": day})
        assert problem(answer, 400, "invalid_input") == {"on": "out_of_range"}, day
    assert (await _end(guardian, child, pause, "2026-03-25"))["to_day"] == "2026-03-25"
    unknown = f"/children/{child['id']}/pauses/{uuid4()}/end"
    answer = await guardian.call("POST", unknown, json={"on": "2026-03-20"})
    problem(answer, 404, "pause_not_found")


async def test_T02_anothers_pause_is_not_there(
    system: Dodam, guardian: Guardian, other_guardian: Guardian, child: dict[str, Any]
) -> None:
    pause = await _pause(guardian, child)
    own = await other_guardian.register_child()
    path = f"/pauses/{pause['id']}/end"
    for named, code in ((child, "child_not_found"), (own, "pause_not_found")):
        answer = await other_guardian.call(
            "POST", f"/children/{named['id']}{path}", json={"on": "2026-03-20"}
        )
        problem(answer, 404, code)
    query = "select to_day from therapy.pause where child_id = $1"
    assert await rows(system, query, UUID(child["id"])) == [{"to_day": None}]


async def test_T02_pauses_are_not_made_without_end_and_nobodys_leave_no_room_for_others(
    system: Dodam, settings: Settings, guardian: Guardian, child: dict[str, Any]
) -> None:
    async with system.database.transaction() as tx:
        await tx.execute(
            "insert into therapy.pause (child_id, id, from_day, to_day, reason, created_at)"
            " select $1, gen_random_uuid(), date '2025-06-01', date '2025-06-01' + n, 'other',"
            " now() from generate_series(1, 500) n",
            UUID(child["id"]),
        )
    form = {"from_day": "2026-03-18", "reason": "hospital"}
    path = f"/children/{child['id']}/pauses"
    answer = await guardian.call("POST", path, json=form)
    assert (answer.status_code, answer.json()["code"]) == (409, "pause_limit_reached")
    clinician = await care_member(system, guardian.http, settings, child)
    assert (await clinician.call("POST", path, json=form)).status_code == 201
