"""T02, T04: a clinician's plan comes before the care team's decision, a guardian's after it."""

from typing import Any

import pytest

from tests.families import Guardian
from tests.staff import Staff

from .steps import levels


def _days(weekdays: tuple[int, ...], difficulty: int | None) -> list[dict[str, Any]]:
    item = {"motion": "mass_grasp", "target_repetitions": 10, "difficulty": difficulty}
    return [{"weekday": each, "hand": "left", "items": [item]} for each in weekdays]


async def _plan(
    who: Guardian | Staff, child: dict[str, Any], days: list[dict[str, Any]], **fields: Any
) -> None:
    path = f"/children/{child['id']}/plans"
    answer = await who.call("POST", path, json={"days": days, **fields})
    assert answer.status_code == 201, answer.text


async def _decide(who: Staff, child: dict[str, Any], lowest: int, highest: int) -> None:
    path = f"/children/{child['id']}/difficulty/mass_grasp/left"
    form = {"lowest": lowest, "highest": highest, "reason": "조절"}
    assert (await who.call("PUT", path, json=form)).status_code == 200


async def _asked(who: Guardian | Staff, child: dict[str, Any]) -> tuple[int, str, str]:
    found = (await levels(who, child))["mass_grasp", "left"]
    return found["level"], found["source"], found["because"]["code"]


async def test_T02_what_a_guardians_plan_fixes_counts_within_what_the_care_team_decided(
    guardian: Guardian, child: dict[str, Any], clinician: Staff
) -> None:
    await _plan(guardian, child, _days((1, 2, 3, 4, 5), 8))
    assert await _asked(guardian, child) == (8, "planned", "fixed")
    await _decide(clinician, child, 2, 5)
    assert await _asked(guardian, child) == (5, "care_team", "held_in_range")
    await _decide(clinician, child, 2, 9)
    assert await _asked(guardian, child) == (8, "planned", "fixed")


async def test_T02_what_a_clinicians_plan_fixes_comes_first(
    guardian: Guardian, child: dict[str, Any], clinician: Staff
) -> None:
    await _decide(clinician, child, 2, 5)
    await _plan(clinician, child, _days((1, 2, 3, 4, 5), 8))
    assert await _asked(guardian, child) == (8, "prescribed", "fixed")


@pytest.mark.parametrize(
    ("on_wednesday", "on_friday", "then"),
    [
        # Today is Wednesday.
        (7, 9, (7, "planned", "fixed")),
        (None, 9, (2, "staircase", "start")),
    ],
)
async def test_T02_the_next_day_that_asks_for_a_motion_says_its_level(
    guardian: Guardian,
    child: dict[str, Any],
    on_wednesday: int | None,
    on_friday: int,
    then: tuple[int, str, str],
) -> None:
    await _plan(guardian, child, [*_days((3,), on_wednesday), *_days((5,), on_friday)])
    assert await _asked(guardian, child) == then


async def test_T02_a_plan_that_is_still_to_come_fixes_nothing_before_its_day(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    await _plan(guardian, child, _days((1, 2, 3, 4, 5), None))
    await _plan(guardian, child, _days((1, 2, 3, 4, 5), 9), starts_on="2026-03-19")
    assert await _asked(guardian, child) == (2, "staircase", "start")
