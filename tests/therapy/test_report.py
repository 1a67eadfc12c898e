"""T11: the exercise report against sums worked out by hand."""

from typing import Any

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


async def _report(guardian: Guardian, child: dict[str, Any]) -> dict[str, Any]:
    return await guardian.get(f"/children/{child['id']}/report")


async def _a_spring(guardian: Guardian, travel: Travel) -> dict[str, Any]:
    """A child with plays in three weeks of two months, on Wednesday 18 March.

    From Monday 23 February on, Mondays ask for 10 mass grasps and 5 minutes of pinching,
    Wednesdays for 20 mass grasps; all with the left hand.
    """
    await travel(seoul("2026-02-23", "09:00"))
    child = await guardian.register_child()
    days = [
        plan_day(1, repetitions("mass_grasp", 10), minutes("tip_pinch", 5)),
        plan_day(3, repetitions("mass_grasp", 20)),
    ]
    await make_plan(guardian, child, days)
    await travel(seoul("2026-03-18", "20:00"))

    def grasp(day: str, repetitions: int, **fields: Any) -> dict[str, Any]:
        halves = {"successes": repetitions // 2, "duration_ms": 90_000}
        return play(seoul(day), repetitions=repetitions, **halves, **fields)

    def pinch(day: str, duration_ms: int, **fields: Any) -> dict[str, Any]:
        idle = {"motion": "tip_pinch", "repetitions": 0, "successes": 0}
        return play(seoul(day), duration_ms=duration_ms, **idle, **fields)

    plays = [
        # Last month, in the week of Monday 23 February: all of Monday, half of Wednesday.
        grasp("2026-02-23", 10, accuracy=0.9),
        pinch("2026-02-23", 300_000, accuracy=0.6),
        grasp("2026-02-25", 10),
        # Sunday 1 March belongs to that week too; nothing was planned.
        grasp("2026-03-01", 4, score=11),
        # The next week was ill; the week after has a Monday with more than was asked for.
        grasp("2026-03-09", 14),
        grasp("2026-03-09", 16, score=5),
        pinch("2026-03-09", 75_000),
        # This week: Monday half, Tuesday with the other hand, today as planned.
        grasp("2026-03-16", 5, accuracy=0.25),
        grasp("2026-03-17", 6, hand="right", accuracy=1.0),
        grasp("2026-03-18", 20, score=40),
    ]
    await guardian.upload(child, plays)
    for day in ("2026-03-02", "2026-03-04"):
        await excuse(guardian, child, day)
    return child


async def test_T11_today_week_and_month_stand_beside_the_plan(
    guardian: Guardian, travel: Travel
) -> None:
    child = await _a_spring(guardian, travel)
    report = await _report(guardian, child)
    assert (report["child_id"], report["day"]) == (child["id"], "2026-03-18")
    assert report["today"] == {
        "from_day": "2026-03-18",
        "to_day": "2026-03-18",
        "planned_days": 1,
        "attended_days": 1,
        "goal_days": 1,
        "planned_repetitions": 20,
        "planned_minutes": 0,
        "completion": 1.0,
        "totals": {
            "plays": 1,
            "repetitions": 20,
            "successes": 10,
            "active_seconds": 90.0,
            "success_rate": 0.5,
            "accuracy": None,
            "score": 40,
        },
    }
    assert report["week"] == {
        "from_day": "2026-03-16",
        "to_day": "2026-03-18",
        "planned_days": 2,
        "attended_days": 3,
        "goal_days": 1,
        "planned_repetitions": 30,
        "planned_minutes": 5,
        # Monday's grasps 5 of 10, its pinching 0 of 5 minutes, today's grasps 20 of 20.
        "completion": 0.5,
        "totals": {
            "plays": 3,
            "repetitions": 31,
            "successes": 15,
            "active_seconds": 270.0,
            "success_rate": 0.4839,
            "accuracy": 0.625,
            "score": 40,
        },
    }
    assert report["month"] == {
        "from_day": "2026-03-01",
        "to_day": "2026-03-18",
        # The 9th, 11th, 16th and 18th; the 2nd and 4th are excused.
        "planned_days": 4,
        "attended_days": 5,
        "goal_days": 1,
        "planned_repetitions": 60,
        "planned_minutes": 10,
        # (1 + 0.25) on the 9th, 0 on the 11th, (0.5 + 0) on the 16th, 1 on the 18th.
        "completion": 0.4583,
        "totals": {
            "plays": 7,
            "repetitions": 65,
            "successes": 32,
            "active_seconds": 615.0,
            "success_rate": 0.4923,
            "accuracy": 0.625,
            "score": 56,
        },
    }


async def test_T11_the_month_is_told_by_motion_and_hand(guardian: Guardian, travel: Travel) -> None:
    report = await _report(guardian, await _a_spring(guardian, travel))
    assert report["by_motion"] == [
        {
            "motion": "mass_grasp",
            "hand": "left",
            "planned_repetitions": 60,
            "planned_minutes": 0,
            "totals": {
                "plays": 5,
                "repetitions": 59,
                "successes": 29,
                "active_seconds": 450.0,
                "success_rate": 0.4915,
                "accuracy": 0.25,
                "score": 56,
            },
        },
        {
            "motion": "mass_grasp",
            "hand": "right",
            "planned_repetitions": 0,
            "planned_minutes": 0,
            "totals": {
                "plays": 1,
                "repetitions": 6,
                "successes": 3,
                "active_seconds": 90.0,
                "success_rate": 0.5,
                "accuracy": 1.0,
                "score": 0,
            },
        },
        {
            "motion": "tip_pinch",
            "hand": "left",
            "planned_repetitions": 0,
            "planned_minutes": 10,
            "totals": {**NOTHING, "plays": 1, "active_seconds": 75.0},
        },
    ]


async def test_T11_the_trend_is_the_last_eight_weeks_oldest_first(
    guardian: Guardian, travel: Travel
) -> None:
    report = await _report(guardian, await _a_spring(guardian, travel))
    trend = report["trend"]
    assert [(week["from_day"], week["to_day"]) for week in trend] == [
        ("2026-01-26", "2026-02-01"),
        ("2026-02-02", "2026-02-08"),
        ("2026-02-09", "2026-02-15"),
        ("2026-02-16", "2026-02-22"),
        ("2026-02-23", "2026-03-01"),
        ("2026-03-02", "2026-03-08"),
        ("2026-03-09", "2026-03-15"),
        ("2026-03-16", "2026-03-18"),
    ]
    assert trend[-1] == report["week"]
    assert [week["planned_days"] for week in trend] == [0, 0, 0, 0, 2, 0, 2, 2]
    assert [week["attended_days"] for week in trend] == [0, 0, 0, 0, 3, 0, 1, 3]
    assert [week["goal_days"] for week in trend] == [0, 0, 0, 0, 1, 0, 0, 1]
    # Three targets on two days: (1 + 1 + 0.5) / 3, then (1 + 0.25 + 0) / 3.
    assert [week["completion"] for week in trend] == [
        None,
        None,
        None,
        None,
        0.8333,
        None,
        0.4167,
        0.5,
    ]
    assert [week["totals"]["repetitions"] for week in trend] == [0, 0, 0, 0, 24, 0, 30, 31]
    assert trend[4]["totals"]["accuracy"] == 0.75
    assert trend[5]["totals"] == NOTHING


async def test_T11_more_of_one_target_does_not_make_up_for_another(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    items = repetitions("mass_grasp", 10), repetitions("tip_pinch", 10)
    await make_plan(guardian, child, [plan_day(3, *items)])
    await guardian.upload(child, play(seoul("2026-03-18"), repetitions=100))
    today = (await _report(guardian, child))["today"]
    assert (today["completion"], today["goal_days"]) == (0.5, 0)


async def test_T11_plays_on_an_excused_day_count_as_done_but_not_as_planned(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    await make_plan(guardian, child, [plan_day(3)])
    await excuse(guardian, child, "2026-03-18")
    await guardian.upload(child, play(seoul("2026-03-18")))
    today = (await _report(guardian, child))["today"]
    assert (today["planned_days"], today["planned_repetitions"]) == (0, 0)
    assert (today["attended_days"], today["goal_days"], today["completion"]) == (1, 1, None)


async def test_T11_a_bimanual_motion_is_told_with_both_hands(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    await make_plan(guardian, child, [plan_day(3, repetitions("bimanual_hold", 12))])
    by_motion = (await _report(guardian, child))["by_motion"]
    planned = {
        (entry["motion"], entry["hand"]): entry["planned_repetitions"] for entry in by_motion
    }
    # The default plan asked for it on earlier Mondays, Wednesdays and Fridays.
    assert set(planned) >= {("bimanual_hold", "both")}
    assert not {hand for motion, hand in planned if motion.startswith("bimanual")} - {"both"}


async def test_T11_motions_come_in_the_order_of_the_catalogue(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    catalogue = [motion["id"] for motion in await guardian.get("/motions")]
    plays = [play(seoul("2026-03-18"), motion=motion) for motion in reversed(catalogue)]
    await guardian.upload(child, plays)
    found = [entry["motion"] for entry in (await _report(guardian, child))["by_motion"]]
    assert list(dict.fromkeys(found)) == catalogue


async def test_T11_on_the_first_of_a_month_the_month_is_a_day_and_the_week_goes_back(
    guardian: Guardian, child: dict[str, Any], travel: Travel
) -> None:
    days = ["2026-03-30", "2026-03-31", "2026-04-01"]
    await travel(seoul("2026-04-01", "12:00"))
    await guardian.upload(child, [play(seoul(day, "10:00")) for day in days])
    report = await _report(guardian, child)
    spans = [
        (report[name]["from_day"], report[name]["totals"]["plays"])
        for name in ("today", "week", "month")
    ]
    assert spans == [("2026-04-01", 1), ("2026-03-30", 3), ("2026-04-01", 1)]


async def test_T11_on_a_monday_the_week_begins(
    guardian: Guardian, child: dict[str, Any], travel: Travel
) -> None:
    await guardian.upload(child, play(seoul("2026-03-18")))
    await travel(seoul("2026-03-23", "03:59"))
    assert (await _report(guardian, child))["week"]["from_day"] == "2026-03-16"
    await travel(seoul("2026-03-23", "04:00"))
    report = await _report(guardian, child)
    assert (report["week"]["from_day"], report["week"]["to_day"]) == ("2026-03-23", "2026-03-23")
    assert [week["totals"]["plays"] for week in report["trend"]][-2:] == [1, 0]


async def test_T11_the_year_does_not_break_a_week(
    guardian: Guardian, child: dict[str, Any], travel: Travel
) -> None:
    days = ["2026-12-28", "2026-12-31", "2027-01-01", "2027-01-02"]
    await travel(seoul("2027-01-02", "20:00"))
    await guardian.upload(child, [play(seoul(day)) for day in days])
    report = await _report(guardian, child)
    assert (report["week"]["from_day"], report["week"]["totals"]["plays"]) == ("2026-12-28", 4)
    assert (report["month"]["from_day"], report["month"]["totals"]["plays"]) == ("2027-01-01", 2)
