"""T11: fatigue, left and right, personal bests, and the child's own beginning."""

from datetime import date
from typing import Any

import pytest

from tests.families import Guardian

from .steps import YESTERDAY, days_before, on, session


async def _motions(guardian: Guardian, child: dict[str, Any], **asked: str) -> list[dict[str, Any]]:
    found = await guardian.get(f"/children/{child['id']}/outcomes", params=asked)
    return found["motions"]


async def _sides(guardian: Guardian, child: dict[str, Any]) -> list[dict[str, Any]]:
    return (await guardian.get(f"/children/{child['id']}/outcomes"))["sides"]


@pytest.mark.parametrize(
    ("sessions", "verdict"), [(0, "not_enough_data"), (5, "not_enough_data"), (6, "declining")]
)
async def test_T11_who_succeeds_less_in_the_last_third_tires(
    guardian: Guardian, child: dict[str, Any], sessions: int, verdict: str
) -> None:
    plays = [
        each
        for day in days_before(YESTERDAY, sessions)
        for each in session(day, (9, 10), (7, 10), (5, 10), difficulty=3)
    ]
    await guardian.upload(child, [*plays, on(YESTERDAY, 30)])
    [motion] = await _motions(guardian, child)
    fatigue = motion["fatigue"]
    assert (fatigue["stretches"], fatigue["verdict"]) == (sessions, verdict)
    if sessions:
        assert fatigue["success_change"]["value"] == -0.4
        assert fatigue["pace_change"]["value"] == 0


async def test_T11_who_only_gets_slower_tires_too(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    plays: list[dict[str, Any]] = []
    for day in days_before(YESTERDAY, 6):
        first, last = session(day, (8, 10), (8, 10))
        plays += [first, {**last, "duration_ms": 80_000}]
    await guardian.upload(child, plays)
    [motion] = await _motions(guardian, child)
    assert motion["fatigue"]["success_change"] == {"value": 0, "low": 0, "high": 0}
    assert motion["fatigue"]["pace_change"]["value"] == -0.25
    assert motion["fatigue"]["verdict"] == "declining"


async def test_T11_another_difficulty_or_motion_is_not_taken_for_tiring(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    """Each session ends with something harder; no stretch of the same has a first and a last."""
    plays: list[dict[str, Any]] = []
    for day in days_before(YESTERDAY, 8):
        easy, harder, other = session(day, (10, 10), (2, 10), (1, 10))
        plays += [
            {**easy, "difficulty": 2},
            {**harder, "difficulty": 8},
            {**other, "motion": "tip_pinch"},
        ]
    await guardian.upload(child, plays)
    found = await guardian.get(f"/children/{child['id']}/outcomes")
    assert found["fatigue"]["stretches"] == 0


async def test_T11_a_third_of_four_repetitions_is_too_little(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    await guardian.upload(child, session(YESTERDAY, (9, 10), (9, 10), (1, 4)))
    [motion] = await _motions(guardian, child)
    assert motion["fatigue"]["stretches"] == 0


async def test_T11_hands_are_compared_at_the_difficulty_both_played(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    """The right hand also plays what the left cannot yet; that does not count against it."""
    days = days_before(YESTERDAY, 4)
    await guardian.upload(
        child,
        [on(day, 0, hand="left", difficulty=3, repetitions=20, successes=10) for day in days]
        + [on(day, 2, hand="right", difficulty=3, repetitions=20, successes=18) for day in days]
        + [on(day, 4, hand="right", difficulty=9, repetitions=90, successes=9) for day in days],
    )
    [sides] = await _sides(guardian, child)
    assert (sides["motion"], sides["difficulty"]) == ("mass_grasp", 3)
    assert (sides["left"]["repetitions"], sides["right"]["repetitions"]) == (80, 80)
    assert sides["success_difference"]["value"] == 0.4
    assert sides["success_asymmetry"] == round((0.9 - 0.5) / (0.9 + 0.5), 4)
    assert sides["pace_asymmetry"] == 0
    assert sides["verdict"] == "right_ahead"


@pytest.mark.parametrize(
    "right",
    [
        {"difficulty": 4, "repetitions": 30, "successes": 30},
        {"difficulty": 3, "repetitions": 6, "successes": 6},
    ],
)
async def test_T11_without_enough_at_a_common_difficulty_hands_are_not_compared(
    guardian: Guardian, child: dict[str, Any], right: dict[str, int]
) -> None:
    days = days_before(YESTERDAY, 3)
    left = [on(day, 0, difficulty=3, repetitions=30, successes=15) for day in days]
    await guardian.upload(child, [*left, *(on(day, 2, hand="right", **right) for day in days)])
    [sides] = await _sides(guardian, child)
    assert (sides["left"], sides["right"], sides["success_difference"]) == (None, None, None)
    assert sides["verdict"] == "not_enough_data"


async def test_T11_two_days_are_not_enough_to_compare_hands(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    both = [
        on(day, n, hand=hand, repetitions=50)
        for day in days_before(YESTERDAY, 2)
        for n, hand in enumerate(("left", "right"))
    ]
    await guardian.upload(child, both)
    [sides] = await _sides(guardian, child)
    assert sides["verdict"] == "not_enough_data"


async def test_T11_a_motion_of_both_hands_has_no_sides(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    await guardian.upload(child, [on(YESTERDAY, motion="bimanual_hold", hand="both")])
    assert await _sides(guardian, child) == []


async def test_T11_bests_are_no_luck(guardian: Guardian, child: dict[str, Any]) -> None:
    first, second, third, fourth = days_before(YESTERDAY, 4)
    await guardian.upload(
        child,
        [
            # A single repetition at the highest level, and very fast.
            on(first, 0, difficulty=10, repetitions=1, successes=1, duration_ms=200),
            on(first, 1, difficulty=2, repetitions=10, successes=10),
            # 19 of 20 say more than 10 of 10.
            on(second, 0, difficulty=2, repetitions=20, successes=19),
            on(third, 0, difficulty=4, repetitions=15, successes=12, duration_ms=30_000),
            # Faster, but with too little success to be a best.
            on(fourth, 0, difficulty=5, repetitions=40, successes=20, duration_ms=30_000),
        ],
    )
    [motion] = await _motions(guardian, child)
    assert [tuple(best.values()) for best in motion["bests"]] == [
        ("repetitions", 40, None, fourth.isoformat()),
        ("level", 4, 4, third.isoformat()),
        ("pace", 30.0, 4, third.isoformat()),
        ("success", 0.95, 2, second.isoformat()),
        ("success", 0.8, 4, third.isoformat()),
        ("success", 0.5, 5, fourth.isoformat()),
    ]


async def test_T11_a_best_is_of_the_first_day_it_was_reached_on(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    days = days_before(YESTERDAY, 3)
    await guardian.upload(child, [on(day, repetitions=12, successes=12) for day in days])
    [motion] = await _motions(guardian, child)
    assert {best["day"] for best in motion["bests"]} == {days[0].isoformat()}


async def test_T11_a_child_is_compared_with_its_own_first_two_weeks(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    began = days_before(date(2025, 9, 14), 14)
    between = days_before(date(2025, 12, 1), 10)
    lately = days_before(YESTERDAY, 5)
    await guardian.upload(
        child,
        [on(day, difficulty=2, repetitions=10, successes=4) for day in began]
        + [on(day, difficulty=2, repetitions=30, successes=0) for day in between]
        + [on(day, difficulty=2, repetitions=12, successes=11) for day in lately]
        + [on(day, 5, difficulty=6, repetitions=12, successes=6) for day in lately],
    )
    [motion] = await _motions(guardian, child)
    baseline = motion["baseline"]
    assert (baseline["then_from"], baseline["then_to"]) == ("2025-09-01", "2025-09-14")
    assert (baseline["now_from"], baseline["now_to"]) == ("2026-03-05", "2026-03-18")
    assert (baseline["difficulty"], baseline["then"]["repetitions"]) == (2, 140)
    assert baseline["success_change"]["value"] == round(55 / 60 - 0.4, 4)
    assert baseline["pace_change"] == 0.2
    assert (baseline["level_then"], baseline["level_now"]) == (2, 4)
    assert baseline["verdict"] == "improving"


async def test_T11_a_motion_begun_two_weeks_ago_has_no_baseline_to_compare_with_yet(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    days = days_before(YESTERDAY, 20)
    await guardian.upload(child, [on(day, repetitions=20) for day in days])
    [motion] = await _motions(guardian, child)
    assert motion["baseline"]["then_to"] >= motion["baseline"]["now_from"]
    assert (motion["baseline"]["then"], motion["baseline"]["verdict"]) == (None, "not_enough_data")
