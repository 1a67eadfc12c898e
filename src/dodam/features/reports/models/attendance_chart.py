"""The calendar of a stretch of weeks, a column a week: each day by a mark of its own shape."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from dodam.features.reports.models.canvas import ACCENT, GRID, INK, SOFT, Canvas, Point
from dodam.features.therapy.models.results import DayStatus

_WIDTH = 520
_LEFT = 34
_TOP = 16
_MOST_PITCH = 60
_ROW = 15
_LABEL = 26  # as wide as a date is written
_MARK = 10
_LEGEND = (
    DayStatus.DONE,
    DayStatus.PARTIAL,
    DayStatus.EXTRA,
    DayStatus.MISSED,
    DayStatus.EXCUSED,
    DayStatus.REST,
    DayStatus.PLANNED,
)


def attendance_chart(
    days: Mapping[date, DayStatus],
    week_labels: Mapping[date, str],
    weekday_names: Sequence[str],
    status_names: Mapping[DayStatus, str],
) -> str:
    """SVG of the days; `week_labels` are by Monday, oldest first, `weekday_names` from Monday."""
    canvas = Canvas(_WIDTH, _TOP + 7 * _ROW + 26)
    pitch = min(_MOST_PITCH, (_WIDTH - _LEFT) / max(1, len(week_labels)))
    for row, name in enumerate(weekday_names):
        canvas.text((0, _TOP + row * _ROW + 8), name)
    for column, (monday, label) in enumerate(week_labels.items()):
        x = _LEFT + column * pitch
        # With many weeks there is room for the date of every other one.
        if pitch >= _LABEL or column % 2 == 0:
            canvas.text((x, 8), label)
        for row in range(7):
            status = days.get(monday + timedelta(days=row))
            if status is not None:
                _mark(canvas, (x, _TOP + row * _ROW), status)
    spacing = _WIDTH / len(_LEGEND)
    baseline = _TOP + 7 * _ROW + 16
    for place, status in enumerate(_LEGEND):
        _mark(canvas, (place * spacing, baseline - 9), status)
        canvas.text((place * spacing + _MARK + 4, baseline), status_names[status])
    return canvas.svg()


def _mark(canvas: Canvas, corner: Point, status: DayStatus) -> None:
    x, y = corner
    middle = (x + _MARK / 2, y + _MARK / 2)
    match status:
        case DayStatus.DONE:
            canvas.box(corner, _MARK, _MARK, ACCENT, ACCENT)
        case DayStatus.PARTIAL:
            canvas.box(corner, _MARK, _MARK, "white", ACCENT)
            canvas.area([(x, y + _MARK), (x + _MARK, y + _MARK), (x + _MARK, y)], ACCENT)
        case DayStatus.EXTRA:
            canvas.dot(middle, _MARK / 2, ACCENT, ACCENT)
        case DayStatus.MISSED:
            canvas.box(corner, _MARK, _MARK, "white", INK)
            canvas.line(corner, (x + _MARK, y + _MARK), INK)
            canvas.line((x + _MARK, y), (x, y + _MARK), INK)
        case DayStatus.EXCUSED:
            canvas.box(corner, _MARK, _MARK, "white", SOFT)
            canvas.line((x + 2, y + _MARK / 2), (x + _MARK - 2, y + _MARK / 2), INK, 1.5)
        case DayStatus.REST:
            canvas.dot(middle, 1.2, SOFT, SOFT)
        case DayStatus.PLANNED:
            canvas.box(corner, _MARK, _MARK, "white", GRID)
