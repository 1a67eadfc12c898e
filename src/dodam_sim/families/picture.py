"""A picture (SVG) of one child's weeks: what was played each day, and how the hands get better.

It follows the reader's light or dark scheme, and every mark differs by shape as well as colour.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import exp
from xml.sax.saxutils import escape

from dodam_sim.families.ledger import Ledger, sums, sums_by_motion

WIDTH, HEIGHT = 960, 520
_LEFT, _RIGHT = 64, 928
_BARS_TOP, _BARS_BOTTOM = 84, 226
_MARKS_Y = 246
_RATES_TOP, _RATES_BOTTOM = 318, 462
_SMOOTHING_DAYS = 5.0
_MOST_LINES = 4
_FEWEST_DAYS = 6
"""Hands that were used on fewer days have no trend worth a line."""

_STYLE = """
:root { --paper:#ffffff; --ink:#1f2933; --soft:#66717d; --line:#dfe4e9; --bar:#7aa7d9;
  --done:#1a7f4b; --missed:#c2410c; --affected:#b4237a; --other:#1d6fb8; --both:#8a6d00; }
@media (prefers-color-scheme: dark) { :root { --paper:#14181d; --ink:#e6eaee; --soft:#9aa5b1;
  --line:#313a44; --bar:#4d7fb5; --done:#4cc38a; --missed:#ff8b5e; --affected:#f27ac0;
  --other:#6cb6ff; --both:#e0c04d; } }
text { font: 13px system-ui, sans-serif; fill: var(--ink); }
.title { font-size: 18px; font-weight: 600; }
.soft { fill: var(--soft); font-size: 12px; }
.grid { stroke: var(--line); }
.bar { fill: var(--bar); }
.done { fill: var(--done); stroke: var(--done); }
.partial { fill: none; stroke: var(--done); stroke-width: 1.8; }
.missed { fill: none; stroke: var(--missed); stroke-width: 2; }
.extra, .excused { fill: none; stroke: var(--soft); stroke-width: 1.8; }
.affected { fill: var(--affected); stroke: var(--affected); }
.other { fill: var(--other); stroke: var(--other); }
.both { fill: var(--both); stroke: var(--both); }
.dot { fill-opacity: .35; stroke: none; }
.trend { fill: none; stroke-width: 2.6; stroke-linejoin: round; }
""".strip()

_MARKS = {
    "done": "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0",
    "partial": "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0",
    "missed": "M-4 -4L4 4M4 -4L-4 4",
    "extra": "M0 -4.5V4.5M-4.5 0H4.5",
    "excused": "M-4 0H4",
}
_MEANINGS = {
    "done": "every target reached",
    "partial": "played in part",
    "missed": "missed",
    "extra": "extra day",
    "excused": "ill",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One day of the picture. `rates` holds (successes, repetitions) by hand."""

    day: date
    status: str
    minutes: float
    rates: Mapping[str, tuple[int, int]]


def columns_of(ledger: Ledger, statuses: Mapping[date, str]) -> list[Column]:
    """Return a column for each day with its status, oldest first."""
    columns: list[Column] = []
    for day in sorted(statuses):
        plays = ledger.on(day)
        rates: dict[str, tuple[int, int]] = {}
        for (_, hand), part in sums_by_motion(plays).items():
            successes, repetitions = rates.get(hand, (0, 0))
            rates[hand] = successes + part.successes, repetitions + part.repetitions
        columns.append(Column(day, statuses[day], sums(plays).milliseconds / 60_000, rates))
    return columns


def draw(columns: Sequence[Column], affected_hand: str) -> str:
    """Return the SVG document. `affected_hand` is `left` or `right`."""
    body = "\n".join(
        [
            *_head(columns, affected_hand),
            *_bars(columns),
            *_status_marks(columns),
            *_rates(columns, affected_hand),
            *_dates(columns),
        ]
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"'
        f' aria-labelledby="title description">\n<style>\n{_STYLE}\n</style>\n{body}\n</svg>\n'
    )


def smoothed(points: Sequence[tuple[int, int, int]], at: int) -> float:
    """Return the success rate around day `at`, near days and many repetitions weighing more.

    `points` are (day number, successes, repetitions).
    """
    weights = [exp(-(((n - at) / _SMOOTHING_DAYS) ** 2) / 2) for n, _, _ in points]
    good = sum(
        weight * successes for weight, (_, successes, _) in zip(weights, points, strict=True)
    )
    every = sum(
        weight * repetitions for weight, (_, _, repetitions) in zip(weights, points, strict=True)
    )
    return good / every


def _x(n: int, count: int) -> float:
    return _LEFT + (n + 0.5) * (_RIGHT - _LEFT) / count


def _text(x: float, y: float, words: str, kind: str = "", anchor: str = "start") -> str:
    css = f' class="{kind}"' if kind else ""
    return f'<text x="{x:.1f}" y="{y:.1f}"{css} text-anchor="{anchor}">{escape(words)}</text>'


def _grid(y: float) -> str:
    return f'<line class="grid" x1="{_LEFT}" x2="{_RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'


def _head(columns: Sequence[Column], affected_hand: str) -> Iterator[str]:
    played = sum(column.minutes > 0 for column in columns)
    title = f"{len(columns)} days of a virtual child, {affected_hand} hand affected"
    description = f"{title}: played on {played} days. Minutes a day, and success rate by hand."
    yield f'<title id="title">{escape(title)}</title>'
    yield f'<desc id="description">{escape(description)}</desc>'
    yield f'<rect width="{WIDTH}" height="{HEIGHT}" rx="12" fill="var(--paper)"/>'
    yield _text(_LEFT, 38, title, "title")
    yield _text(_LEFT, 66, "Active minutes a day", "soft")
    yield _text(_LEFT, 300, "Success rate by hand, each day and smoothed", "soft")


def _bars(columns: Sequence[Column]) -> Iterator[str]:
    longest = max(column.minutes for column in columns)
    step = next((step for step in (2, 5, 10) if longest <= _MOST_LINES * step), 20)
    top = step * (1 + int(longest // step))
    height = _BARS_BOTTOM - _BARS_TOP
    for minutes in range(0, top + 1, step):
        y = _BARS_BOTTOM - height * minutes / top
        yield _grid(y)
        yield _text(_LEFT - 10, y + 4, str(minutes), "soft", "end")
    width = 0.66 * (_RIGHT - _LEFT) / len(columns)
    for n, column in enumerate(columns):
        if column.minutes > 0:
            tall = height * column.minutes / top
            yield (
                f'<rect class="bar" x="{_x(n, len(columns)) - width / 2:.1f}" rx="2"'
                f' y="{_BARS_BOTTOM - tall:.1f}" width="{width:.1f}" height="{tall:.1f}"/>'
            )


def _status_marks(columns: Sequence[Column]) -> Iterator[str]:
    for n, column in enumerate(columns):
        yield from _mark(column.status, _x(n, len(columns)), _MARKS_Y)
    x = float(_LEFT)
    for status, meaning in _MEANINGS.items():
        yield from _mark(status, x + 5, 274)
        yield _text(x + 16, 278, meaning, "soft")
        x += 34 + 6.6 * len(meaning)


def _mark(status: str, x: float, y: float) -> Iterator[str]:
    if status in _MARKS:
        yield f'<path class="{status}" transform="translate({x:.1f} {y})" d="{_MARKS[status]}"/>'


def _rates(columns: Sequence[Column], affected_hand: str) -> Iterator[str]:
    def y(rate: float) -> float:
        return _RATES_BOTTOM - (_RATES_BOTTOM - _RATES_TOP) * rate

    for percent in (0, 25, 50, 75, 100):
        yield _grid(y(percent / 100))
        yield _text(_LEFT - 10, y(percent / 100) + 4, f"{percent} %", "soft", "end")
    other = "right" if affected_hand == "left" else "left"
    names = {affected_hand: "affected", other: "other", "both": "both"}
    legend_x = float(_RIGHT)
    for hand, kind in reversed(names.items()):
        points = [
            (n, *column.rates[hand])
            for n, column in enumerate(columns)
            if column.rates.get(hand, (0, 0))[1]
        ]
        if len(points) < _FEWEST_DAYS:
            continue
        for n, successes, repetitions in points:
            at = f'cx="{_x(n, len(columns)):.1f}" cy="{y(successes / repetitions):.1f}"'
            yield f'<circle class="{kind} dot" {at} r="2.6"/>'
        path = " ".join(
            f"{_x(n, len(columns)):.1f},{y(smoothed(points, n)):.1f}"
            for n in range(points[0][0], points[-1][0] + 1)
        )
        yield f'<polyline class="{kind} trend" points="{path}"/>'
        words = "both hands together" if kind == "both" else f"{hand} hand ({kind})"
        yield _text(legend_x, 300, words, anchor="end")
        legend_x -= 6.8 * len(words)
        line = f'x1="{legend_x - 22:.1f}" x2="{legend_x - 4:.1f}" y1="296" y2="296"'
        yield f'<line class="{kind} trend" {line}/>'
        legend_x -= 40


def _dates(columns: Sequence[Column]) -> Iterator[str]:
    for n, column in enumerate(columns):
        if column.day.isoweekday() == 1:
            yield _text(_x(n, len(columns)), HEIGHT - 34, f"{column.day:%-d %b}", "soft", "middle")
