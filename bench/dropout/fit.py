"""Fits the numbers of the model to mornings."""

from collections.abc import Sequence
from statistics import fmean, pstdev

import numpy as np

from bench.dropout.learning import logistic
from bench.dropout.mornings import Morning
from dodam.features.outcomes.models.dropout_risk import Bands, DropoutModel, Feature, Term

BANDS = Bands(raised=0.1, high=0.3)
_EXPECTED_SIGN = {
    Feature.SILENT_DAYS: 1,
    Feature.MISSED_SINCE: 1,
    Feature.KEPT: -1,
    Feature.KEPT_CHANGE: -1,
    Feature.WEEKS: -1,
}


class UnexpectedSign(Exception):
    """A feature works the other way round than anybody would believe: look before you ship."""


def fit(mornings: Sequence[Morning], version: str) -> DropoutModel:
    """The logistic regression without a penalty: thousands of mornings for six numbers.

    Raises UnexpectedSign.
    """
    usual = {feature: fmean(_values(mornings, feature)) for feature in Feature}
    columns = [
        [feature.on_its_scale(x) - feature.on_its_scale(usual[feature]) for x in values]
        for feature in Feature
        for values in [_values(mornings, feature)]
    ]
    weights, intercept = logistic(np.array(columns).T, np.array([each.stops for each in mornings]))
    terms = [
        Term(
            feature,
            usual=round(usual[feature], 4),
            spread=round(pstdev(_values(mornings, feature)), 4),
            weight=round(weight, 4),
        )
        for feature, weight in zip(Feature, weights, strict=True)
    ]
    wrong = [term.feature for term in terms if term.weight * _EXPECTED_SIGN[term.feature] < 0]
    if wrong:
        raise UnexpectedSign(wrong)
    return DropoutModel(version, round(intercept, 4), terms, BANDS)


def _values(mornings: Sequence[Morning], feature: Feature) -> list[float]:
    return [getattr(each.features, feature) for each in mornings]
