"""A reliability diagram: of the mornings with an estimate, how many really came to a stop."""

from collections.abc import Sequence
from math import sqrt

from bench.dropout.judge import Bin
from dodam.features.reports.models.canvas import ACCENT, GRID, INK, Canvas

_SIDE = 240
_LEFT, _TOP = 44, 12
_RIGHT, _BELOW = 16, 40
_TICKS = range(0, 101, 20)
_LEAST_RADIUS, _MOST_RADIUS = 2, 8


def reliability_diagram(bins: Sequence[Bin]) -> str:
    """SVG. A dot on the diagonal is an estimate that is right; its size tells of how many."""
    width, height = _LEFT + _SIDE + _RIGHT, _TOP + _SIDE + _BELOW
    canvas = Canvas(width, height)
    canvas.box((0, 0), width, height, fill="white", stroke="none")
    for tick in _TICKS:
        share = tick / 100
        canvas.line(_at(0, share), _at(1, share), GRID)
        canvas.line(_at(share, 0), _at(share, 1), GRID)
        x, y = _at(share, 0)
        canvas.text((x, y + 12), f"{tick} %", anchor="middle")
        x, y = _at(0, share)
        canvas.text((x - 6, y + 3), f"{tick} %", anchor="end")
    canvas.line(_at(0, 0), _at(1, 1), INK, dash="3 3")
    most = max(each.mornings for each in bins)
    for each in bins:
        radius = max(_LEAST_RADIUS, _MOST_RADIUS * sqrt(each.mornings / most))
        canvas.dot(_at(each.estimated, each.observed), radius, ACCENT)
    x, y = _at(0.5, 0)
    canvas.text(
        (x, y + 28), "estimated (area of a dot: mornings); observed upwards", anchor="middle"
    )
    return canvas.svg() + "\n"


def _at(estimated: float, observed: float) -> tuple[float, float]:
    return _LEFT + _SIDE * estimated, _TOP + _SIDE * (1 - observed)
