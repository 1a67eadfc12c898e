"""Objects of Notion as its API has them, as far as we read them.

https://developers.notion.com/reference/page and https://developers.notion.com/reference/block
"""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

# In one rich text: https://developers.notion.com/reference/request-limits
_MOST_CHARACTERS = 2000


class Typed(Struct, frozen=True):
    """A property, of a data source's schema or of a page."""

    type: str


class Page(Struct, frozen=True):
    id: str
    in_trash: bool = False
    properties: dict[str, Typed] = {}


class Pages(Struct, frozen=True):
    results: list[Page]


class Reference(Struct, frozen=True):
    id: str


class Database(Struct, frozen=True):
    """A container; its rows lie in data sources, mostly in one."""

    data_sources: list[Reference]


class DataSource(Struct, frozen=True):
    properties: dict[str, Typed]


class ChildPage(Struct, frozen=True):
    title: str


class Block(Struct, frozen=True):
    id: str
    child_page: ChildPage | None = None


class Blocks(Struct, frozen=True):
    results: list[Block]
    next_cursor: str | None = None


def rich_text(text: str) -> Sequence[dict[str, Any]]:
    return [
        {"type": "text", "text": {"content": text[start : start + _MOST_CHARACTERS]}}
        for start in range(0, len(text), _MOST_CHARACTERS)
    ]
