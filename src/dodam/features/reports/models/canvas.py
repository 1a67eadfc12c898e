"""Drawing in SVG for paper: shapes tell things apart, and shades of grey, never colour alone.

One unit is one point (1/72 inch) where a chart is printed at its own width.
"""

from collections.abc import Sequence
from xml.etree import ElementTree as ET

INK = "#1c2329"
SOFT = "#5a646e"
GRID = "#d3d9de"
SHADE = "#dfe5ea"
ACCENT = "#1f5c8a"
_FONTS = "Pretendard, 'Apple SD Gothic Neo', 'Malgun Gothic', 'Noto Sans KR', sans-serif"

Point = tuple[float, float]


class Canvas:
    """An SVG picture in the making; what is drawn later lies on top."""

    def __init__(self, width: float, height: float) -> None:
        self._root = ET.Element(
            "svg",
            {
                "xmlns": "http://www.w3.org/2000/svg",
                "viewBox": f"0 0 {_short(width)} {_short(height)}",
                "font-family": _FONTS,
                "font-size": "8",
            },
        )

    def line(self, start: Point, end: Point, color: str, width: float = 1, dash: str = "") -> None:
        (x1, y1), (x2, y2) = start, end
        self._add(
            "line",
            x1=x1,
            y1=y1,
            x2=x2,
            y2=y2,
            stroke=color,
            stroke_width=width,
            **({"stroke_dasharray": dash} if dash else {}),
        )

    def area(self, corners: Sequence[Point], color: str) -> None:
        points = " ".join(f"{_short(x)},{_short(y)}" for x, y in corners)
        self._add("polygon", points=points, fill=color)

    def box(self, corner: Point, width: float, height: float, fill: str, stroke: str = INK) -> None:
        x, y = corner
        self._add("rect", x=x, y=y, width=width, height=height, fill=fill, stroke=stroke)

    def dot(self, middle: Point, radius: float, fill: str, stroke: str = INK) -> None:
        x, y = middle
        self._add("circle", cx=x, cy=y, r=radius, fill=fill, stroke=stroke)

    def text(self, at: Point, words: str, anchor: str = "start", color: str = SOFT) -> None:
        """Words on a baseline; `anchor` is start, middle or end."""
        x, y = at
        self._add("text", x=x, y=y, text_anchor=anchor, fill=color).text = words

    def svg(self) -> str:
        return ET.tostring(self._root, encoding="unicode")

    def _add(self, shape: str, **attributes: str | float) -> ET.Element:
        named = {
            name.replace("_", "-"): value if isinstance(value, str) else _short(value)
            for name, value in attributes.items()
        }
        return ET.SubElement(self._root, shape, named)


def _short(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")
