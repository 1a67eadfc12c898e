"""T04, T05: the level of a motion follows how often its repetitions succeed."""

from datetime import timedelta
from itertools import pairwise, permutations
from typing import Any
from uuid import UUID

import pytest

from dodam.bootstrap import Dodam
from tests.children.steps import diagnose, travel
from tests.clock import NOON, StoppedClock
from tests.families import Guardian

from .steps import TODAY, YESTERDAY, level, levels, practice

GOOD, BAD, FAIR = (20, 20), (8, 20), (15, 20)


@pytest.mark.parametrize(
    ("macs", "start"),
    [(None, 2), ("I", 4), ("II", 3), ("III", 2), ("IV", 1), ("V", 1)],
)
async def test_T04_before_any_play_it_begins_by_the_childs_manual_ability(
    guardian: Guardian, child: dict[str, Any], macs: str | None, start: int
) -> None:
    await diagnose(guardian, child, macs=macs)
    asked = await levels(guardian, child)
    found = {hand: each["level"] for (_, hand), each in asked.items()}
    assert (found["left"], found["both"], found["right"]) == (start, start, 3)
    assert {each["because"]["code"] for each in asked.values()} == {"start"}


async def test_T04_the_newest_assessment_counts(guardian: Guardian, child: dict[str, Any]) -> None:
    await diagnose(guardian, child, macs="I", assessed_on="2026-03-01")
    await diagnose(guardian, child, macs="IV", assessed_on="2025-03-01")
    await diagnose(guardian, child, mini_macs="V", assessed_on="2022-03-01")
    assert await level(guardian, child) == (4, "start")


async def test_T04_every_motion_of_the_plan_has_a_level_and_those_that_were_played(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    planned = await levels(guardian, child)
    motions = [each["id"] for each in await guardian.get("/motions")]
    assert [motions.index(motion) for motion, _ in planned] == sorted(
        motions.index(motion) for motion, _ in planned
    )
    assert ("mass_grasp", "both") not in planned
    await guardian.upload(child, practice("2025-09-01", *GOOD, hand="both"))
    assert set(await levels(guardian, child)) == {*planned, ("mass_grasp", "both")}


@pytest.mark.parametrize(
    ("successes", "repetitions", "then"),
    [
        (19, 20, (3, "raised")),
        (18, 20, (2, "kept")),
        (15, 20, (2, "kept")),
        (12, 20, (2, "kept")),
        (11, 20, (1, "lowered")),
        (15, 15, (2, "kept")),
        (0, 5, (2, "kept")),
        (0, 6, (1, "lowered")),
        (0, 0, (2, "kept")),
    ],
)
async def test_T04_the_level_moves_once_there_is_enough_to_go_by(
    guardian: Guardian,
    child: dict[str, Any],
    successes: int,
    repetitions: int,
    then: tuple[int, str],
) -> None:
    await guardian.upload(child, practice(YESTERDAY, successes, repetitions))
    assert await level(guardian, child) == then


async def test_T04_what_one_day_leaves_open_the_next_decides(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    await guardian.upload(child, practice("2026-03-16", 18, 20))
    assert await level(guardian, child) == (2, "kept")
    await guardian.upload(child, practice(YESTERDAY, 18, 20))
    assert await level(guardian, child) == (3, "raised")


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("ko", "최근 20회 중 19회 성공해서 한 단계 올렸어요."),
        ("en", "19 of 20 repetitions succeeded, so it went up by one level."),
    ],
)
async def test_T04_a_level_says_why_in_the_callers_language(
    guardian: Guardian, child: dict[str, Any], language: str, sentence: str
) -> None:
    await guardian.upload(child, practice(YESTERDAY, 19, 20))
    asked = await levels(guardian, child, headers={"accept-language": language})
    found = asked["mass_grasp", "left"]
    assert found["because"] == {"code": "raised", "message": sentence}
    assert (found["repetitions"], found["successes"], found["staircase"]) == (20, 19, 3)


async def test_T04_a_level_rises_when_the_day_is_over_and_falls_at_once(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    other = {"motion": "tip_pinch"}
    await guardian.upload(child, [practice(TODAY, *GOOD), practice(TODAY, *BAD, **other)])
    assert await level(guardian, child) == (2, "kept")
    assert await level(guardian, child, "tip_pinch") == (1, "lowered")


async def test_T04_a_day_moves_the_level_by_one_however_much_is_played(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    plays = [practice(YESTERDAY, 100, 100, at=f"{hour}:00") for hour in range(10, 20)]
    await guardian.upload(child, plays)
    assert await level(guardian, child) == (3, "raised")


async def test_T04_it_stays_within_one_and_ten_and_leaves_either_as_soon_as_any(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    days = [f"2026-03-{day:02}" for day in range(1, 17)]
    await guardian.upload(child, [practice(day, *GOOD) for day in days])
    await guardian.upload(child, [practice(day, *BAD, motion="tip_pinch") for day in days])
    assert await level(guardian, child) == (10, "kept")
    assert await level(guardian, child, "tip_pinch") == (1, "kept")
    await guardian.upload(
        child, [practice(YESTERDAY, *BAD), practice(YESTERDAY, *GOOD, motion="tip_pinch")]
    )
    assert await level(guardian, child) == (9, "lowered")
    assert await level(guardian, child, "tip_pinch") == (2, "raised")


async def test_T04_each_hand_has_a_level_of_its_own(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    await guardian.upload(
        child, [practice(YESTERDAY, *GOOD), practice(YESTERDAY, *BAD, hand="right")]
    )
    assert await level(guardian, child) == (3, "raised")
    assert await level(guardian, child, hand="right") == (2, "lowered")


async def test_T06_plays_that_come_late_twice_and_in_any_order_give_the_same_level(
    guardian: Guardian,
) -> None:
    days = (("2026-03-13", *GOOD), ("2026-03-14", 18, 20), (YESTERDAY, *BAD))
    found: set[tuple[int, str]] = set()
    for order in permutations(days):
        child = await guardian.register_child(therapy_starts_on="2025-06-01")
        for day in order:
            record = practice(*day)
            await guardian.upload(child, record)
            await guardian.upload(child, [record])
        found.add(await level(guardian, child))
        answer = await guardian.call("DELETE", f"/children/{child['id']}")
        assert answer.status_code == 204
    assert found == {(2, "lowered")}


@pytest.mark.parametrize(
    ("difficulty", "successes", "then"),
    [
        # Success at a harder level says that this one would have gone well too.
        (5, 16, (3, "raised")),
        (5, 15, (2, "kept")),
        (5, 14, (2, "start")),
        # Failure at an easier one says that this one is too hard.
        (1, 14, (1, "lowered")),
        (1, 20, (2, "start")),
        (2, 20, (3, "raised")),
    ],
)
async def test_T05_plays_at_another_level_count_where_they_tell_something(
    guardian: Guardian,
    child: dict[str, Any],
    difficulty: int,
    successes: int,
    then: tuple[int, str],
) -> None:
    await guardian.upload(child, practice(YESTERDAY, successes, 20, difficulty=difficulty))
    assert await level(guardian, child) == then


@pytest.mark.parametrize(
    ("last", "then"),
    [
        ("2026-03-05", (3, "raised")),
        ("2026-03-04", (2, "after_break")),
        ("2025-04-01", (2, "after_break")),
    ],
)
async def test_T04_after_two_weeks_without_play_it_begins_more_gently(
    guardian: Guardian, child: dict[str, Any], last: str, then: tuple[int, str]
) -> None:
    await guardian.upload(child, practice(last, *GOOD))
    assert await level(guardian, child) == then


async def test_T04_a_break_ends_with_any_play_and_counts_once(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    await guardian.upload(child, practice("2026-02-01", *GOOD))
    await guardian.upload(child, practice("2026-03-16", *FAIR, motion="tip_pinch"))
    assert await level(guardian, child) == (2, "after_break")
    assert await level(guardian, child, "tip_pinch") == (2, "kept")
    await guardian.upload(child, practice(YESTERDAY, *FAIR))
    assert await level(guardian, child) == (2, "kept")


async def test_T04_the_last_years_plays_count(
    guardian: Guardian, child: dict[str, Any], clock: StoppedClock
) -> None:
    both = ("mass_grasp", "both")
    await guardian.upload(child, practice("2025-03-18", *GOOD, hand="both"))
    assert (await levels(guardian, child))[both]["because"]["code"] == "after_break"
    await travel(guardian, clock, NOON + timedelta(days=1))
    assert both in await levels(guardian, child)
    await travel(guardian, clock, NOON + timedelta(days=2))
    assert both not in await levels(guardian, child)


async def test_T05_a_voided_play_counts_no_more(
    system: Dodam, guardian: Guardian, child: dict[str, Any]
) -> None:
    record = practice(YESTERDAY, *GOOD)
    await guardian.upload(child, [record, practice(YESTERDAY, *FAIR)])
    assert await level(guardian, child) == (3, "raised")
    async with system.database.transaction() as tx:
        await tx.execute(
            "update therapy.play_record set voided_at = now() where id = $1", UUID(record["id"])
        )
    assert await level(guardian, child) == (2, "kept")


async def test_T04_once_it_has_turned_it_moves_for_better_reasons_only(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    """Up on four days, down on one: from then on one more such day is not enough."""
    days = [f"2026-03-{day:02}" for day in range(9, 18)]
    results = [GOOD, GOOD, GOOD, GOOD, BAD, GOOD, GOOD, FAIR, FAIR]
    reached: list[int] = []
    for day, result in zip(days, results, strict=True):
        await guardian.upload(child, practice(day, *result))
        reached.append((await level(guardian, child))[0])
    assert reached == [3, 4, 5, 6, 5, 5, 6, 6, 6]
    assert max(abs(b - a) for a, b in pairwise(reached)) == 1
