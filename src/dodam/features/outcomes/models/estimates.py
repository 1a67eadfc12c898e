"""Figures that say how sure they are."""

from enum import StrEnum

from msgspec import Struct


class Estimate(Struct, frozen=True):
    """A value with the ends of its 95 % interval, which are null where the data tell of none."""

    value: float
    low: float | None
    high: float | None

    def rounded(self) -> "Estimate":
        low, high = (None if end is None else round(end, 4) for end in (self.low, self.high))
        return Estimate(round(self.value, 4), low, high)


class Verdict(StrEnum):
    """What a change comes to: a direction only where its whole 95 % interval lies on one side."""

    IMPROVING = "improving"
    DECLINING = "declining"
    NO_CLEAR_CHANGE = "no_clear_change"
    NOT_ENOUGH_DATA = "not_enough_data"


def verdict(change: Estimate | None) -> Verdict:
    """Of a change that is better the greater it is."""
    if change is None or change.low is None or change.high is None:
        return Verdict.NOT_ENOUGH_DATA
    if change.low > 0:
        return Verdict.IMPROVING
    return Verdict.DECLINING if change.high < 0 else Verdict.NO_CLEAR_CHANGE
