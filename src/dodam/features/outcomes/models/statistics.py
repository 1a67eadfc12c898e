"""Intervals and slopes that stay honest for few plays: pure, of the standard library only.

Every interval is one of 95 %.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import combinations
from statistics import NormalDist, median

from dodam.features.outcomes.models.estimates import Estimate

_Z = NormalDist().inv_cdf(0.975)
# Student's t at 97.5 %, by degrees of freedom from 1.
_T = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447)


def wilson(successes: float, trials: float) -> tuple[float, float]:
    """The score interval of a proportion (Wilson 1927, J Am Stat Assoc 22:209).

    Newcombe (1998, Stat Med 17:857) recommends it for small numbers; it never leaves 0 to 1.
    """
    share = successes / trials
    z2 = _Z * _Z
    centre = share + z2 / (2 * trials)
    half = _Z * math.sqrt(share * (1 - share) / trials + z2 / (4 * trials * trials))
    whole = 1 + z2 / trials
    # Of 0 and of 1 the interval ends there, exactly.
    low, high = min(share, (centre - half) / whole), max(share, (centre + half) / whole)
    return max(0.0, low), min(1.0, high)


def proportion(days: Iterable[tuple[float, float]]) -> Estimate | None:
    """The share of successes, by `(successes, trials)` of each day; None without a trial.

    Repetitions of one day are alike, so many of them say less than as many independent ones: for
    Wilson's interval both counts are divided by the design effect between days (Rao & Scott 1992,
    Biometrics 48:577), which is taken to be at least 1, and by how much wider Student's t is for so
    few days (Korn & Graubard 1998, Survey Methodology 24:193). One day tells of no other.
    """
    counts = [(successes, trials) for successes, trials in days if trials]
    if not counts:
        return None
    all_successes, all_trials = (sum(column) for column in zip(*counts, strict=True))
    share = all_successes / all_trials
    if len(counts) == 1:
        return Estimate(share, None, None)
    less = max(1.0, design_effect(counts)) * (_student(len(counts) - 1) / _Z) ** 2
    return Estimate(share, *wilson(all_successes / less, all_trials / less))


def design_effect(counts: Sequence[tuple[float, float]]) -> float:
    """How many times the variance of independent trials that of two clusters or more is."""
    successes, trials = (sum(column) for column in zip(*counts, strict=True))
    share = successes / trials
    if share in {0.0, 1.0}:
        return 1.0
    residuals = sum((hits - share * tries) ** 2 for hits, tries in counts)
    variance = len(counts) / (len(counts) - 1) * residuals / trials**2
    return variance * trials / (share * (1 - share))


def difference(now: Estimate, then: Estimate) -> Estimate:
    """`now` minus `then`, of two shares with Wilson's intervals.

    By squaring and adding the distances of their ends (Newcombe 1998, Stat Med 17:873, method 10).
    """
    change = now.value - then.value
    if now.low is None or now.high is None or then.low is None or then.high is None:
        return Estimate(change, None, None)
    below = math.hypot(now.value - now.low, then.high - then.value)
    above = math.hypot(now.high - now.value, then.value - then.low)
    return Estimate(change, change - below, change + above)


def ratio(days: Iterable[tuple[float, float]], *, most: float = math.inf) -> Estimate | None:
    """The sum of the first over the sum of the second; None without a second.

    With the variance between days of a ratio estimator (Cochran 1977, Sampling Techniques, section
    6.3) and Student's t. One day tells of no other. Cut off at 0 and at `most`.
    """
    counts = [(part, whole) for part, whole in days if whole]
    if not counts:
        return None
    parts, wholes = (sum(column) for column in zip(*counts, strict=True))
    value, n = parts / wholes, len(counts)
    if n == 1:
        return Estimate(value, None, None)
    residuals = sum((part - value * whole) ** 2 for part, whole in counts)
    half = _student(n - 1) * math.sqrt(n / (n - 1) * residuals) / wholes
    return Estimate(value, max(0.0, value - half), min(most, value + half))


def middle(values: Iterable[float]) -> Estimate | None:
    """The median, and the interval of the sign test: two of the values themselves.

    It takes six of them (Conover 1999, Practical Nonparametric Statistics, section 3.2).
    """
    found = sorted(values)
    if not found:
        return None
    n = len(found)
    # As many as may lie outside on one side with a chance of at most 1 in 40, in exact numbers.
    outside, ways, all_ways = 0, 1, 1
    while 40 * all_ways <= 2**n:
        outside += 1
        ways = ways * (n - outside + 1) // outside
        all_ways += ways
    if not outside:
        return Estimate(median(found), None, None)
    return Estimate(median(found), found[outside - 1], found[n - outside])


def slope(strata: Iterable[Sequence[tuple[float, float]]]) -> Estimate | None:
    """The median of the slopes between any two points `(x, y)` of the same stratum; x differ.

    Robust against single bad weeks: Theil (1950) and Sen (1968, J Am Stat Assoc 63:1379), with
    Kendall's variance, corrected for ties, for the interval; the slopes and variances of strata
    are pooled as Hirsch, Slack & Smith (1982, Water Resour Res 18:107) pool seasons. Ranks are
    rounded outward. None without a pair; the interval takes six points where there is one stratum.
    """
    slopes: list[float] = []
    variance = 0.0
    for points in strata:
        slopes += [(y2 - y1) / (x2 - x1) for (x1, y1), (x2, y2) in combinations(points, 2)]
        ties = Counter(y for _, y in points).values()
        variance += _kendall(len(points)) - sum(map(_kendall, ties))
    if not slopes:
        return None
    slopes.sort()
    outside = math.floor((len(slopes) - _Z * math.sqrt(variance)) / 2)
    if outside < 1:
        return Estimate(median(slopes), None, None)
    return Estimate(median(slopes), slopes[outside - 1], slopes[-outside])


def _student(freedom: int) -> float:
    """By table, and from 7 on by Fisher's expansion (Abramowitz & Stegun 1964, 26.7.5)."""
    if freedom <= len(_T):
        return _T[freedom - 1]
    z2 = _Z * _Z
    return _Z + _Z * (
        (z2 + 1) / (4 * freedom)
        + ((5 * z2 + 16) * z2 + 3) / (96 * freedom**2)
        + (((3 * z2 + 19) * z2 + 17) * z2 - 15) / (384 * freedom**3)
    )


def _kendall(n: int) -> float:
    return n * (n - 1) * (2 * n + 5) / 18
