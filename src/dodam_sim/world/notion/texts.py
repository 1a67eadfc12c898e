"""Rich text: https://developers.notion.com/reference/rich-text."""

from typing import Any

from dodam_sim.world.notion.errors import invalid, should_be
from dodam_sim.world.notion.shapes import Json, a_flag, a_list, a_text, an_object, required

_MOST_TEXT = 2000
_STYLES = ("bold", "italic", "strikethrough", "underline", "code")
_COLORS = ("default", "gray", "brown", "orange", "yellow", "green", "blue", "purple", "pink", "red")
_ALL_COLORS = {*_COLORS, *(f"{color}_background" for color in _COLORS)}


def read(value: Any, path: str) -> list[Json]:
    """As it is answered."""
    return [_item(each, f"{path}[{at}]") for at, each in enumerate(a_list(value, path))]


def plain(rich: list[Json]) -> str:
    return "".join(item["plain_text"] for item in rich)


def a_color(value: Any, path: str) -> str:
    if value not in _ALL_COLORS:
        raise should_be(path, "a color", value)
    return value


def _item(value: Any, path: str) -> Json:
    item = an_object(value, path, {"type", "text", "annotations", "mention", "equation"})
    if "text" not in item and item.keys() & {"mention", "equation"}:
        raise invalid(f"{path}: mentions and equations are not simulated")
    text = an_object(required(item, "text", path), f"{path}.text", {"content", "link"})
    content = a_text(required(text, "content", f"{path}.text"), f"{path}.text.content", _MOST_TEXT)
    link = text.get("link")
    if link is not None:
        link = an_object(link, f"{path}.text.link", {"url"})
        a_text(required(link, "url", f"{path}.text.link"), f"{path}.text.link.url", _MOST_TEXT)
    return {
        "type": "text",
        "text": {"content": content, "link": link},
        "annotations": _annotations(item.get("annotations", {}), f"{path}.annotations"),
        "plain_text": content,
        "href": link and link["url"],
    }


def _annotations(value: Any, path: str) -> Json:
    given = an_object(value, path, {*_STYLES, "color"})
    styles = {style: a_flag(given.get(style, False), f"{path}.{style}") for style in _STYLES}
    return {**styles, "color": a_color(given.get("color", "default"), f"{path}.color")}
