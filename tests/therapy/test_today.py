"""T04: today in one call: what to play, with which hand, how much of it, and until when."""

from typing import Any

import pytest

from tests.families import Guardian, play

from .steps import Travel, excuse, make_plan, minutes, plan_day, repetitions, seoul

NOTHING = {
    "plays": 0,
    "repetitions": 0,
    "successes": 0,
    "active_seconds": 0.0,
    "success_rate": None,
    "accuracy": None,
    "score": 0,
}


async def _today(guardian: Guardian, child: dict[str, Any]) -> dict[str, Any]:
    return await guardian.get(f"/children/{child['id']}/today")


async def test_T04_today_says_all_there_is_to_play(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    items = (
        repetitions("mass_grasp", 20),
        minutes("wrist_extension", 5),
        repetitions("bimanual_hold", 12),
    )
    await make_plan(guardian, child, [plan_day(3, *items, hand="right", at="17:30:00")])
    assert await _today(guardian, child) == {
        "child_id": child["id"],
        "day": "2026-03-18",
        "day_ends_at": "2026-03-18T19:00:00Z",
        "status": "planned",
        "plan_version": 2,
        "hand": "right",
        "hand_reason": {
            "code": "by_day",
            "message": "The plan gives this weekday to the right hand.",
        },
        "at": "17:30:00",
        "items": [
            {
                "motion": "mass_grasp",
                "hand": "right",
                "target_repetitions": 20,
                "target_minutes": None,
                "difficulty": None,
                "done_repetitions": 0,
                "done_seconds": 0.0,
                "reached": False,
            },
            {
                "motion": "wrist_extension",
                "hand": "right",
                "target_repetitions": None,
                "target_minutes": 5,
                "difficulty": None,
                "done_repetitions": 0,
                "done_seconds": 0.0,
                "reached": False,
            },
            {
                "motion": "bimanual_hold",
                "hand": "both",
                "target_repetitions": 12,
                "target_minutes": None,
                "difficulty": None,
                "done_repetitions": 0,
                "done_seconds": 0.0,
                "reached": False,
            },
        ],
        "done": NOTHING,
        "goal_reached": False,
        "exception": None,
        "pause": None,
    }


async def test_T04_a_target_is_reached_by_repetitions_however_many_succeed(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    await make_plan(guardian, child, [plan_day(3, repetitions("mass_grasp", 20))])
    at = seoul("2026-03-18")
    for done, reached, status in ((19, False, "partial"), (1, True, "done"), (5, True, "done")):
        await guardian.upload(child, play(at, repetitions=done, successes=0))
        today = await _today(guardian, child)
        assert today["items"][0]["reached"] is reached
        assert (today["status"], today["goal_reached"]) == (status, reached)
    assert today["items"][0]["done_repetitions"] == 25
    assert today["done"]["success_rate"] == 0.0


async def test_T04_a_target_in_minutes_is_reached_to_the_millisecond(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    await make_plan(guardian, child, [plan_day(3, minutes("mass_grasp", 2))])
    at = seoul("2026-03-18")
    idle = {"repetitions": 0, "successes": 0}
    await guardian.upload(child, [play(at, duration_ms=ms, **idle) for ms in (60_000, 59_999)])
    today = await _today(guardian, child)
    assert (today["items"][0]["done_seconds"], today["goal_reached"]) == (119.999, False)
    await guardian.upload(child, play(at, duration_ms=1, **idle))
    today = await _today(guardian, child)
    assert (today["items"][0]["done_seconds"], today["goal_reached"]) == (120.0, True)
    assert today["status"] == "done"


@pytest.mark.parametrize(
    ("motion", "hand", "counts"),
    [
        ("mass_grasp", "left", True),
        ("mass_grasp", "right", False),
        ("mass_grasp", "both", False),
        ("tip_pinch", "left", False),
        ("bimanual_hold", "both", True),
        ("bimanual_hold", "left", False),
    ],
)
async def test_T04_only_the_motion_with_its_hand_counts_for_a_target(
    guardian: Guardian, child: dict[str, Any], motion: str, hand: str, *, counts: bool
) -> None:
    items = repetitions("mass_grasp", 10), repetitions("bimanual_hold", 10)
    await make_plan(guardian, child, [plan_day(3, *items)])
    await guardian.upload(child, play(seoul("2026-03-18"), motion=motion, hand=hand))
    today = await _today(guardian, child)
    assert sum(item["done_repetitions"] for item in today["items"]) == 10 * counts
    assert sum(item["reached"] for item in today["items"]) == counts
    assert (today["status"], today["done"]["plays"]) == ("partial", 1)


async def test_T04_the_goal_is_every_target(guardian: Guardian, child: dict[str, Any]) -> None:
    items = repetitions("mass_grasp", 10), repetitions("tip_pinch", 10)
    await make_plan(guardian, child, [plan_day(3, *items)])
    at = seoul("2026-03-18")
    await guardian.upload(child, play(at))
    assert (await _today(guardian, child))["status"] == "partial"
    await guardian.upload(child, play(at, motion="tip_pinch"))
    today = await _today(guardian, child)
    assert (today["status"], today["goal_reached"]) == ("done", True)


async def test_T04_on_a_rest_day_there_is_nothing_to_play(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    await make_plan(guardian, child, [plan_day(4)])
    today = await _today(guardian, child)
    assert (today["status"], today["plan_version"]) == ("rest", 2)
    assert (today["hand"], today["at"], today["items"]) == (None, None, [])
    await guardian.upload(child, play(seoul("2026-03-18")))
    today = await _today(guardian, child)
    assert (today["status"], today["items"]) == ("extra", [])
    assert (today["done"]["plays"], today["goal_reached"]) == (1, False)


async def test_T04_an_excused_day_still_shows_what_could_be_played(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    await make_plan(guardian, child, [plan_day(3)])
    await excuse(guardian, child, "2026-03-18")
    today = await _today(guardian, child)
    assert (today["status"], len(today["items"])) == ("excused", 1)
    await guardian.upload(child, play(seoul("2026-03-18")))
    assert (await _today(guardian, child))["status"] == "done"


async def test_T04_yesterdays_plays_are_not_todays(
    guardian: Guardian, child: dict[str, Any], travel: Travel
) -> None:
    await travel(seoul("2026-03-19", "03:59"))
    await guardian.upload(child, play(seoul("2026-03-18", "04:00")))
    today = await _today(guardian, child)
    assert (today["day"], today["done"]["plays"]) == ("2026-03-18", 1)
    await travel(seoul("2026-03-19", "04:00"))
    today = await _today(guardian, child)
    assert (today["day"], today["done"]) == ("2026-03-19", NOTHING)
    assert today["day_ends_at"] == "2026-03-19T19:00:00Z"


async def test_T04_a_play_in_the_minutes_after_now_counts_on_its_own_day(
    guardian: Guardian, child: dict[str, Any], travel: Travel
) -> None:
    await travel(seoul("2026-03-19", "03:58"))
    await guardian.upload(child, play(seoul("2026-03-19", "04:01")))
    assert (await _today(guardian, child))["done"] == NOTHING
    await travel(seoul("2026-03-19", "04:02"))
    assert (await _today(guardian, child))["done"]["plays"] == 1
