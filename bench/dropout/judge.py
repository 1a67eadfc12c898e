"""How good estimates are on children the model has never seen, beside what needs no model.

The measures are those of Van Calster et al. 2019 (BMC Medicine 17:230): can it tell those who stop
from the others (AUC), and do as many stop as it says (calibration). Mornings of one child are
alike, so that intervals come from drawing children, not mornings.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from itertools import pairwise
from statistics import fmean
from uuid import UUID

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from bench.dropout.learning import Numbers, Truths, auc, brier, logistic
from bench.dropout.mornings import Morning
from dodam.features.outcomes.models.dropout import Features
from dodam.features.outcomes.models.dropout_risk import Bands, DropoutModel

_EDGES = (0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0)
_DRAWS = 300
_LEAST_AUC = 0.8
_MOST_OFF = 0.25

Estimate = Callable[[Features], float]
RULES: Mapping[str, Callable[[Features], Hashable]] = {
    "the base rate for everybody": lambda _: None,
    "no play for 7 days": lambda features: features.silent_days >= 7,  # noqa: PLR2004 - as named
    "3 planned days missed in a row": lambda features: features.missed_since >= 3,  # noqa: PLR2004 - as named
    "days since the last play alone": lambda features: features.silent_days,
}
"""What a clinician could go by without a model. Each value is given its share of the training."""


class Measured(Struct, frozen=True):
    """A figure with the middle 95 % of what it is in samples of other children."""

    value: float
    low: float
    high: float


class Score(Struct, frozen=True):
    """`auc` is 0.5 by chance, 1 at best; `brier` is the mean squared error, 0 at best."""

    auc: Measured
    brier: Measured


class Calibration(Struct, frozen=True):
    """Of the log odds (slope 1 and intercept 0 are perfect), and stops observed ÷ expected."""

    slope: Measured
    intercept: Measured
    observed_to_expected: Measured


class Bin(Struct, frozen=True):
    """Mornings of which the estimate lay from `low` to below `high`."""

    low: float
    high: float
    mornings: int
    estimated: float
    observed: float


class Flag(Struct, frozen=True):
    """What flagging children from a probability on would do."""

    probability: float
    flagged_share: float
    of_flagged_stop: float
    of_stops_flagged: float


class Judgement(Struct, frozen=True):
    children: int
    mornings: int
    stops: int
    model: Score
    rules: dict[str, Score]
    calibration: Calibration
    reliability: list[Bin]
    flags: list[Flag]


def is_as_claimed(judgement: Judgement) -> bool:
    """Whether the model does on these children what docs/therapy.md says, give or take chance.

    The bounds suit some hundred children; thousands lie well inside.
    """
    calibration = judgement.calibration
    rules = judgement.rules
    return (
        judgement.model.auc.value >= _LEAST_AUC
        and judgement.model.auc.value > rules["no play for 7 days"].auc.value
        and judgement.model.brier.value < rules["the base rate for everybody"].brier.value
        and abs(calibration.slope.value - 1) <= _MOST_OFF
        and abs(calibration.observed_to_expected.value - 1) <= _MOST_OFF
    )


class Sample(Struct, frozen=True):
    """Estimates (each in (0, 1)) beside what came of the same mornings."""

    estimates: Numbers
    stops: Truths

    def auc(self) -> float:
        return auc(self.stops, self.estimates)

    def brier(self) -> float:
        return brier(self.stops, self.estimates)

    def calibration(self) -> tuple[float, float]:
        """Slope and intercept of the stops over the log odds (Cox 1958, Biometrika 45:562)."""
        odds = np.log(self.estimates / (1 - self.estimates))
        [slope], intercept = logistic(odds.reshape(-1, 1), self.stops)
        return slope, intercept

    def observed_to_expected(self) -> float:
        return float(self.stops.sum() / self.estimates.sum())


def judge(
    model: DropoutModel, training: Sequence[Morning], held_out: Sequence[Morning]
) -> Judgement:
    """Judge the model and the rules, which learn their shares from `training`, on `held_out`."""
    seen = sample_of(model.probability, held_out)
    draws = list(_draws(held_out))
    slopes, intercepts = zip(*(_drawn(seen, draw).calibration() for draw in draws), strict=True)
    slope, intercept = seen.calibration()
    expected = [_drawn(seen, draw).observed_to_expected() for draw in draws]
    return Judgement(
        children=len({morning.child for morning in held_out}),
        mornings=len(held_out),
        stops=int(seen.stops.sum()),
        model=_score(seen, draws),
        rules={
            name: _score(sample_of(_learned(rule, training), held_out), draws)
            for name, rule in RULES.items()
        },
        calibration=Calibration(
            _measured(slope, slopes),
            _measured(intercept, intercepts),
            _measured(seen.observed_to_expected(), expected),
        ),
        reliability=list(_bins(seen)),
        flags=list(_flags(seen, model.bands)),
    )


def sample_of(estimate: Estimate, mornings: Sequence[Morning]) -> Sample:
    return Sample(
        np.array([estimate(each.features) for each in mornings]),
        np.array([each.stops for each in mornings]),
    )


def _learned(rule: Callable[[Features], Hashable], training: Sequence[Morning]) -> Estimate:
    stops: dict[Hashable, list[bool]] = defaultdict(list)
    for morning in training:
        stops[rule(morning.features)].append(morning.stops)
    shares = {value: fmean(each) for value, each in stops.items()}
    overall = fmean(each.stops for each in training)
    return lambda features: shares.get(rule(features), overall)


def _draws(mornings: Sequence[Morning]) -> Iterator[NDArray[np.intp]]:
    """Row numbers of as many children as there are, drawn with replacement."""
    rows: dict[UUID, list[int]] = defaultdict(list)
    for row, morning in enumerate(mornings):
        rows[morning.child].append(row)
    of_children = [np.array(each, dtype=np.intp) for each in rows.values()]
    chance = np.random.default_rng(0)
    for _ in range(_DRAWS):
        drawn = chance.integers(len(of_children), size=len(of_children))
        yield np.concatenate([of_children[int(child)] for child in drawn])


def _drawn(sample: Sample, rows: NDArray[np.intp]) -> Sample:
    return Sample(sample.estimates[rows], sample.stops[rows])


def _score(sample: Sample, draws: Sequence[NDArray[np.intp]]) -> Score:
    drawn = [_drawn(sample, rows) for rows in draws]
    return Score(
        _measured(sample.auc(), [each.auc() for each in drawn]),
        _measured(sample.brier(), [each.brier() for each in drawn]),
    )


def _measured(value: float, drawn: Sequence[float]) -> Measured:
    low, high = np.quantile(drawn, (0.025, 0.975))
    return Measured(round(value, 4), round(float(low), 4), round(float(high), 4))


def _bins(sample: Sample) -> Iterator[Bin]:
    for low, high in pairwise(_EDGES):
        inside = (sample.estimates >= low) & (sample.estimates < high)
        if inside.any():
            yield Bin(
                low,
                high,
                int(inside.sum()),
                round(float(sample.estimates[inside].mean()), 4),
                round(float(sample.stops[inside].mean()), 4),
            )


def _flags(sample: Sample, bands: Bands) -> Iterator[Flag]:
    for probability in (bands.raised, bands.high):
        flagged = sample.estimates >= probability
        if flagged.any():
            yield Flag(
                probability,
                round(float(flagged.mean()), 4),
                round(float(sample.stops[flagged].mean()), 4),
                round(float(flagged[sample.stops].mean()), 4),
            )
