"""Other worlds: what becomes of the estimates where children are not as was assumed.

Nobody knows how real children stop. What a model fitted to one guess says of another is the least
that can be known of what it may say of them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from msgspec import Struct

from bench.dropout.judge import sample_of
from bench.dropout.mornings import Morning
from dodam.features.outcomes.models.dropout_risk import DropoutModel
from dodam_sim.families.motivation import Motivation


def nobody_fades(motivation: Motivation) -> Motivation:
    return replace(motivation, fades_over=0)


def nobody_lapses(motivation: Motivation) -> Motivation:
    return replace(motivation, lapses=())


def nobody_leaves(motivation: Motivation) -> Motivation:
    return replace(motivation, leaves_after=None, fades_over=0)


def all_leave_earlier(motivation: Motivation) -> Motivation:
    """In half the time, but not in the first two weeks."""
    if motivation.leaves_after is None:
        return motivation
    leaves = max(14, motivation.leaves_after // 2)
    return replace(motivation, leaves_after=leaves, fades_over=min(motivation.fades_over, leaves))


WORLDS: Mapping[str, Callable[[Motivation], Motivation]] = {
    "nobody fades, all leave from one day to the next": nobody_fades,
    "nobody lapses": nobody_lapses,
    "nobody leaves, all absences are lapses": nobody_leaves,
    "those who leave do so in half the time": all_leave_earlier,
}


class InAnotherWorld(Struct, frozen=True):
    """As in `Judgement`, without intervals."""

    base_rate: float
    auc: float
    slope: float
    observed_to_expected: float


def elsewhere(model: DropoutModel, mornings: Sequence[Morning]) -> InAnotherWorld:
    seen = sample_of(model.probability, mornings)
    slope, _ = seen.calibration()
    return InAnotherWorld(
        base_rate=round(float(seen.stops.mean()), 4),
        auc=round(seen.auc(), 4),
        slope=round(slope, 4),
        observed_to_expected=round(seen.observed_to_expected(), 4),
    )
