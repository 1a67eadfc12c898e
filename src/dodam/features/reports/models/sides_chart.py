"""Left and right hand beside each other, motion by motion."""

from collections.abc import Sequence

from msgspec import Struct

from dodam.features.outcomes.models.estimates import Estimate
from dodam.features.reports.models.axis import Axis, ends
from dodam.features.reports.models.canvas import ACCENT, GRID, INK, Canvas

_WIDTH = 520
_LEFT = 170
_RIGHT = 12
_ROW = 24


class Sides(Struct, frozen=True):
    """One motion; a hand without enough plays has no estimate."""

    label: str
    left: Estimate | None
    right: Estimate | None


def sides_chart(rows: Sequence[Sides], left_name: str, right_name: str) -> str:
    """SVG of shares (0 to 1): a filled dot for the left hand, a hollow one for the right."""
    axis = Axis(0, 1, 0.25)
    bottom = 16 + len(rows) * _ROW
    canvas = Canvas(_WIDTH, bottom + 16)

    def across(value: float) -> float:
        return _LEFT + (_WIDTH - _LEFT - _RIGHT) * axis.share(value)

    canvas.dot((_LEFT + 4, 5), 3, ACCENT)
    canvas.text((_LEFT + 11, 8), left_name)
    canvas.dot((_LEFT + 84, 5), 3, "white")
    canvas.text((_LEFT + 91, 8), right_name)
    for value in axis.marks():
        canvas.line((across(value), 14), (across(value), bottom), GRID, 0.6)
        canvas.text((across(value), bottom + 11), f"{value:.0%}", "middle")
    for place, row in enumerate(rows):
        middle = 16 + place * _ROW + _ROW / 2
        canvas.text((0, middle + 2.8), row.label, color=INK)
        for estimate, y, fill in ((row.left, middle - 4, ACCENT), (row.right, middle + 4, "white")):
            if estimate is not None:
                low, high = ends(estimate)
                canvas.line((across(low), y), (across(high), y), INK, 1)
                canvas.dot((across(estimate.value), y), 3, fill)
    return canvas.svg()
