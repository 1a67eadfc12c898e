"""A measure over weeks: each week with its uncertainty, and the trend with its own."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from statistics import median

from msgspec import Struct

from dodam.features.outcomes.models.estimates import Estimate
from dodam.features.outcomes.models.trends import TrendPoint
from dodam.features.reports.models.axis import axis_over, ends
from dodam.features.reports.models.canvas import ACCENT, GRID, INK, SHADE, Canvas, Point

_WIDTH = 250
_HEIGHT = 104
_LEFT = 30
_INSET = 13  # half of what a date is wide
_TOP = 6
_BOTTOM = 80
_MOST_LABELS = 8
Place = Callable[[float, float], Point]


class _Fan(Struct, frozen=True):
    """Where the trend and both ends of its slope lead, from the point in the middle (medians):
    the shade between them shows which slopes are still likely.
    """

    first: float
    middle: float
    last: float
    height: float
    slope: Estimate

    @classmethod
    def of(cls, weeks: Sequence[tuple[int, float]], slope: Estimate) -> "_Fan":
        middle = median(week for week, _ in weeks)
        height = median(value - slope.value * (week - middle) for week, value in weeks)
        return cls(weeks[0][0], middle, weeks[-1][0], height, slope)

    def at(self, week: float, change: float) -> float:
        return self.height + change * (week - self.middle)

    def reach(self) -> list[float]:
        return [self.at(week, end) for week in (self.first, self.last) for end in ends(self.slope)]


def trend_chart(
    points: Sequence[TrendPoint],
    slope: Estimate | None,
    mark: Callable[[float], str],
    week_labels: Mapping[date, str],
    *,
    most: float | None,
) -> str:
    """SVG of points, at least one, by week; `week_labels` are by Monday.

    `mark` writes a value on the axis. Nothing lies below 0 or above `most`. A slope without an
    interval is no trend yet. The mean difficulty of a week stands beneath it.
    """
    canvas = Canvas(_WIDTH, _HEIGHT)
    places = {monday: place for place, monday in enumerate(week_labels)}
    weeks = [(places[point.week], point.estimate.value) for point in points]
    fan = None if slope is None or slope.low is None else _Fan.of(weeks, slope)
    reach = [end for point in points for end in ends(point.estimate)]
    reach += fan.reach() if fan else []
    highest = max(reach) if most is None else min(most, max(reach))
    axis = axis_over(max(0, min(reach)), highest)
    last = max(1, len(places) - 1)

    def place(week: float, value: float) -> Point:
        x = _LEFT + _INSET + (_WIDTH - _LEFT - 2 * _INSET) * week / last
        return x, _BOTTOM - (_BOTTOM - _TOP) * axis.share(value)

    for value in axis.marks():
        _, y = place(0, value)
        canvas.line((_LEFT, y), (_WIDTH, y), GRID, 0.6)
        canvas.text((_LEFT - 4, y + 2.8), mark(value), "end")
    every = -(-len(places) // _MOST_LABELS)
    for monday, week in places.items():
        if week % every == 0:
            canvas.text((place(week, axis.low)[0], _BOTTOM + 11), week_labels[monday], "middle")
    if fan is not None:
        _draw_fan(canvas, fan, place)
    for point in points:
        week = places[point.week]
        _draw_estimate(canvas, week, point.estimate, place)
        if point.difficulty is not None and week % every == 0:
            x, _ = place(week, axis.low)
            canvas.text((x, _HEIGHT - 2), f"({point.difficulty:.1f})", "middle")
    return canvas.svg()


def _draw_fan(canvas: Canvas, fan: _Fan, place: Place) -> None:
    low, high = ends(fan.slope)
    for week in (fan.first, fan.last):
        tips = [place(week, fan.at(week, change)) for change in (low, high)]
        canvas.area([*tips, place(fan.middle, fan.height)], SHADE)
    line = [place(week, fan.at(week, fan.slope.value)) for week in (fan.first, fan.last)]
    canvas.line(line[0], line[1], ACCENT, 1.4, "4 2")


def _draw_estimate(canvas: Canvas, week: int, estimate: Estimate, place: Place) -> None:
    tips = [place(week, end) for end in ends(estimate)]
    canvas.line(tips[0], tips[1], INK, 0.8)
    for x, y in tips:
        canvas.line((x - 2, y), (x + 2, y), INK, 0.8)
    canvas.dot(place(week, estimate.value), 2.4, ACCENT, "white")
