"""A measure over weeks: each point with its uncertainty, and the trend with its own."""

from collections.abc import Callable, Sequence
from statistics import median

from msgspec import Struct

from dodam.features.reports.models.axis import Axis
from dodam.features.reports.models.canvas import ACCENT, GRID, INK, SHADE, Canvas, Point

_WIDTH = 250
_HEIGHT = 96
_LEFT = 30
_TOP = 6
_BOTTOM = 80


class TrendPoint(Struct, frozen=True):
    """A value `week` weeks after the first, and the interval it is sure to (often 95 %)."""

    week: float
    value: float
    low: float
    high: float


class TrendSlope(Struct, frozen=True):
    """Change a week, and the interval it is sure to."""

    value: float
    low: float
    high: float


def trend_chart(
    points: Sequence[TrendPoint],
    slope: TrendSlope | None,
    axis: Axis,
    mark: Callable[[float], str],
    week_labels: Sequence[str],
) -> str:
    """SVG of points by week (0 is the first of `week_labels`); `mark` writes a value on the axis.

    The trend's line and both ends of its slope go through the point in the middle (medians), so
    that the shade between them shows which slopes are still likely.
    """
    canvas = Canvas(_WIDTH, _HEIGHT)
    last = max(1, len(week_labels) - 1)

    def place(week: float, value: float) -> Point:
        x = _LEFT + 8 + (_WIDTH - _LEFT - 16) * week / last
        return x, _BOTTOM - (_BOTTOM - _TOP) * axis.share(value)

    for value in axis.marks():
        _, y = place(0, value)
        canvas.line((_LEFT, y), (_WIDTH, y), GRID, 0.6)
        canvas.text((_LEFT - 4, y + 2.8), mark(value), "end")
    every = -(-len(week_labels) // 6)
    for week in range(0, len(week_labels), every):
        x, _ = place(week, axis.low)
        canvas.text((x, _HEIGHT - 5), week_labels[week], "middle")
    if slope is not None and points:
        _trend(canvas, points, slope, place)
    for point in points:
        x, low = place(point.week, point.low)
        _, high = place(point.week, point.high)
        canvas.line((x, low), (x, high), INK, 0.8)
        canvas.line((x - 2, low), (x + 2, low), INK, 0.8)
        canvas.line((x - 2, high), (x + 2, high), INK, 0.8)
        canvas.dot(place(point.week, point.value), 2.2, ACCENT, "white")
    return canvas.svg()


def _trend(
    canvas: Canvas,
    points: Sequence[TrendPoint],
    slope: TrendSlope,
    place: Callable[[float, float], Point],
) -> None:
    first, last = points[0].week, points[-1].week
    middle = median(point.week for point in points)
    height = median(point.value - slope.value * (point.week - middle) for point in points)

    def on(change: float, week: float) -> Point:
        return place(week, height + change * (week - middle))

    for end in (first, last):
        canvas.area([on(slope.low, end), on(slope.high, end), place(middle, height)], SHADE)
    canvas.line(on(slope.value, first), on(slope.value, last), ACCENT, 1.4, "4 2")
