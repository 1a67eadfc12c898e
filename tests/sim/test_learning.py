"""Hands get better over weeks and tired within minutes."""

from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dodam_sim.families.chance import stream
from dodam_sim.families.learning import Form, moods, skill_of, tiredness

CHILDREN = st.integers(min_value=0, max_value=2**128 - 1).map(lambda number: UUID(int=number))
RESTED = Form(mood=0, tiredness=0)


@given(CHILDREN, st.sampled_from(["left", "right"]))
def test_practice_makes_better_and_faster_up_to_a_limit(child: UUID, hand: str) -> None:
    skill = skill_of(child, "left", "mass_grasp", hand)
    practice = [0, 100, 500, 2_000, 20_000]
    chances = [skill.success_chance(n) for n in practice]
    seconds = [skill.seconds_per_repetition(n) for n in practice]
    assert chances == sorted(chances)
    assert seconds == sorted(seconds, reverse=True)
    assert chances[-1] == pytest.approx(skill.best, abs=0.01)
    # The first hundred repetitions bring more than a hundred later ones.
    late = skill.success_chance(2_100) - skill.success_chance(2_000)
    assert chances[1] - chances[0] > late


@given(CHILDREN, st.integers(min_value=0, max_value=10_000))
def test_the_affected_hand_is_weaker_however_long_it_practised(child: UUID, practised: int) -> None:
    affected = skill_of(child, "left", "mass_grasp", "left")
    other = skill_of(child, "left", "mass_grasp", "right")
    assert affected.success_chance(practised) < other.success_chance(practised)
    assert affected.seconds_per_repetition(practised) > other.seconds_per_repetition(practised)


def test_fatigue_lowers_success_and_lengthens_plays() -> None:
    skill = skill_of(UUID(int=1), "left", "mass_grasp", "left")
    forms = [Form(0, tiredness(minutes, stamina_minutes=12)) for minutes in (0, 5, 10, 20)]
    chances = [form.success_chance(skill, 300) for form in forms]
    seconds = [form.seconds_per_repetition(skill, 300) for form in forms]
    assert forms[0] == RESTED
    assert chances == sorted(chances, reverse=True)
    assert chances[-1] < 0.8 * chances[0]
    assert seconds == sorted(seconds)
    assert seconds[-1] > 1.2 * seconds[0]


def test_good_and_bad_days_come_in_runs() -> None:
    series = moods(2_000, stream("test"))
    together = sum(a * b for a, b in pairwise(series)) / sum(a * a for a in series)
    assert 0.5 < together < 0.9
    assert all(-1 <= mood <= 1 for mood in series)
