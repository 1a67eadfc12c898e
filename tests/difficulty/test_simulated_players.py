"""T04: the staircase leads players who learn, tire and have their moods to what fits them."""

from datetime import date, timedelta
from itertools import pairwise
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.difficulty import HABITS, SETTLING, Course, Habit, course, tired_week
from dodam.features.content.models.motions import TherapyHand
from dodam.features.difficulty.models.staircase import returns_from_breaks, staircase
from dodam.features.therapy.models.play_facts import DayFacts

PLAYERS = 40
FIRST = date(2026, 1, 1)


@pytest.fixture(scope="module", params=HABITS.values(), ids=list(HABITS))
def courses(request: pytest.FixtureRequest) -> list[Course]:
    habit: Habit = request.param
    return [course(number, habit) for number in range(PLAYERS)]


def test_T04_players_settle_near_three_successes_in_four(courses: list[Course]) -> None:
    assert fmean(each.settled_after for each in courses) <= SETTLING
    assert 0.72 <= fmean(each.settled_success for each in courses) <= 0.80
    for each in courses:
        assert 0.68 <= each.settled_success <= 0.84
        assert each.apart < 1


def test_T04_a_settled_level_stays_for_days(courses: list[Course]) -> None:
    assert fmean(each.moves for each in courses) <= 2.5


def test_T04_no_day_moves_a_level_by_more_than_one(courses: list[Course]) -> None:
    for each in courses:
        assert max(abs(b - a) for a, b in pairwise(each.asked)) == 1


def test_T04_levels_follow_what_players_learn(courses: list[Course]) -> None:
    learnt = fmean(each.fitted[-1] - each.fitted[SETTLING] for each in courses)
    followed = fmean(each.asked[-1] - each.asked[SETTLING] for each in courses)
    assert learnt > 0
    assert followed >= learnt - 0.5


def test_T04_a_tired_week_lowers_the_level_and_it_comes_back() -> None:
    weeks = [tired_week(number) for number in range(PLAYERS)]
    fresh, tired, after = (
        fmean(week[day][0] for week in weeks for day in days)
        for days in ((5, 6), (12, 13), (19, 20))
    )
    assert tired < fresh - 0.5
    assert after > tired
    assert fmean(week[day][1] for week in weeks for day in range(7, 14)) > 0.6


@st.composite
def histories(draw: st.DrawFn) -> list[DayFacts]:
    """Anything that may have been played, in order of days."""
    days = sorted(draw(st.lists(st.integers(0, 120), max_size=40)))
    facts: list[DayFacts] = []
    for day in days:
        repetitions = draw(st.integers(0, 10_000))
        facts.append(
            DayFacts(
                therapy_day=FIRST + timedelta(days=day),
                motion="mass_grasp",
                hand=TherapyHand.LEFT,
                difficulty=draw(st.none() | st.integers(1, 10)),
                plays=1,
                repetitions=repetitions,
                successes=draw(st.integers(0, repetitions)),
                active_ms=0,
                timed_repetitions=0,
                accuracy_plays=0,
                accuracy_bp=0,
                accuracy_bp_squared=0,
            )
        )
    return facts


@given(histories(), st.integers(1, 10))
def test_T04_whatever_is_played_levels_stay_in_bounds_and_do_not_leap(
    facts: list[DayFacts], start: int
) -> None:
    asked: list[int] = []
    for n in range(123):
        today = FIRST + timedelta(days=n)
        known = [each for each in facts if each.therapy_day <= today]
        returns = returns_from_breaks((each.therapy_day for each in known), today)
        asked.append(staircase(known, start, returns, today).level)
    assert {1 <= level <= 10 for level in asked} == {True}
    # One for a break, and one for what was played on coming back.
    assert max(abs(b - a) for a, b in pairwise(asked)) <= 2
