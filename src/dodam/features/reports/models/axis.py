"""Round numbers along an axis, and how far an estimate reaches on it."""

from math import ceil, floor, log10

from msgspec import Struct

from dodam.features.outcomes.models.estimates import Estimate

_NARROWEST = 0.1


class Axis(Struct, frozen=True):
    """An axis from `low` to `high` with a mark at every `step`."""

    low: float
    high: float
    step: float

    def marks(self) -> list[float]:
        count = round((self.high - self.low) / self.step)
        return [self.low + self.step * i for i in range(count + 1)]

    def share(self, value: float) -> float:
        """How far up the axis a value lies, from 0 to 1; one beyond an end lies at that end."""
        return min(1.0, max(0.0, (value - self.low) / (self.high - self.low)))


def axis_over(low: float, high: float, marks: int = 4) -> Axis:
    """The tightest axis over a range, of 0 or more, with about `marks` steps of 1, 2 or 5 times a
    power of ten. A range too narrow to see is widened downward, where there is room above 0.
    """
    span = max(high - low, high * 0.1, _NARROWEST)
    low = min(low, max(0.0, high - span))
    high = max(high, low + span)
    power = 10.0 ** floor(log10(span / marks))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor * marks >= span)
    return Axis(floor(low / step) * step, ceil(high / step) * step, step)


def ends(estimate: Estimate) -> tuple[float, float]:
    """The ends of its interval; its value where the data tell of none."""
    return (
        estimate.value if estimate.low is None else estimate.low,
        estimate.value if estimate.high is None else estimate.high,
    )
