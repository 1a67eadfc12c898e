"""T02, T03: a corrected hand renews the default plan from now on, and nothing else."""

import asyncio
from datetime import date
from typing import Any

import pytest

from tests.families import Guardian, play

from .steps import Travel, content, make_plan, plan_day, seoul


async def _plans(guardian: Guardian, child: dict[str, Any]) -> list[dict[str, Any]]:
    return await guardian.get(f"/children/{child['id']}/plans")


async def _change(guardian: Guardian, child: dict[str, Any], **changes: Any) -> None:
    answer = await guardian.call("PATCH", f"/children/{child['id']}", json=changes)
    assert answer.status_code == 200, answer.text


def _rule(plan: dict[str, Any]) -> str:
    """The plan's rule and the hand it begins with."""
    return f"{plan['hand_rule']['rule']} {plan['hand_rule']['first_hand']}"


async def _past(guardian: Guardian, child: dict[str, Any], today: str) -> list[dict[str, Any]]:
    calendar = await guardian.get(f"/children/{child['id']}/calendar")
    return [day for day in calendar["days"] if day["day"] < today]


async def _play_todays_plan(guardian: Guardian, child: dict[str, Any], day: str) -> None:
    [plan, *_] = await _plans(guardian, child)
    planned = plan["days"][date.fromisoformat(day).weekday()]
    plays = [
        play(
            seoul(day, "10:00"),
            motion=item["motion"],
            hand="both" if item["motion"].startswith("bimanual") else "left",
            repetitions=item["target_repetitions"],
        )
        for item in planned["items"]
    ]
    await guardian.upload(child, plays)


async def test_T03_another_affected_hand_renews_the_plan_from_today(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    await _play_todays_plan(guardian, child, "2026-03-17")
    [before] = await _plans(guardian, child)
    past = await _past(guardian, child, "2026-03-18")
    assert past[-1]["status"] == "done"

    await _change(guardian, child, affected_hand="right")
    [renewed, first] = await _plans(guardian, child)
    assert content(first) == content(before)
    assert (renewed["version"], renewed["source"]) == (2, "default")
    assert (renewed["starts_on"], renewed["ends_on"]) == ("2026-03-18", None)
    assert (_rule(first), _rule(renewed)) == ("ratio left", "ratio right")
    assert await _past(guardian, child, "2026-03-18") == past
    today = await guardian.get(f"/children/{child['id']}/today")
    assert (today["hand"], today["plan_version"]) == ("right", 2)


async def test_T03_a_day_already_played_on_keeps_its_hand(
    guardian: Guardian, child: dict[str, Any], travel: Travel
) -> None:
    await _play_todays_plan(guardian, child, "2026-03-18")
    await _change(guardian, child, affected_hand="right")
    [renewed, _] = await _plans(guardian, child)
    assert renewed["starts_on"] == "2026-03-19"
    today = await guardian.get(f"/children/{child['id']}/today")
    assert (today["hand"], today["status"]) == ("left", "done")
    await travel(seoul("2026-03-19"))
    today = await guardian.get(f"/children/{child['id']}/today")
    assert (today["hand"], today["status"]) == ("right", "planned")


async def test_T03_a_plan_that_has_not_begun_is_renewed_from_its_first_day(
    guardian: Guardian,
) -> None:
    child = await guardian.register_child(therapy_starts_on="2026-04-06")
    await _change(guardian, child, affected_hand="right")
    [renewed, _] = await _plans(guardian, child)
    assert (renewed["starts_on"], _rule(renewed)) == ("2026-04-06", "ratio right")


@pytest.mark.parametrize("starts_on", ["2026-03-18", "2026-04-06"])
async def test_T03_days_that_name_their_hand_keep_it(
    guardian: Guardian, child: dict[str, Any], starts_on: str
) -> None:
    made = await make_plan(guardian, child, [plan_day(3)], starts_on=starts_on)
    await _change(guardian, child, affected_hand="right")
    [default, kept, _] = await _plans(guardian, child)
    assert kept["days"] == made["days"]
    # It is there again once the guardian's plan has ended.
    assert (default["source"], _rule(default)) == ("default", "ratio right")


@pytest.mark.parametrize(
    "changes",
    [
        {"dominant_hand": "left"},
        {"affected_hand": "left"},
        {"name": "서연", "grade": 3, "language": "en"},
        {"time_zone": "Europe/Berlin", "day_start_hour": 6},
    ],
)
async def test_T03_a_change_that_changes_no_hand_of_the_week_renews_nothing(
    guardian: Guardian, child: dict[str, Any], changes: dict[str, Any]
) -> None:
    before = await _plans(guardian, child)
    await _change(guardian, child, **changes)
    assert await _plans(guardian, child) == before


async def test_T03_with_both_hands_affected_the_preferred_one_begins(guardian: Guardian) -> None:
    child = await guardian.register_child(affected_hand="both", dominant_hand="right")
    await _change(guardian, child, dominant_hand="left")
    rules = [_rule(plan) for plan in await _plans(guardian, child)]
    assert rules == ["alternate left", "alternate right"]


async def test_T03_a_change_taken_back_leaves_every_day_as_it_was(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    [before] = await _plans(guardian, child)
    past = await _past(guardian, child, "2026-03-18")
    await _change(guardian, child, affected_hand="right")
    await _change(guardian, child, affected_hand="left")
    [back, _, first] = await _plans(guardian, child)
    assert (content(first), back["days"]) == (content(before), before["days"])
    assert await _past(guardian, child, "2026-03-18") == past


async def test_T03_the_same_correction_sent_at_once_and_again_renews_the_plan_once(
    guardian: Guardian, elsewhere: Guardian, child: dict[str, Any]
) -> None:
    await asyncio.gather(
        *(_change(who, child, affected_hand="right") for who in (guardian, elsewhere) * 3)
    )
    rules = [_rule(plan) for plan in await _plans(guardian, child)]
    assert rules == ["ratio right", "ratio left"]


async def test_T02_plans_and_corrections_at_once_wait_for_each_other(
    guardian: Guardian, elsewhere: Guardian, child: dict[str, Any]
) -> None:
    corrections = (_change(guardian, child, affected_hand=hand) for hand in ("right", "both"))
    plans = (make_plan(elsewhere, child, [plan_day(day)]) for day in range(1, 8))
    uploads = (guardian.upload(child, [play(seoul("2026-03-17"))]) for _ in range(4))
    await asyncio.gather(*corrections, *plans, *uploads)
    versions = [plan["version"] for plan in await _plans(guardian, child)]
    assert versions == list(range(len(versions), 0, -1))


async def test_T03_each_change_makes_one_version(
    guardian: Guardian, child: dict[str, Any], travel: Travel
) -> None:
    for day, hand in (("2026-03-18", "right"), ("2026-03-20", "both"), ("2026-03-25", "left")):
        await travel(seoul(day))
        await _change(guardian, child, affected_hand=hand)
    assert [(plan["version"], plan["starts_on"]) for plan in await _plans(guardian, child)] == [
        (4, "2026-03-25"),
        (3, "2026-03-20"),
        (2, "2026-03-18"),
        (1, "2026-03-02"),
    ]
    assert [_rule(plan) for plan in await _plans(guardian, child)] == [
        "ratio left",
        "alternate right",
        "ratio right",
        "ratio left",
    ]


async def test_T02_corrected_hands_leave_days_played_on_before_as_they_were(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    await _play_todays_plan(guardian, child, "2026-03-17")
    past = await _past(guardian, child, "2026-03-18")
    assert past[-1]["status"] == "done"
    await _change(guardian, child, affected_hand="right")
    assert await _past(guardian, child, "2026-03-18") == past
    today = await guardian.get(f"/children/{child['id']}/today")
    assert today["hand"] == "right"


async def test_T03_every_plan_that_goes_by_a_rule_follows_the_corrected_hands(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    """And what was planned to follow it still does, in its order."""
    by_rule = [plan_day(weekday, hand=None) for weekday in (3, 4)]
    rule = {"rule": "affected"}
    await make_plan(guardian, child, by_rule, hand_rule=rule, ends_on="2026-04-30")
    named = await make_plan(guardian, child, [plan_day(5)], starts_on="2026-03-26")
    await _change(guardian, child, affected_hand="right")
    [again, renewed, default, *_] = await _plans(guardian, child)
    assert (default["source"], _rule(default)) == ("default", "ratio right")
    assert (renewed["source"], _rule(renewed)) == ("guardian", "affected right")
    assert (renewed["starts_on"], renewed["ends_on"]) == ("2026-03-18", "2026-04-30")
    assert (again["days"], again["starts_on"]) == (named["days"], "2026-03-26")
    path = f"/children/{child['id']}/schedule?from=2026-03-18&to=2026-03-27"
    days = {day["day"][-2:]: day["hand"] for day in (await guardian.get(path))["days"]}
    assert [days[day] for day in ("18", "19", "25", "26", "27")] == [
        "right",
        "right",
        "right",
        None,
        "left",
    ]


async def test_T03_a_plan_that_is_over_is_not_made_anew(
    guardian: Guardian, child: dict[str, Any], travel: Travel
) -> None:
    days = [plan_day(weekday, hand=None) for weekday in range(1, 8)]
    rule = {"rule": "alternate"}
    await make_plan(guardian, child, days, hand_rule=rule, ends_on="2026-03-19")
    later = await make_plan(guardian, child, days, hand_rule=rule, starts_on="2026-04-06")
    answer = await guardian.call(
        "POST",
        f"/children/{child['id']}/plans/{later['version']}/end",
        json={"on": "2026-03-17"},
    )
    assert answer.status_code == 200, answer.text
    await travel(seoul("2026-03-20"))
    await _change(guardian, child, affected_hand="right")
    plans = await _plans(guardian, child)
    assert [(plan["version"], plan["source"]) for plan in plans] == [
        (4, "default"),
        (3, "guardian"),
        (2, "guardian"),
        (1, "default"),
    ]
