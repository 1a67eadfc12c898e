"""A measure over weeks: each week with its uncertainty, and the trend with its own."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from statistics import median

from dodam.features.outcomes.models.estimates import Estimate
from dodam.features.outcomes.models.trends import TrendPoint
from dodam.features.reports.models.axis import Axis, ends
from dodam.features.reports.models.canvas import ACCENT, GRID, INK, SHADE, Canvas, Point

_WIDTH = 250
_HEIGHT = 104
_LEFT = 30
_INSET = 13  # half of what a date is wide
_TOP = 6
_BOTTOM = 80
_MOST_LABELS = 8
Place = Callable[[float, float], Point]


def trend_chart(
    points: Sequence[TrendPoint],
    slope: Estimate | None,
    axis: Axis,
    mark: Callable[[float], str],
    week_labels: Mapping[date, str],
) -> str:
    """SVG of points by week; `mark` writes a value on the axis, `week_labels` are by Monday.

    The trend's line and both ends of its slope go through the point in the middle (medians), so
    that the shade between them shows which slopes are still likely. The mean difficulty of a week
    stands beneath it.
    """
    canvas = Canvas(_WIDTH, _HEIGHT)
    places = {monday: place for place, monday in enumerate(week_labels)}
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
    if slope is not None:
        weeks = [(places[point.week], point.estimate.value) for point in points]
        _trend(canvas, weeks, slope, place)
    for point in points:
        _estimate(canvas, places[point.week], point.estimate, place)
        if point.difficulty is not None and places[point.week] % every == 0:
            x, _ = place(places[point.week], axis.low)
            canvas.text((x, _HEIGHT - 2), f"({point.difficulty:.1f})", "middle")
    return canvas.svg()


def _trend(
    canvas: Canvas, weeks: Sequence[tuple[int, float]], slope: Estimate, place: Place
) -> None:
    first, last = weeks[0][0], weeks[-1][0]
    middle = median(week for week, _ in weeks)
    height = median(value - slope.value * (week - middle) for week, value in weeks)

    def on(change: float, week: float) -> Point:
        return place(week, height + change * (week - middle))

    low, high = ends(slope)
    for end in (first, last):
        canvas.area([on(low, end), on(high, end), place(middle, height)], SHADE)
    canvas.line(on(slope.value, first), on(slope.value, last), ACCENT, 1.4, "4 2")


def _estimate(canvas: Canvas, week: int, estimate: Estimate, place: Place) -> None:
    tips = [place(week, end) for end in ends(estimate)]
    canvas.line(tips[0], tips[1], INK, 0.8)
    for x, y in tips:
        canvas.line((x - 2, y), (x + 2, y), INK, 0.8)
    canvas.dot(place(week, estimate.value), 2.4, ACCENT, "white")
