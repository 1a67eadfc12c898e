"""T02, T03: the plan every child has, made by rules from the hand that is affected."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from dodam.bootstrap import Dodam
from dodam.features.content.models.motions import Motion
from dodam.features.therapy.models.plans import DefaultPlanRules, PlanDay, PlanItem, default_days
from dodam.platform.i18n import Text
from dodam.platform.settings import Settings
from tests.clock import StoppedClock
from tests.families import CHILD, Guardian, sign_up

from .steps import Travel, content, make_plan, plan_day, server

WEEKDAYS = [1, 2, 3, 4, 5]


def _motion(name: str, *, bimanual: bool = False, repetitions: int = 10) -> Motion:
    text = Text(ko=name, en=name)
    return Motion(name, 1, text, text, text, [], bimanual, repetitions)


ONE_HANDED = [_motion(name) for name in "abcde"]
TWO_HANDED = [_motion(name, bimanual=True) for name in "xy"]


def _days(
    *,
    motions: Sequence[Motion] = (*ONE_HANDED, *TWO_HANDED),
    weekdays: Sequence[int] = WEEKDAYS,
    a_day: int = 3,
) -> list[PlanDay]:
    rules = DefaultPlanRules(weekdays=weekdays, motions_a_day=a_day, affected_share=0.8)
    return default_days(motions, rules)


def _motions(days: Sequence[PlanDay]) -> list[str]:
    return ["".join(item.motion for item in day.items) for day in days]


def test_T03_motions_rotate_with_one_for_both_hands_each_day() -> None:
    assert _motions(_days()) == ["abx", "cdy", "eax", "bcy", "dex"]


@pytest.mark.parametrize(
    ("motions", "a_day", "expected"),
    [
        pytest.param(ONE_HANDED, 3, ["abc", "dea", "bcd", "eab", "cde"], id="none for both hands"),
        pytest.param(TWO_HANDED, 3, ["x", "y", "x", "y", "x"], id="all for both hands"),
        pytest.param([*ONE_HANDED, *TWO_HANDED], 1, ["x", "y", "x", "y", "x"], id="one a day"),
        pytest.param(
            [*ONE_HANDED, *TWO_HANDED],
            20,
            ["abcdex", "abcdey", "abcdex", "abcdey", "abcdex"],
            id="more a day than there are",
        ),
        pytest.param(ONE_HANDED[:1], 1, ["a"] * 5, id="a single motion"),
        pytest.param(TWO_HANDED[:1], 1, ["x"] * 5, id="a single motion for both hands"),
    ],
)
def test_T03_every_day_has_as_many_motions_as_the_catalogue_allows(
    motions: Sequence[Motion], a_day: int, expected: list[str]
) -> None:
    assert _motions(_days(motions=motions, a_day=a_day)) == expected


def test_T03_training_days_are_each_once_and_in_order() -> None:
    assert [day.weekday for day in _days(weekdays=[6, 2, 2, 4, 6])] == [2, 4, 6]
    assert _days(weekdays=[]) == []


def test_T03_a_target_is_what_the_catalogue_says_of_the_motion() -> None:
    motions = [_motion("a", repetitions=7), _motion("x", bimanual=True, repetitions=3)]
    [day] = _days(motions=motions, weekdays=[3])
    assert day.items == [
        PlanItem(motion="a", target_repetitions=7),
        PlanItem(motion="x", target_repetitions=3),
    ]
    assert (day.weekday, day.at) == (3, None)


@given(
    weekdays=st.sets(st.integers(1, 7), min_size=1),
    a_day=st.integers(1, 20),
    one_handed=st.integers(0, 16),
    two_handed=st.integers(0, 3),
)
@hypothesis_settings(max_examples=200, deadline=None)
def test_T03_whatever_the_rules_the_week_keeps_to_them(
    weekdays: set[int], a_day: int, one_handed: int, two_handed: int
) -> None:
    motions = [_motion(f"o{n}") for n in range(one_handed)]
    both = [_motion(f"t{n}", bimanual=True) for n in range(two_handed)]
    days = _days(motions=[*motions, *both], weekdays=sorted(weekdays), a_day=a_day)
    assert [day.weekday for day in days] == sorted(weekdays)
    for day in days:
        names = [item.motion for item in day.items]
        assert len(names) == len(set(names))
        assert len(names) == min(a_day, one_handed + bool(both))
        assert sum(name.startswith("t") for name in names) == bool(both)
    played = [name for day in days for name in _one_handed(day)]
    if one_handed:
        for previous, following in pairwise(played):
            assert int(following[1:]) == (int(previous[1:]) + 1) % one_handed


def _one_handed(day: PlanDay) -> list[str]:
    return [item.motion for item in day.items if item.motion.startswith("o")]


async def _plans(guardian: Guardian, child: dict[str, Any]) -> list[dict[str, Any]]:
    return await guardian.get(f"/children/{child['id']}/plans")


@pytest.mark.parametrize(
    ("affected", "dominant", "rule", "first"),
    [
        ("left", "left", "ratio", "left"),
        ("left", "right", "ratio", "left"),
        ("right", "left", "ratio", "right"),
        ("right", "undecided", "ratio", "right"),
        ("both", "left", "alternate", "left"),
        ("both", "right", "alternate", "right"),
        ("both", "undecided", "alternate", "right"),
    ],
)
async def test_T03_the_rule_for_the_hands_follows_from_the_childs(
    guardian: Guardian, affected: str, dominant: str, rule: str, first: str
) -> None:
    child = await guardian.register_child(affected_hand=affected, dominant_hand=dominant)
    [plan] = await _plans(guardian, child)
    assert plan["hand_rule"] == {
        "rule": rule,
        "affected_share": 0.8 if rule == "ratio" else None,
        "affected_hand": affected,
        "first_hand": first,
    }
    assert {day["hand"] for day in plan["days"]} == {None}


async def test_T02_a_child_has_its_plan_the_moment_it_is_registered(guardian: Guardian) -> None:
    child = await guardian.register_child(therapy_starts_on="2026-03-02")
    [plan] = await _plans(guardian, child)
    assert (plan["version"], plan["source"]) == (1, "default")
    assert (plan["starts_on"], plan["ends_on"]) == ("2026-03-02", None)
    assert plan["created_at"] == child["created_at"]
    assert [day["weekday"] for day in plan["days"]] == WEEKDAYS
    monday = plan["days"][0]
    assert monday == {
        "weekday": 1,
        "hand": None,
        "at": None,
        "items": [
            {
                "motion": motion,
                "target_repetitions": target,
                "target_minutes": None,
                "difficulty": None,
            }
            for motion, target in (
                ("mass_grasp", 20),
                ("reach_and_grasp", 15),
                ("grasp_release", 15),
                ("finger_extension", 15),
                ("bimanual_hold", 12),
            )
        ],
    }
    wednesday = [item["motion"] for item in plan["days"][2]["items"]]
    today = await guardian.get(f"/children/{child['id']}/today")
    assert [item["motion"] for item in today["items"]] == wednesday
    calendar = await guardian.get(f"/children/{child['id']}/calendar")
    assert sum(day["status"] == "missed" for day in calendar["days"]) == 12


async def test_T02_a_guardians_plan_follows_the_default_one(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    [default] = await _plans(guardian, child)
    made = await make_plan(guardian, child, [plan_day(3)])
    listed = await _plans(guardian, child)
    assert [content(plan) for plan in listed] == [content(made), content(default)]
    assert [plan["in_force"] for plan in listed] == [True, False]


async def test_T02_a_registration_sent_again_makes_no_second_plan(guardian: Guardian) -> None:
    child_id = str(uuid4())
    form = {**CHILD, "id": child_id}
    await asyncio.gather(*(guardian.call("POST", "/children", json=form) for _ in range(4)))
    [plan] = await _plans(guardian, {"id": child_id})
    assert plan["version"] == 1


async def test_T02_the_default_plan_begins_with_therapy(guardian: Guardian) -> None:
    child = await guardian.register_child(therapy_starts_on="2026-03-23")
    today = await guardian.get(f"/children/{child['id']}/today")
    assert (today["status"], today["plan_version"], today["items"]) == ("rest", None, [])
    calendar = await guardian.get(f"/children/{child['id']}/calendar")
    statuses = {day["day"][-2:]: day["status"] for day in calendar["days"]}
    assert {statuses[f"{day:02}"] for day in range(1, 23)} == {"rest"}
    assert [statuses[f"{day:02}"] for day in (23, 27, 28, 31)] == [
        "planned",
        "planned",
        "rest",
        "planned",
    ]


@pytest.mark.parametrize(
    ("zone", "now", "today"),
    [
        # Early on Thursday in Seoul, while UTC still has Wednesday.
        ("Asia/Seoul", "2026-03-19T07:30:00+09:00", "2026-03-19"),
        # Late on Tuesday on Samoa, while UTC has Wednesday already.
        ("Pacific/Pago_Pago", "2026-03-17T21:00:00-11:00", "2026-03-17"),
        # Before the day begins: it is still Wednesday's night.
        ("Asia/Seoul", "2026-03-19T03:00:00+09:00", "2026-03-18"),
    ],
)
async def test_T08_therapy_begins_on_the_day_it_is_where_the_child_lives(
    guardian: Guardian, travel: Travel, zone: str, now: str, today: str
) -> None:
    await travel(datetime.fromisoformat(now))
    child = await guardian.register_child(time_zone=zone)
    calendar = await guardian.get(f"/children/{child['id']}/calendar")
    assert calendar["today"] == today
    planned = {day["day"]: day["status"] for day in calendar["days"] if day["status"] != "rest"}
    assert min(planned) == today
    assert planned[today] == "planned"


async def test_T03_the_rules_are_the_operators(
    settings: Settings,
    database_url: str,
    clock: StoppedClock,
    system: Dodam,  # noqa: ARG001 - has filled the catalogue
) -> None:
    chosen = settings.model_copy(
        update={
            "default_plan_weekdays": [7, 6],
            "default_plan_motions": 2,
            "default_plan_affected_share": 0.5,
        }
    )
    async with server(chosen, database_url, clock) as http:
        guardian = await sign_up(http)
        [plan] = await _plans(guardian, await guardian.register_child())
    week = [(day["weekday"], [item["motion"] for item in day["items"]]) for day in plan["days"]]
    assert week == [
        (6, ["mass_grasp", "bimanual_hold"]),
        (7, ["reach_and_grasp", "bimanual_transfer"]),
    ]
    assert plan["hand_rule"]["affected_share"] == 0.5
