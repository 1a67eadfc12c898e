"""T02: plans a guardian makes: their versions, their limits, and the past they leave alone."""

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from dodam.bootstrap import Dodam
from tests.families import Guardian, play

from .steps import (
    Travel,
    make_plan,
    minutes,
    plan_day,
    problem,
    repetitions,
    rows,
    seoul,
)


async def _plans(guardian: Guardian, child: dict[str, Any]) -> list[dict[str, Any]]:
    return await guardian.get(f"/children/{child['id']}/plans")


async def _month(
    guardian: Guardian, child: dict[str, Any], month: str = "2026-03"
) -> dict[str, dict[str, Any]]:
    calendar = await guardian.get(f"/children/{child['id']}/calendar?month={month}")
    return {day["day"]: day for day in calendar["days"]}


def _planned(month: dict[str, dict[str, Any]]) -> list[int]:
    return [int(day[-2:]) for day, entry in month.items() if entry["planned_items"]]


def _item(
    motion: str, *, repetitions: int | None = None, minutes: int | None = None
) -> dict[str, Any]:
    return {
        "motion": motion,
        "target_repetitions": repetitions,
        "target_minutes": minutes,
        "difficulty": None,
    }


async def test_T02_a_plan_is_answered_and_listed_as_it_was_made(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    days = [
        plan_day(5, minutes("wrist_extension", 5), hand="right"),
        plan_day(1, repetitions("tip_pinch", 1), repetitions("mass_grasp", 2_000), at="17:30:00"),
        plan_day(7, minutes("bimanual_hold", 240), hand="both", at="06:05:04"),
    ]
    made = await make_plan(guardian, child, days, starts_on="2026-03-20", ends_on="2026-04-20")
    assert made == {
        "version": 2,
        "source": "guardian",
        "starts_on": "2026-03-20",
        "ends_on": "2026-04-20",
        "days": [
            {
                "weekday": 1,
                "hand": "left",
                "items": [
                    _item("tip_pinch", repetitions=1),
                    _item("mass_grasp", repetitions=2_000),
                ],
                "at": "17:30:00",
            },
            {
                "weekday": 5,
                "hand": "right",
                "items": [_item("wrist_extension", minutes=5)],
                "at": None,
            },
            {
                "weekday": 7,
                "hand": "both",
                "items": [_item("bimanual_hold", minutes=240)],
                "at": "06:05:04",
            },
        ],
        "created_at": "2026-03-18T12:00:00Z",
        "hand_rule": None,
        "rests_on": [],
        "note": None,
        "made_by": None,
        "ended_on": None,
        "in_force": False,
        "overridden_by": None,
    }
    plans = await _plans(guardian, child)
    assert [plan["version"] for plan in plans] == [2, 1]
    assert plans[0] == made


async def test_T02_a_plan_begins_today_unless_it_says_otherwise(
    guardian: Guardian, child: dict[str, Any], travel: Travel
) -> None:
    made = await make_plan(guardian, child, [plan_day(3)], starts_on=None, ends_on=None)
    assert made["starts_on"] == "2026-03-18"
    await travel(seoul("2026-03-19", "03:59"))
    assert (await make_plan(guardian, child, [plan_day(3)]))["starts_on"] == "2026-03-18"
    await travel(seoul("2026-03-19", "04:00"))
    assert (await make_plan(guardian, child, [plan_day(3)]))["starts_on"] == "2026-03-19"


async def test_T02_a_new_plan_leaves_every_day_before_it_as_it_was(
    guardian: Guardian, child: dict[str, Any], travel: Travel
) -> None:
    await travel(seoul("2026-03-02", "09:00"))
    await make_plan(guardian, child, [plan_day(day) for day in (1, 3, 5)])
    await travel(seoul("2026-03-18", "12:00"))
    days = ["2026-03-02", "2026-03-03", "2026-03-04", "2026-03-13", "2026-03-18"]
    await guardian.upload(child, [play(seoul(day, "10:00")) for day in days])
    before = await _month(guardian, child)
    attendance = f"/children/{child['id']}/attendance?to=2026-03-17"
    attended = await guardian.get(attendance)

    first = await make_plan(guardian, child, [plan_day(2, repetitions("tip_pinch", 1))])
    second = await make_plan(guardian, child, [plan_day(7)], starts_on="2026-03-23")
    assert (first["version"], second["version"]) == (3, 4)
    after = await _month(guardian, child)
    for day in (date(2026, 3, 1) + timedelta(days=n) for n in range(17)):
        assert after[day.isoformat()] == before[day.isoformat()], day
    assert await guardian.get(attendance) == attended
    assert _planned(before) == [2, 4, 6, 9, 11, 13, 16, 18, 20, 23, 25, 27, 30]
    # Wednesday the 18th is a rest day now, with something extra played on it.
    assert (before["2026-03-18"]["status"], after["2026-03-18"]["status"]) == ("done", "extra")
    assert _planned(after) == [2, 4, 6, 9, 11, 13, 16, 29]


async def test_T02_a_plan_for_later_leaves_the_days_until_then(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    before = await _month(guardian, child)
    await make_plan(guardian, child, [plan_day(6)], starts_on="2026-03-25")
    after = await _month(guardian, child)
    for day, entry in before.items():
        if day < "2026-03-25":
            assert after[day] == entry
    assert [day for day in _planned(after) if day >= 25] == [28]
    today = await guardian.get(f"/children/{child['id']}/today")
    assert today["plan_version"] == 1


async def test_T02_after_a_plan_has_ended_the_default_one_counts_again(
    guardian: Guardian, child: dict[str, Any], travel: Travel
) -> None:
    everyday = [plan_day(day) for day in range(1, 8)]
    await make_plan(guardian, child, everyday, ends_on="2026-03-21")
    planned = _planned(await _month(guardian, child))
    assert [day for day in planned if day > 17] == [18, 19, 20, 21, 23, 24, 25, 26, 27, 30, 31]
    await travel(seoul("2026-03-23"))
    today = await guardian.get(f"/children/{child['id']}/today")
    assert (today["status"], today["plan_version"]) == ("planned", 1)


async def test_T02_a_plan_may_last_a_single_day_or_for_ever(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    everyday = [plan_day(day) for day in range(1, 8)]
    await make_plan(guardian, child, everyday, starts_on="2026-03-22", ends_on="2026-03-22")
    planned = _planned(await _month(guardian, child))
    assert [day for day in planned if 20 < day < 25] == [22, 23, 24]
    await make_plan(guardian, child, everyday, ends_on="9999-12-31")
    assert len(_planned(await _month(guardian, child, "2099-12"))) == 31


async def test_T02_the_newest_plan_wins_even_over_one_for_later(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    await make_plan(guardian, child, [plan_day(1)], starts_on="2026-03-23")
    await make_plan(guardian, child, [plan_day(2)], starts_on="2026-03-19")
    assert [day for day in _planned(await _month(guardian, child)) if day > 18] == [24, 31]


async def test_T02_plans_made_at_once_have_versions_without_gap_or_twin(
    system: Dodam, guardian: Guardian, elsewhere: Guardian, child: dict[str, Any]
) -> None:
    made = await asyncio.gather(
        *(
            make_plan(who, child, [plan_day(weekday)])
            for who in (guardian, elsewhere)
            for weekday in range(1, 8)
        )
    )
    assert sorted(plan["version"] for plan in made) == list(range(2, 16))
    query = "select version from therapy.plan where child_id = $1 order by version"
    stored = [row["version"] for row in await rows(system, query, UUID(child["id"]))]
    assert stored == list(range(1, 16))


_ITEM = repetitions("mass_grasp", 10)


WRONG_PLANS: list[tuple[dict[str, Any], dict[str, str]]] = [
    ({}, {"days": "required"}),
    ({"days": None}, {"days": "wrong_type"}),
    ({"days": []}, {"days": "wrong_length"}),
    ({"days": {}}, {"days": "wrong_type"}),
    ({"days": [plan_day(1)] * 8}, {"days": "wrong_length"}),
    ({"days": [plan_day(1)], "version": 1}, {"version": "unknown_field"}),
    ({"days": [plan_day(1)], "source": "neighbour"}, {"source": "not_a_choice"}),
    ({"days": [plan_day(1, colour="red")]}, {"days[0].colour": "unknown_field"}),
    ({"days": [plan_day(0)]}, {"days[0].weekday": "out_of_range"}),
    ({"days": [plan_day(8)]}, {"days[0].weekday": "out_of_range"}),
    ({"days": [plan_day(1, hand="foot")]}, {"days[0].hand": "not_a_choice"}),
    ({"days": [plan_day(1, hand=None)]}, {"days[0].hand": "hand_or_rule"}),
    ({"days": [plan_day(1, at="25:00")]}, {"days[0].at": "wrong_format"}),
    ({"days": [plan_day(1, at=17)]}, {"days[0].at": "wrong_type"}),
    ({"days": [{**plan_day(1), "items": []}]}, {"days[0].items": "wrong_length"}),
    (
        {"days": [{**plan_day(1), "items": [_ITEM] * 21}]},
        {"days[0].items": "wrong_length"},
    ),
    (
        {"days": [plan_day(1, repetitions("mass_grasp", 0))]},
        {"days[0].items[0].target_repetitions": "out_of_range"},
    ),
    (
        {"days": [plan_day(1, repetitions("mass_grasp", 2_001))]},
        {"days[0].items[0].target_repetitions": "out_of_range"},
    ),
    (
        {"days": [plan_day(1, minutes("mass_grasp", 241))]},
        {"days[0].items[0].target_minutes": "out_of_range"},
    ),
    (
        {"days": [plan_day(1, repetitions("Mass Grasp", 1))]},
        {"days[0].items[0].motion": "wrong_format"},
    ),
    ({"days": [plan_day(1)], "starts_on": "tomorrow"}, {"starts_on": "wrong_format"}),
    ({"days": [plan_day(1)], "starts_on": "2026-03-17"}, {"starts_on": "out_of_range"}),
    ({"days": [plan_day(1)], "starts_on": "2027-03-20"}, {"starts_on": "out_of_range"}),
    ({"days": [plan_day(1)], "starts_on": "0001-01-01"}, {"starts_on": "out_of_range"}),
    ({"days": [plan_day(1)], "ends_on": "2026-03-17"}, {"ends_on": "out_of_range"}),
    (
        {"days": [plan_day(1)], "starts_on": "2026-03-25", "ends_on": "2026-03-24"},
        {"ends_on": "out_of_range"},
    ),
    ({"days": [plan_day(1), plan_day(2), plan_day(1)]}, {"days[2].weekday": "repeated"}),
    (
        {"days": [plan_day(1), plan_day(2, _ITEM, {"motion": "tip_pinch"})]},
        {"days[1].items[1]": "one_target"},
    ),
    (
        {"days": [plan_day(1, {**_ITEM, "target_minutes": 5})]},
        {"days[0].items[0]": "one_target"},
    ),
    (
        {"days": [plan_day(1), plan_day(2, _ITEM, repetitions("cartwheel", 1))]},
        {"days[1].items[1].motion": "unknown_motion"},
    ),
    (
        {"days": [plan_day(1, _ITEM, minutes("mass_grasp", 5))]},
        {"days[0].items[1].motion": "repeated"},
    ),
    (
        {
            "days": [plan_day(1, repetitions("cartwheel", 1)), plan_day(1, {"motion": "fly"})],
            "starts_on": "2026-03-01",
            "ends_on": "2026-02-01",
        },
        {
            "days[0].items[0].motion": "unknown_motion",
            "days[1].weekday": "repeated",
            "days[1].items[0]": "one_target",
            "days[1].items[0].motion": "unknown_motion",
            "starts_on": "out_of_range",
            "ends_on": "out_of_range",
        },
    ),
]


@pytest.mark.parametrize(("form", "wrong"), WRONG_PLANS)
async def test_T02_a_plan_that_cannot_be_is_refused_by_field(
    system: Dodam,
    guardian: Guardian,
    child: dict[str, Any],
    form: dict[str, Any],
    wrong: dict[str, str],
) -> None:
    answer = await guardian.call("POST", f"/children/{child['id']}/plans", json=form)
    assert problem(answer, 400, "invalid_input") == wrong
    query = "select version from therapy.plan where child_id = $1"
    assert await rows(system, query, UUID(child["id"])) == [{"version": 1}]


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 100_000, b'{"days": [NaN]}', b"\xff"])
async def test_T02_a_plan_that_is_no_json_is_refused(
    guardian: Guardian, child: dict[str, Any], body: bytes
) -> None:
    answer = await guardian.call("POST", f"/children/{child['id']}/plans", content=body)
    assert answer.status_code == 400, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")


@pytest.mark.parametrize(
    ("language", "message"),
    [
        ("ko", "같은 요일이 두 번 들어 있어요."),
        ("en", "This weekday is given twice."),
    ],
)
async def test_T02_what_is_wrong_with_a_plan_is_said_in_the_callers_language(
    guardian: Guardian, child: dict[str, Any], language: str, message: str
) -> None:
    answer = await guardian.call(
        "POST",
        f"/children/{child['id']}/plans",
        json={"days": [plan_day(1), plan_day(1)]},
        headers={"accept-language": language},
    )
    assert [error["message"] for error in answer.json()["errors"]] == [message]


async def test_T02_a_plan_may_be_as_full_as_the_limits_allow(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    motions = [motion["id"] for motion in await guardian.get("/motions")]
    full = [repetitions(motion, 2_000) for motion in motions]
    made = await make_plan(
        guardian, child, [plan_day(day, *full) for day in range(7, 0, -1)], starts_on="2027-03-19"
    )
    assert [day["weekday"] for day in made["days"]] == list(range(1, 8))
    assert [item["motion"] for item in made["days"][0]["items"]] == motions
