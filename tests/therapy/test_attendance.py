"""T09: days attended, goals reached and streaks."""

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dodam.features.content.models.motions import TherapyHand
from dodam.features.therapy.models.days import streaks
from dodam.features.therapy.models.plans import Plan, PlanDay, PlanItem, PlanSource
from tests.families import Guardian, play

from .steps import Travel, excuse, make_plan, plan_day, repetitions, seoul

MONDAY = date(2026, 3, 2)


def _plan(
    weekdays: Collection[int], *, version: int = 1, starts: int = 0, ends: int | None = None
) -> Plan:
    item = PlanItem(motion="mass_grasp", target_repetitions=10)
    return Plan(
        version=version,
        source=PlanSource.GUARDIAN,
        starts_on=MONDAY + timedelta(days=starts),
        ends_on=None if ends is None else MONDAY + timedelta(days=ends),
        days=[PlanDay(weekday=day, hand=TherapyHand.LEFT, items=[item]) for day in weekdays],
        created_at=datetime(2026, 3, 1, tzinfo=UTC),
    )


def _streaks(
    attended: str, plans: list[Plan] | None = None, excused: str = "", today: int | None = None
) -> tuple[int, int]:
    """Current and longest streak; a mark for every day from the first Monday on."""

    def marked(marks: str) -> set[date]:
        return {MONDAY + timedelta(days=n) for n, mark in enumerate(marks) if mark == "x"}

    now = MONDAY + timedelta(days=len(attended) - 1 if today is None else today)
    return streaks(marked(attended), plans or [_plan([1, 3, 5])], marked(excused), now)


@pytest.mark.parametrize(
    ("attended", "current", "longest"),
    [
        pytest.param("-------", 0, 0, id="never"),
        pytest.param("x------", 0, 1, id="only the first day"),
        pytest.param("x", 1, 1, id="the first day is today"),
        pytest.param("x-x-x--", 3, 3, id="every planned day, with rest between"),
        pytest.param("x-x-x--x-x-x--", 6, 6, id="over weeks"),
        pytest.param("xxx-x--", 4, 4, id="an extra day lengthens"),
        pytest.param("x-x----", 0, 2, id="a missed Friday ends it"),
        pytest.param("x-x----x", 1, 2, id="and the next begins anew"),
        pytest.param("x-x-", 2, 2, id="a rest day today"),
        pytest.param("x---x", 1, 1, id="a missed day between"),
        pytest.param("-x", 1, 1, id="only an extra day"),
        pytest.param("--x-x--x-------x", 1, 3, id="the longest lies in the middle"),
        pytest.param("x--x-x-", 1, 1, id="an extra day does not make up for a missed one"),
    ],
)
def test_T09_a_streak_counts_days_played_with_no_planned_day_missed(
    attended: str, current: int, longest: int
) -> None:
    assert _streaks(attended) == (current, longest)


@pytest.mark.parametrize(
    ("attended", "today", "current"),
    [("x-x--", 4, 2), ("x-x--", 5, 0), ("x-x--", 3, 2), ("x-x-x", 4, 3), ("x", 20, 0)],
)
def test_T09_today_breaks_nothing_until_it_is_over(attended: str, today: int, current: int) -> None:
    assert _streaks(attended, today=today)[0] == current


@pytest.mark.parametrize(
    ("attended", "excused", "found"),
    [
        ("x---x--", "--x----", (2, 2)),
        ("x------x", "--x-x---", (2, 2)),
        ("x------x", "--x-----", (1, 1)),
        ("x-x----", "----x--", (2, 2)),
        # Played although excused: it counts.
        ("x-x-x--", "xxxxxxx", (3, 3)),
        ("-------", "xxxxxxx", (0, 0)),
    ],
)
def test_T09_an_excused_day_neither_breaks_nor_lengthens(
    attended: str, excused: str, found: tuple[int, int]
) -> None:
    assert _streaks(attended, excused=excused) == found


def test_T09_a_streak_goes_by_the_plan_of_its_time() -> None:
    plans = [_plan([1, 3, 5]), _plan([2], version=2, starts=7)]
    # Only Tuesdays are planned in the second week; the third has one that is missed.
    assert _streaks("x-x-x---x-----", plans) == (4, 4)
    assert _streaks("x-x-x---x-------", plans) == (4, 4)
    assert _streaks("x-x-x---x--------", plans) == (0, 4)


def test_T09_without_a_plan_nothing_can_be_missed() -> None:
    ended = [_plan([1, 2, 3, 4, 5, 6, 7], ends=2)]
    assert _streaks("xxx-------x---", ended) == (4, 4)
    later = [_plan([1, 2, 3, 4, 5, 6, 7], starts=100)]
    assert _streaks("x----x-------x", later) == (3, 3)


def test_T09_a_play_of_tomorrow_is_part_of_the_streak() -> None:
    assert _streaks("x-x-x", today=3) == (3, 3)


@given(
    attended=st.text("x-", min_size=1, max_size=60),
    excused=st.text("x-", max_size=60),
    weekdays=st.sets(st.integers(1, 7), max_size=7),
)
@settings(max_examples=200, deadline=None)
def test_T09_streaks_agree_with_a_walk_from_every_day(
    attended: str, excused: str, weekdays: set[int]
) -> None:
    def breaks(n: int) -> bool:
        planned = (MONDAY + timedelta(days=n)).isoweekday() in weekdays
        is_over = n < len(attended) - 1
        return planned and is_over and attended[n] == "-" and excused[n : n + 1] != "x"

    def run_from(start: int) -> tuple[int, bool]:
        """How many days are played from `start` until a break, and whether there is none."""
        end = next((n for n in range(start, len(attended)) if breaks(n)), None)
        return attended[start:end].count("x"), end is None

    runs = [run_from(start) for start in range(len(attended))]
    longest = max(count for count, _ in runs)
    current = max((count for count, lasts in runs if lasts), default=0)
    assert _streaks(attended, [_plan(weekdays)], excused) == (current, longest)


async def _attendance(guardian: Guardian, child: dict[str, Any], span: str = "") -> dict[str, Any]:
    return await guardian.get(f"/children/{child['id']}/attendance{span}")


async def test_T09_attendance_counts_what_was_planned_and_what_was_kept(
    guardian: Guardian, child: dict[str, Any], travel: Travel
) -> None:
    await travel(seoul("2026-03-02", "09:00"))
    items = repetitions("mass_grasp", 10), repetitions("tip_pinch", 5)
    await make_plan(guardian, child, [plan_day(day, *items) for day in (1, 3, 5)])
    await travel(seoul("2026-03-18", "12:00"))
    plays = [
        play(seoul(day), motion=each["motion"])
        for day in ("2026-03-02", "2026-03-11")
        for each in items
    ]
    plays += [play(seoul(f"2026-03-{day}")) for day in ("03", "04", "15", "16")]
    await guardian.upload(child, plays)
    for day in ("2026-03-09", "2026-03-11", "2026-03-13"):
        await excuse(guardian, child, day)
    # Planned and not excused up to today: the 2nd, 4th, 6th, 16th and 18th.
    assert await _attendance(guardian, child) == {
        "child_id": child["id"],
        "from_day": "2025-12-19",
        "to_day": "2026-03-18",
        "planned_days": 5,
        "attended_days": 6,
        "attended_planned_days": 3,
        "goal_days": 2,
        "attendance_rate": 0.6,
        "total_attended_days": 6,
        "current_streak": 3,
        "longest_streak": 3,
        "attended": [f"2026-03-{day}" for day in ("02", "03", "04", "11", "15", "16")],
    }


async def test_T09_a_range_narrows_the_counts_but_not_the_streaks(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    days = ["2025-11-03", "2026-03-16", "2026-03-17", "2026-03-18"]
    await guardian.upload(child, [play(seoul(day)) for day in days])
    narrow = await _attendance(guardian, child, "?from=2026-03-17&to=2026-03-17")
    assert (narrow["planned_days"], narrow["attended_days"]) == (1, 1)
    assert narrow["attendance_rate"] == 1.0
    assert narrow["attended"] == ["2026-03-17"]
    assert (narrow["total_attended_days"], narrow["current_streak"]) == (4, 3)
    elsewhere = await _attendance(guardian, child, "?from=2025-11-01&to=2025-11-30")
    assert (elsewhere["planned_days"], elsewhere["attended_days"]) == (0, 1)
    assert elsewhere["attendance_rate"] is None
    assert elsewhere["current_streak"] == 3


async def test_T09_days_to_come_are_not_planned_yet(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    found = await _attendance(guardian, child, "?from=2026-03-16&to=2026-06-30")
    assert (found["planned_days"], found["attended_planned_days"]) == (3, 0)
    assert found["attendance_rate"] == 0.0
    future = await _attendance(guardian, child, "?from=2026-03-19&to=2026-03-31")
    assert (future["planned_days"], future["attendance_rate"]) == (0, None)


@pytest.mark.parametrize(
    ("span", "first", "last"),
    [
        ("", "2025-12-19", "2026-03-18"),
        ("?to=2026-03-31", "2026-01-01", "2026-03-31"),
        ("?from=2026-01-01", "2026-01-01", "2026-03-31"),
        ("?from=2024-02-29&to=2025-02-28", "2024-02-29", "2025-02-28"),
    ],
)
async def test_T09_a_range_with_an_end_missing_is_ninety_days(
    guardian: Guardian, child: dict[str, Any], span: str, first: str, last: str
) -> None:
    found = await _attendance(guardian, child, span)
    assert (found["from_day"], found["to_day"]) == (first, last)


async def test_T09_a_streak_survives_an_excused_day_only_while_it_is_excused(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    await guardian.upload(child, [play(seoul(day)) for day in ("2026-03-16", "2026-03-18")])
    assert (await _attendance(guardian, child))["current_streak"] == 1
    await excuse(guardian, child, "2026-03-17")
    assert (await _attendance(guardian, child))["current_streak"] == 2
    path = f"/children/{child['id']}/exceptional-days/2026-03-17"
    await guardian.call("DELETE", path)
    assert (await _attendance(guardian, child))["current_streak"] == 1
    await guardian.upload(child, play(seoul("2026-03-17")))
    assert (await _attendance(guardian, child))["current_streak"] == 3


async def test_T09_the_streak_ends_when_a_planned_day_is_over_without_play(
    guardian: Guardian, child: dict[str, Any], travel: Travel
) -> None:
    await guardian.upload(child, play(seoul("2026-03-18")))
    for at, current in (
        (("2026-03-19", "04:00"), 1),
        (("2026-03-20", "03:59"), 1),
        (("2026-03-20", "04:00"), 0),
    ):
        await travel(seoul(*at))
        found = await _attendance(guardian, child)
        assert (found["current_streak"], found["longest_streak"]) == (current, 1)
