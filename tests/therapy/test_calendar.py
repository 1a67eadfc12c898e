"""T10: a month in one call, each day beside its plan; and the days that are exceptional."""

from calendar import monthrange
from typing import Any
from uuid import UUID

import pytest

from dodam.bootstrap import Dodam
from tests.families import Guardian, play

from .steps import Travel, excuse, make_plan, plan_day, problem, repetitions, rows, seoul


async def _calendar(guardian: Guardian, child: dict[str, Any], month: str = "") -> dict[str, Any]:
    query = month and f"?month={month}"
    return await guardian.get(f"/children/{child['id']}/calendar{query}")


async def _statuses(guardian: Guardian, child: dict[str, Any], month: str = "") -> dict[str, str]:
    calendar = await _calendar(guardian, child, month)
    return {day["day"]: day["status"] for day in calendar["days"]}


async def test_T10_a_month_shows_every_way_a_day_can_go(
    guardian: Guardian, child: dict[str, Any], travel: Travel
) -> None:
    await travel(seoul("2026-03-02", "09:00"))
    items = repetitions("mass_grasp", 10), repetitions("tip_pinch", 5)
    await make_plan(guardian, child, [plan_day(day, *items) for day in (1, 3, 5)])
    await travel(seoul("2026-03-18", "12:00"))
    done = ["2026-03-02", "2026-03-11"]
    plays = [play(seoul(day), motion=each["motion"]) for day in done for each in items]
    # Half of Wednesday the 4th, and something on Tuesday the 3rd and Sunday the 15th.
    plays += [play(seoul(f"2026-03-{day}")) for day in ("04", "03", "15")]
    await guardian.upload(child, plays)
    for day in ("2026-03-08", "2026-03-09", "2026-03-11", "2026-03-15", "2026-03-27"):
        await excuse(guardian, child, day, reason="travel")

    calendar = await _calendar(guardian, child)
    assert (calendar["child_id"], calendar["month"], calendar["today"]) == (
        child["id"],
        "2026-03",
        "2026-03-18",
    )
    expected = {
        # Therapy began on the 2nd.
        "rest": [1, 5, 7, 8, 10, 12, 14, 17, 19, 21, 22, 24, 26, 28, 29, 31],
        "done": [2, 11],
        "extra": [3, 15],
        "partial": [4],
        "missed": [6, 13, 16],
        "excused": [9, 27],
        "planned": [18, 20, 23, 25, 30],
    }
    statuses = {day["day"]: day["status"] for day in calendar["days"]}
    assert {
        status: [int(day[-2:]) for day, found in statuses.items() if found == status]
        for status in expected
    } == expected
    by_day = {int(day["day"][-2:]): day for day in calendar["days"]}
    counts = {day: (by_day[day]["planned_items"], by_day[day]["reached_items"]) for day in by_day}
    assert [counts[day] for day in (2, 3, 4, 6, 9)] == [(2, 2), (0, 0), (2, 1), (2, 0), (2, 0)]
    exceptions = {day: by_day[day]["exception"] for day in by_day if by_day[day]["exception"]}
    assert exceptions == dict.fromkeys((8, 9, 11, 15, 27), "travel")
    assert by_day[2]["totals"]["plays"] == 2
    assert by_day[6]["totals"]["plays"] == 0


async def test_T10_today_is_missed_only_when_it_is_over(
    guardian: Guardian, child: dict[str, Any], travel: Travel
) -> None:
    for at, status in (("2026-03-19", "03:59"), "planned"), (("2026-03-19", "04:00"), "missed"):
        await travel(seoul(*at))
        assert (await _statuses(guardian, child))["2026-03-18"] == status


async def test_T10_a_late_upload_turns_a_missed_day_into_a_played_one(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    assert (await _statuses(guardian, child))["2026-03-05"] == "missed"
    await guardian.upload(child, play(seoul("2026-03-05")))
    assert (await _statuses(guardian, child))["2026-03-05"] == "partial"


@pytest.mark.parametrize("month", ["2000-02", "2026-02", "2028-02", "2026-12", "2099-12"])
async def test_T10_a_month_has_all_its_days_in_order(
    guardian: Guardian, child: dict[str, Any], month: str
) -> None:
    calendar = await _calendar(guardian, child, month)
    _, length = monthrange(*map(int, month.split("-")))
    assert [day["day"] for day in calendar["days"]] == [
        f"{month}-{day:02}" for day in range(1, length + 1)
    ]
    assert (calendar["month"], calendar["today"]) == (month, "2026-03-18")


async def test_T10_a_play_in_the_first_night_belongs_to_the_month_before(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    times = [("2026-03-01", "03:59"), ("2026-03-01", "04:00")]
    await guardian.upload(child, [play(seoul(*at)) for at in times])
    february = await _calendar(guardian, child, "2026-02")
    march = await _calendar(guardian, child, "2026-03")
    assert february["days"][-1]["totals"]["plays"] == 1
    assert march["days"][0]["totals"]["plays"] == 1
    assert (february["days"][-1]["status"], march["days"][0]["status"]) == ("extra", "extra")


@pytest.mark.parametrize(
    ("zone", "at", "month"),
    [
        ("Asia/Seoul", ("2026-04-01", "03:59"), "2026-03"),
        ("Asia/Seoul", ("2026-04-01", "04:00"), "2026-04"),
        ("America/New_York", ("2026-04-01", "16:59"), "2026-03"),
        ("America/New_York", ("2026-04-01", "17:00"), "2026-04"),
    ],
)
async def test_T10_the_present_month_is_that_of_the_childs_day(
    guardian: Guardian, travel: Travel, zone: str, at: tuple[str, str], month: str
) -> None:
    child = await guardian.register_child(time_zone=zone)
    await travel(seoul(*at))
    assert (await _calendar(guardian, child))["month"] == month


@pytest.mark.parametrize(
    "month",
    [
        "",
        "2026",
        "2026-00",
        "2026-13",
        "2026-3",
        "26-03",
        "1999-12",
        "0000-01",
        "2100-01",
        "9999-12",
        "2026-03-18",
        "2026-03%0A",
        "2026-03%00",
        "-026-03",
        "2026/03",
        "٢٠٢٦-٠٣",
        "march",
    ],
)
async def test_T10_a_month_that_is_none_is_refused_by_name(
    guardian: Guardian, child: dict[str, Any], month: str
) -> None:
    answer = await guardian.call("GET", f"/children/{child['id']}/calendar?month={month}")
    assert list(problem(answer, 400, "invalid_input")) == ["month"]


@pytest.mark.parametrize("reason", ["illness", "holiday", "hospital", "travel", "other"])
async def test_T10_a_day_may_be_exceptional_for_any_of_the_reasons(
    guardian: Guardian, child: dict[str, Any], reason: str
) -> None:
    await excuse(guardian, child, "2026-03-17", reason=reason, note="할머니 댁\n" + "가" * 190)
    days = (await _calendar(guardian, child))["days"]
    assert (days[16]["status"], days[16]["exception"]) == ("excused", reason)


async def test_T10_marking_a_day_again_replaces_what_was_said(
    system: Dodam, guardian: Guardian, child: dict[str, Any]
) -> None:
    await excuse(guardian, child, "2026-03-17", reason="illness", note="열")
    await excuse(guardian, child, "2026-03-17", reason="hospital")
    query = "select reason, note from therapy.exceptional_day where child_id = $1"
    assert await rows(system, query, UUID(child["id"])) == [{"reason": "hospital", "note": None}]


async def test_T10_an_unmarked_day_is_an_ordinary_one_again(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    path = f"/children/{child['id']}/exceptional-days/2026-03-17"
    await excuse(guardian, child, "2026-03-17")
    for _ in range(2):
        assert (await guardian.call("DELETE", path)).status_code == 204
        assert (await _statuses(guardian, child))["2026-03-17"] == "missed"


@pytest.mark.parametrize("day", ["2025-03-17", "2027-03-19"])
async def test_T10_a_day_up_to_a_year_away_can_be_marked(
    guardian: Guardian, child: dict[str, Any], day: str
) -> None:
    await excuse(guardian, child, day)
    calendar = await _calendar(guardian, child, day[:7])
    assert [each["day"] for each in calendar["days"] if each["exception"]] == [day]


@pytest.mark.parametrize("day", ["2025-03-16", "2027-03-20", "0001-01-01", "9999-12-31"])
async def test_T10_a_day_further_away_cannot(
    guardian: Guardian, child: dict[str, Any], day: str
) -> None:
    path = f"/children/{child['id']}/exceptional-days/{day}"
    answer = await guardian.call("PUT", path, json={"reason": "illness"})
    assert problem(answer, 400, "invalid_input") == {"day": "out_of_range"}
    assert (await guardian.call("DELETE", path)).status_code == 204


@pytest.mark.parametrize("day", ["2026-02-30", "today", "2026-3-1", "20260301T", "1e9", "-1"])
@pytest.mark.parametrize("method", ["PUT", "DELETE"])
async def test_T10_a_day_that_is_none_has_no_address(
    guardian: Guardian, child: dict[str, Any], method: str, day: str
) -> None:
    path = f"/children/{child['id']}/exceptional-days/{day}"
    answer = await guardian.call(method, path, json={"reason": "illness"})
    assert answer.status_code in {400, 404}, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")


@pytest.mark.parametrize(
    ("form", "wrong"),
    [
        ({}, {"reason": "required"}),
        ({"reason": "rain"}, {"reason": "not_a_choice"}),
        ({"reason": None}, {"reason": "wrong_type"}),
        ({"reason": "illness", "note": "n" * 201}, {"note": "wrong_length"}),
        ({"reason": "illness", "note": "fe\x00ver"}, {"note": "wrong_format"}),
        ({"reason": "illness", "note": 39.5}, {"note": "wrong_type"}),
        ({"reason": "illness", "day": "2026-03-17"}, {"day": "unknown_field"}),
    ],
)
async def test_T10_an_exceptional_day_is_refused_by_field(
    guardian: Guardian, child: dict[str, Any], form: dict[str, Any], wrong: dict[str, str]
) -> None:
    path = f"/children/{child['id']}/exceptional-days/2026-03-17"
    answer = await guardian.call("PUT", path, json=form)
    assert problem(answer, 400, "invalid_input") == wrong
    assert (await _statuses(guardian, child))["2026-03-17"] == "missed"
