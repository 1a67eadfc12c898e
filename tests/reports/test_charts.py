"""T11: charts show each figure where it belongs, with how sure it is."""

from datetime import date, timedelta
from math import isclose, log10
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dodam.features.outcomes.models.estimates import Estimate
from dodam.features.outcomes.models.trends import TrendPoint
from dodam.features.reports.models.attendance_chart import attendance_chart
from dodam.features.reports.models.axis import axis_over
from dodam.features.reports.models.canvas import SHADE
from dodam.features.reports.models.sides_chart import Sides, sides_chart
from dodam.features.reports.models.trend_chart import trend_chart
from dodam.features.therapy.models.results import DayStatus

_SVG = "{http://www.w3.org/2000/svg}"
_MONDAY = date(2026, 1, 26)
_NAMES = {status: status.value for status in DayStatus}


def shapes(svg: str, name: str) -> list[dict[str, str]]:
    return [dict(each.attrib) for each in ET.fromstring(svg).iter(f"{_SVG}{name}")]  # noqa: S314 - ours


def texts(svg: str) -> list[str | None]:
    return [each.text for each in ET.fromstring(svg).iter(f"{_SVG}text")]  # noqa: S314 - ours


def trend(points: list[Estimate], slope: Estimate | None, most: float | None = 1) -> str:
    mondays = [_MONDAY + timedelta(weeks=week) for week in range(len(points))]
    return trend_chart(
        [
            TrendPoint(monday, days=3, repetitions=60, difficulty=None, estimate=each)
            for monday, each in zip(mondays, points, strict=True)
        ],
        slope,
        "{:.2f}".format,
        {monday: str(monday) for monday in mondays},
        most=most,
    )


@given(st.floats(0, 1e4), st.floats(0, 1e4))
def test_T11_an_axis_holds_what_is_drawn_with_few_round_marks(one: float, other: float) -> None:
    low, high = sorted((one, other))
    axis = axis_over(low, high)
    assert axis.low <= low + axis.step * 1e-6
    assert axis.high >= high - axis.step * 1e-6
    assert 2 <= len(axis.marks()) <= 7
    mantissa = axis.step / 10.0 ** round(log10(axis.step / 2))
    assert any(isclose(mantissa, factor, rel_tol=1e-6) for factor in (1, 2, 5))


def test_T11_the_higher_the_value_the_higher_its_dot_and_its_interval_about_it() -> None:
    svg = trend([Estimate(0.4, 0.3, 0.6), Estimate(0.7, 0.6, 0.8)], slope=None)
    first, second = [float(dot["cy"]) for dot in shapes(svg, "circle")]
    assert second < first
    upright = [line for line in shapes(svg, "line") if line["x1"] == line["x2"]]
    for line, middle in zip(upright, (first, second), strict=True):
        assert float(line["y2"]) < middle < float(line["y1"])


@pytest.mark.parametrize(
    ("slope", "shown"),
    [(None, 0), (Estimate(0.1, None, None), 0), (Estimate(0.1, 0.02, 0.18), 1)],
)
def test_T11_a_trend_is_drawn_with_how_sure_it_is_or_not_at_all(
    slope: Estimate | None, shown: int
) -> None:
    svg = trend([Estimate(0.4, 0.3, 0.5), Estimate(0.5, 0.4, 0.6), Estimate(0.6, 0.5, 0.7)], slope)
    assert len([line for line in shapes(svg, "line") if "stroke-dasharray" in line]) == shown
    shade = [area for area in shapes(svg, "polygon") if area["fill"] == SHADE]
    assert len(shade) == 2 * shown


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_T11_a_share_at_its_end_has_an_axis_that_ends_there(share: float) -> None:
    svg = trend([Estimate(share, None, None)] * 2, slope=None)
    marks = [float(text) for text in texts(svg) if text and text[0].isdigit() and "." in text]
    assert share in marks
    assert all(0 <= mark <= 1 for mark in marks)


@pytest.mark.parametrize("status", DayStatus)
def test_T11_every_kind_of_day_has_a_mark_of_its_own(status: DayStatus) -> None:
    def drawn(statuses: dict[date, DayStatus]) -> set[str]:
        svg = attendance_chart(statuses, {_MONDAY: "1/26"}, "MTWTFSS", _NAMES)
        # Places differ from mark to mark, shape and colour do not.
        return {
            f"{each.tag} {sorted((k, v) for k, v in each.attrib.items() if k in kinds)}"
            for each in ET.fromstring(svg)  # noqa: S314 - ours
            if each.tag != f"{_SVG}text" and float(each.get("y", each.get("cy", "0"))) < 30
        }

    kinds = {"fill", "stroke", "r", "width"}
    marks = [drawn({_MONDAY: each}) for each in DayStatus if each is not status]
    assert drawn({_MONDAY: status}) not in marks


def test_T11_a_hand_without_enough_plays_has_no_dot() -> None:
    known = Estimate(0.7, 0.6, 0.8)
    legend = len(shapes(sides_chart([], "left", "right"), "circle"))
    svg = sides_chart([Sides("mass grasp", known, None), Sides("pinch", known, known)], "L", "R")
    assert len(shapes(svg, "circle")) - legend == 3
