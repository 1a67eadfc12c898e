"""Blocks, the content of pages: https://developers.notion.com/reference/block.

Nesting and number: https://developers.notion.com/reference/patch-block-children.
"""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from dodam_sim.world.notion import texts
from dodam_sim.world.notion.errors import invalid, should_be
from dodam_sim.world.notion.shapes import (
    Json,
    a_flag,
    a_list,
    a_text,
    an_object,
    required,
)

_MOST_BLOCKS = 1000
_DEEPEST = 2
_HEADINGS = {"heading_1", "heading_2", "heading_3"}
_LISTS = {"bulleted_list_item", "numbered_list_item", "to_do"}
_TEXTS = {"paragraph", "quote", "toggle", "callout", *_HEADINGS, *_LISTS}
KINDS = _TEXTS | {"divider", "image", "table", "table_row"}


@dataclass
class Draft:
    """A block that is sent, checked but not yet kept."""

    kind: str
    content: Json
    children: list["Draft"] = field(default_factory=list["Draft"])

    def count(self) -> int:
        return 1 + sum(child.count() for child in self.children)


def read(value: Any, path: str) -> list[Draft]:
    drafts = _children(value, path, 0)
    count = sum(draft.count() for draft in drafts)
    if count > _MOST_BLOCKS:
        raise should_be(path, f"at most `{_MOST_BLOCKS}` blocks altogether", count)
    return drafts


def _children(value: Any, path: str, depth: int) -> list[Draft]:
    return [_block(each, f"{path}[{at}]", depth) for at, each in enumerate(a_list(value, path))]


def _block(value: Any, path: str, depth: int) -> Draft:
    block = an_object(value, path)
    kinds = block.keys() - {"object", "type"}
    kind = str(block.get("type", next(iter(kinds), "type")))
    if kind not in KINDS:
        raise invalid(f"{path}.{kind}: only these blocks are simulated: {', '.join(sorted(KINDS))}")
    an_object(block, path, {"object", "type", kind})
    content = dict(an_object(required(block, kind, path), f"{path}.{kind}"))
    path = f"{path}.{kind}"
    children: list[Draft] = []
    if "children" in content:
        if depth == _DEEPEST or kind in {"divider", "image", "table_row"}:
            raise should_be(f"{path}.children", "not present", content["children"])
        children = _children(content.pop("children"), f"{path}.children", depth + 1)
    return Draft(kind, _content(kind, content, children, path), children)


def _content(kind: str, content: Json, children: list[Draft], path: str) -> Json:
    match kind:
        case "divider":
            return an_object(content, path, set())
        case "image":
            return _image(content, path)
        case "table":
            return _table(content, children, path)
        case "table_row":
            cells = a_list(required(content, "cells", path), f"{path}.cells")
            read = [texts.read(cell, f"{path}.cells[{at}]") for at, cell in enumerate(cells)]
            return {"cells": read}
        case _:
            return _text(kind, content, path)


def _text(kind: str, content: Json, path: str) -> Json:
    more = {"to_do": {"checked"}, "callout": {"icon"}}.get(kind, set[str]())
    more |= {"is_toggleable"} if kind in _HEADINGS else set()
    given = an_object(content, path, {"rich_text", "color", *more})
    read: Json = {"rich_text": texts.read(required(given, "rich_text", path), f"{path}.rich_text")}
    read["color"] = texts.a_color(given.get("color", "default"), f"{path}.color")
    for flag in more - {"icon"}:
        read[flag] = a_flag(given.get(flag, False), f"{path}.{flag}")
    if "icon" in more:
        read["icon"] = given.get("icon")
    return read


def _image(content: Json, path: str) -> Json:
    given = an_object(content, path, {"type", "external", "caption", "file_upload"})
    if "file_upload" in given:
        raise invalid(f"{path}.file_upload: uploads are not simulated")
    external = an_object(required(given, "external", path), f"{path}.external", {"url"})
    url_path = f"{path}.external.url"
    url = a_text(required(external, "url", f"{path}.external"), url_path, 2000)
    if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).netloc:
        raise invalid("Invalid image url.")
    caption = texts.read(given.get("caption", []), f"{path}.caption")
    return {"type": "external", "external": {"url": url}, "caption": caption}


def _table(content: Json, children: list[Draft], path: str) -> Json:
    """A table has rows from the start, and all of them its width."""
    given = an_object(content, path, {"table_width", "has_column_header", "has_row_header"})
    width = required(given, "table_width", path)
    if isinstance(width, bool) or not isinstance(width, int) or width < 1:
        raise should_be(f"{path}.table_width", "a number ≥ `1`", width)
    if not children:
        raise should_be(f"{path}.children", "defined")
    for at, row in enumerate(children):
        if row.kind != "table_row":
            raise should_be(f"{path}.children[{at}].table_row", "defined")
    _require_width(children, width)
    flags = ("has_column_header", "has_row_header")
    return {
        "table_width": width,
        **{flag: a_flag(given.get(flag, False), f"{path}.{flag}") for flag in flags},
    }


def require_fitting(kind: str, content: Json, drafts: list[Draft]) -> None:
    """What may stand in a block that is there already."""
    if kind in {"divider", "image", "table_row"}:
        raise invalid("Block does not support children.")
    if (kind == "table") != all(draft.kind == "table_row" for draft in drafts):
        raise invalid("A table holds table rows, and nothing else does.")
    if kind == "table":
        _require_width(drafts, content["table_width"])


def _require_width(rows: list[Draft], width: int) -> None:
    if any(len(row.content["cells"]) != width for row in rows):
        message = "Number of cells in table row must match the table width of the parent table"
        raise invalid(message)
