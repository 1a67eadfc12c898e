"""T11: intervals and slopes against published examples, and against their definitions."""

import math
from fractions import Fraction
from itertools import combinations, permutations, product
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dodam.features.outcomes.models.estimates import Estimate, Verdict, verdict
from dodam.features.outcomes.models.statistics import (
    design_effect,
    difference,
    middle,
    proportion,
    ratio,
    slope,
    wilson,
)

COUNTS = st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
VALUES = st.integers(-50, 50).map(float)


def _share(successes: int, trials: int) -> Estimate:
    return Estimate(successes / trials, *wilson(successes, trials))


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_T11_wilsons_interval_is_that_of_newcombe_1998_table_i(
    successes: int, trials: int, low: float, high: float
) -> None:
    assert wilson(successes, trials) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((10, 10), (0, 10), 0.6075, 1.0000),
        ((5, 56), (0, 29), -0.0381, 0.1926),
    ],
)
def test_T11_the_interval_of_a_difference_is_that_of_newcombe_1998_method_10(
    one: tuple[int, int], other: tuple[int, int], low: float, high: float
) -> None:
    found = difference(_share(*one), _share(*other))
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


@given(COUNTS)
def test_T11_wilsons_ends_are_where_the_score_test_stops_rejecting(counts: tuple[int, int]) -> None:
    successes, trials = counts
    share = successes / trials
    for end in wilson(successes, trials):
        if abs(end - share) > 1e-9:
            z = (share - end) / math.sqrt(end * (1 - end) / trials)
            assert abs(z) == pytest.approx(1.959964, abs=1e-3)


@given(st.lists(COUNTS, min_size=2, max_size=12))
def test_T11_days_never_make_a_share_surer_than_independent_trials(
    days: list[tuple[int, int]],
) -> None:
    found = proportion(days)
    assert found is not None
    assert found.low is not None
    assert found.high is not None
    successes, trials = (sum(column) for column in zip(*days, strict=True))
    low, high = wilson(successes, trials)
    assert found.value == successes / trials
    assert 0 <= found.low <= low + 1e-12
    assert high - 1e-12 <= found.high <= 1
    assert found.low <= found.value <= found.high


def test_T11_one_day_tells_of_no_other() -> None:
    assert proportion([(8, 10)]) == Estimate(0.8, None, None)
    assert proportion([(8, 10), (0, 0)]) == Estimate(0.8, None, None)
    assert proportion([(0, 0)]) is None


def test_T11_days_of_one_repetition_each_are_independent_trials() -> None:
    days = [(1, 1)] * 70 + [(0, 1)] * 30
    assert design_effect(days) == pytest.approx(100 / 99)


def test_T11_days_that_all_go_alike_count_as_one_trial_each() -> None:
    days = [(10, 10)] * 7 + [(0, 10)] * 3
    assert design_effect(days) == pytest.approx(10 * 10 / 9)


@pytest.mark.parametrize("days", [3, 6, 12, 30])
@pytest.mark.parametrize("swing", [(3.5, 1.5), (35, 15)])
def test_T11_the_interval_holds_where_repetitions_of_a_day_are_alike(
    days: int, swing: tuple[float, float]
) -> None:
    """Good days and bad days about 0.7, far apart or close; a plain Wilson interval fails."""
    chance = Random(11)  # noqa: S311 - draws the same days every time
    honest = plain = 0
    rounds = 500
    for _ in range(rounds):
        goods = [chance.betavariate(*swing) for _ in range(days)]
        counts = [(sum(chance.random() < good for _ in range(30)), 30) for good in goods]
        found = proportion(counts)
        assert found is not None
        assert found.low is not None
        assert found.high is not None
        honest += found.low <= 0.7 <= found.high
        low, high = wilson(*(sum(column) for column in zip(*counts, strict=True)))
        plain += low <= 0.7 <= high
    assert honest / rounds >= 0.93
    assert plain / rounds < 0.92


@given(st.lists(VALUES, min_size=1, max_size=12))
def test_T11_the_middle_is_as_sure_as_the_sign_test(values: list[float]) -> None:
    found = middle(values)
    assert found is not None
    ordered = sorted(values)
    n = len(values)
    # The definition: as many ends cut off as all 2^n ways of signs let be cut off.
    cut = 0
    while sum(math.comb(n, k) for k in range(cut + 1)) * Fraction(1, 2**n) <= Fraction(1, 40):
        cut += 1
    ends = (ordered[cut - 1], ordered[n - cut]) if cut else (None, None)
    assert (found.low, found.high) == ends


def test_T11_the_middle_needs_six_values() -> None:
    assert middle([]) is None
    assert middle([1, 2, 3, 4, 5]) == Estimate(3, None, None)
    assert middle([1, 2, 3, 4, 5, 9]) == Estimate(3.5, 1, 9)


def test_T11_the_slope_of_sens_own_example() -> None:
    """Sen 1968, section 5: 4, and 26/7 to 35/8 at 93 %; ours is of 95 % and rounded outward."""
    points = list(zip([1, 2, 3, 4, 10, 12, 18], [9, 15, 19, 20, 45, 55, 78], strict=True))
    found = slope([points])
    assert found is not None
    assert found.low is not None
    assert found.high is not None
    assert found.value == 4
    assert found.low <= 26 / 7
    assert found.high >= 35 / 8
    assert (found.low, found.high) == pytest.approx((11 / 3, 5))


@given(st.lists(st.lists(VALUES, max_size=9), max_size=3))
def test_T11_the_slope_is_the_median_of_all_pairs_of_the_same_stratum(
    strata: list[list[float]],
) -> None:
    found = slope([list(enumerate(values)) for values in strata])
    slopes = sorted(
        (values[b] - values[a]) / (b - a)
        for values in strata
        for a, b in combinations(range(len(values)), 2)
    )
    if not slopes:
        assert found is None
        return
    assert found is not None
    n = len(slopes)
    assert found.value == (slopes[(n - 1) // 2] + slopes[n // 2]) / 2
    if found.low is not None and found.high is not None:
        assert found.low <= found.value <= found.high
        assert {found.low, found.high} <= set(slopes)


@pytest.mark.parametrize("n", [6, 7])
def test_T11_of_all_orders_of_noise_at_most_five_per_cent_show_a_slope(n: int) -> None:
    orders = list(permutations(range(n)))
    wrong = sum(
        verdict(slope([list(enumerate(order))])) in {Verdict.IMPROVING, Verdict.DECLINING}
        for order in orders
    )
    assert 0 < wrong / len(orders) <= 0.05


def test_T11_of_noise_in_two_strata_too() -> None:
    orders = list(permutations(range(4)))
    wrong = sum(
        verdict(slope([list(enumerate(one)), list(enumerate(other))]))
        in {Verdict.IMPROVING, Verdict.DECLINING}
        for one, other in product(orders, orders)
    )
    assert 0 < wrong / len(orders) ** 2 <= 0.05


def test_T11_five_points_are_too_few_and_six_are_enough() -> None:
    rising = [(x, float(x)) for x in range(6)]
    assert verdict(slope([rising[:5]])) is Verdict.NOT_ENOUGH_DATA
    assert verdict(slope([rising])) is Verdict.IMPROVING


def test_T11_one_wild_week_does_not_turn_a_slope() -> None:
    calm = [(x, float(x)) for x in range(12)]
    wild = [*calm[:6], (6, -500.0), *calm[7:]]
    assert verdict(slope([wild])) is Verdict.IMPROVING


def test_T11_equal_weeks_show_no_change() -> None:
    assert slope([[(x, 0.5) for x in range(8)]]) == Estimate(0, 0, 0)
    assert verdict(Estimate(0, 0, 0)) is Verdict.NO_CLEAR_CHANGE


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 40)), min_size=2, max_size=30))
def test_T11_a_ratio_of_days_is_cut_off_where_nothing_can_be(days: list[tuple[int, int]]) -> None:
    found = ratio(days, most=40)
    assert found is not None
    assert found.low is not None
    assert found.high is not None
    assert found.value == sum(part for part, _ in days) / sum(whole for _, whole in days)
    assert 0 <= found.low <= found.value <= max(found.value, found.high)
    assert found.high <= 40


def test_T11_the_interval_of_equal_wholes_is_students() -> None:
    """With equal wholes a ratio is a mean: 5, 6, 7 are 6, give or take 4.303 / sqrt(3)."""
    found = ratio([(5, 1), (6, 1), (7, 1)])
    assert found is not None
    assert found.low == pytest.approx(6 - 4.303 / math.sqrt(3))
    assert found.high == pytest.approx(6 + 4.303 / math.sqrt(3))
    many = ratio([(5, 1), (7, 1)] * 10)
    assert many is not None
    assert many.low == pytest.approx(6 - 2.09302 * math.sqrt(20 / 19 / 20), abs=1e-4)
    assert ratio([(5, 2)]) == Estimate(2.5, None, None)
    assert ratio([(0, 0)]) is None
