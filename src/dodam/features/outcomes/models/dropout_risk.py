"""How the figures of a child add up to the risk that it stops playing, and what each adds.

A logistic regression whose numbers `make dropout-model` writes; what they are worth is told in
docs/decisions/0008-dropout-risk.md.
"""

from datetime import date
from enum import StrEnum
from importlib.resources import files
from math import exp, log1p
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from dodam.features.outcomes.models.dropout import Features, RiskState


class Feature(StrEnum):
    """The fields of `Features`."""

    SILENT_DAYS = "silent_days"
    MISSED_SINCE = "missed_since"
    KEPT = "kept"
    KEPT_CHANGE = "kept_change"
    WEEKS = "weeks"

    def on_its_scale(self, value: float) -> float:
        """The figure as it enters the log odds: of days that pile up, each weighs less."""
        if self in {Feature.SILENT_DAYS, Feature.MISSED_SINCE}:
            return log1p(value)
        return value


class RiskBand(StrEnum):
    LOW = "low"
    RAISED = "raised"
    HIGH = "high"


class Bands(Struct, frozen=True):
    """The least probabilities of a raised and of a high risk; below is low."""

    raised: float
    high: float


class Term(Struct, frozen=True):
    """What one feature adds to the log odds: `weight` for each unit that it is above `usual`.

    `usual` and `spread` are the mean and the standard deviation of the training data.
    """

    feature: Feature
    usual: float
    spread: float
    weight: float

    def log_odds(self, value: float) -> float:
        scale = self.feature.on_its_scale
        return self.weight * (scale(value) - scale(self.usual))


class DropoutModel(Struct, frozen=True):
    """`intercept` are the log odds of a child of whom every feature is as usual."""

    version: str
    intercept: float
    terms: list[Term]
    bands: Bands

    def probability(self, features: Features) -> float:
        """That nothing is played on any of the next 14 days: 0 to 1."""
        log_odds = self.intercept + sum(
            term.log_odds(getattr(features, term.feature)) for term in self.terms
        )
        return 1 / (1 + exp(-log_odds))

    def band(self, probability: float) -> RiskBand:
        if probability >= self.bands.high:
            return RiskBand.HIGH
        return RiskBand.RAISED if probability >= self.bands.raised else RiskBand.LOW


def shipped_model() -> DropoutModel:
    """The model that comes with the product."""
    path = files("dodam.features.outcomes") / "dropout_model.json"
    return msgspec.json.decode(path.read_bytes(), type=DropoutModel)


class Reason(Struct, frozen=True):
    """What one feature does to the risk, compared with a child of the training data.

    `odds_ratio` is what it multiplies the odds by: 2 doubles them, 0.5 halves them, 1 is as usual.
    """

    feature: Feature
    value: float
    usual: float
    odds_ratio: float
    words: str


class DropoutBasis(Struct, frozen=True):
    """What the estimates rest on. `validated` is false: only virtual children were looked at."""

    model: str
    validated: bool
    notice: str
    horizon_days: int
    bands: Bands


class ChildsRisk(Struct, frozen=True):
    """A child at the end of `day`: of yesterday, or of today once something was played.

    `probability` (of no play on any of the next 14 days) and `band` are null and `reasons` empty
    unless `state` is `estimated`. Reasons that weigh most come first.
    """

    child_id: UUID
    name: str
    day: date
    state: RiskState
    probability: Annotated[float, Meta(ge=0, le=1)] | None
    band: RiskBand | None
    reasons: list[Reason]
    words: str


class DropoutRisk(Struct, frozen=True):
    risk: ChildsRisk
    basis: DropoutBasis


class CaseloadDropoutRisk(Struct, frozen=True):
    """Those who have stopped come first, then the highest risk."""

    risks: list[ChildsRisk]
    basis: DropoutBasis
