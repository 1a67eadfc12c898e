"""How the will to train comes and goes."""

from itertools import pairwise

from dodam_sim.families.chance import stream
from dodam_sim.families.motivation import Lapse, Motivation, make_motivation

HALF_A_YEAR = 182


def motivations(eagerness: float) -> list[Motivation]:
    return [
        make_motivation(stream("motivation", eagerness, n), eagerness, HALF_A_YEAR)
        for n in range(400)
    ]


def test_a_child_without_a_story_is_always_willing() -> None:
    assert {Motivation().will(day) for day in range(400)} == {1.0}


def test_a_child_that_fades_wants_less_from_day_to_day_until_it_is_gone() -> None:
    will = [Motivation(leaves_after=60, fades_over=20).will(day) for day in range(80)]
    assert set(will[:40]) == {1.0}
    assert all(later < earlier for earlier, later in pairwise(will[40:61]))
    assert set(will[60:]) == {0.0}


def test_a_child_that_leaves_abruptly_gives_no_sign() -> None:
    will = [Motivation(leaves_after=60).will(day) for day in range(80)]
    assert will == [1.0] * 60 + [0.0] * 20


def test_after_a_lapse_a_child_is_back() -> None:
    lapsing = Motivation(lapses=(Lapse(begins=10, days=5, will=0.2), Lapse(12, 10, 0.5)))
    will = [lapsing.will(day) for day in range(30)]
    assert will == [1.0] * 10 + [0.2] * 5 + [0.5] * 7 + [1.0] * 8


def test_some_leave_most_of_them_slowly_and_the_less_eager_sooner() -> None:
    eager, reluctant = motivations(0.93), motivations(0.55)
    leaving = [each for each in eager if each.leaves_after is not None]
    assert 0.15 < len(leaving) / len(eager) < 0.45
    assert 0.5 < sum(each.fades_over > 0 for each in leaving) / len(leaving) < 0.8
    assert sum(each.leaves_after is not None for each in reluctant) > len(leaving)
    assert all(each.fades_over <= (each.leaves_after or 0) for each in eager)


def test_nobody_leaves_in_the_first_two_weeks() -> None:
    assert all(each.leaves_after is None or each.leaves_after >= 14 for each in motivations(0.55))
