"""The picture is well-formed, and says what happened."""

import xml.etree.ElementTree as ET
from datetime import date, timedelta

from dodam_sim.families.picture import Column, draw, smoothed

SVG = "{http://www.w3.org/2000/svg}"
STATUSES = ["done", "partial", "missed", "extra", "excused", "rest", "done"]


def columns() -> list[Column]:
    return [
        Column(
            day=date(2026, 11, 2) + timedelta(days=n),
            status=status,
            minutes=8.5 if status in {"done", "partial", "extra"} else 0,
            rates={"left": (5 + n, 20), "both": (3, 10)} if status != "missed" else {},
        )
        for n, status in enumerate(STATUSES)
    ]


def test_each_played_day_has_a_bar_and_each_status_its_mark() -> None:
    root = ET.fromstring(draw(columns(), "left"))  # noqa: S314 (our own document)
    bars = [r for r in root.iter(f"{SVG}rect") if r.get("class") == "bar"]
    assert len(bars) == 4
    marks = [path.get("class") for path in root.iter(f"{SVG}path")]
    legend = 5
    assert len(marks) == 6 + legend
    assert len(list(root.iter(f"{SVG}polyline"))) == 2
    assert "played on 4 days" in (root.findtext(f"{SVG}desc") or "")


def test_the_trend_follows_near_days_more_than_far_ones() -> None:
    points = [(0, 2, 10), (1, 2, 10), (20, 9, 10), (21, 9, 10)]
    assert smoothed(points, 0) < 0.25
    assert smoothed(points, 21) > 0.85
