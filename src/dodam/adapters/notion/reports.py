"""Reports as pages under a Notion page.

https://developers.notion.com/reference/post-page and
https://developers.notion.com/reference/patch-block-children
"""

from collections.abc import AsyncGenerator
from typing import Any

from dodam.adapters.notion.client import Notion, NotThere
from dodam.adapters.notion.pages import Block, Blocks, Page, rich_text
from dodam.features.crm.models.reports import Report, Table
from dodam.platform.work import CannotBeDone

# In one request: https://developers.notion.com/reference/request-limits
_MOST_BLOCKS = 100


class NotionReports:
    def __init__(self, notion: Notion, parent_page_id: str) -> None:
        self._notion = notion
        self._parent = parent_page_id

    async def write(self, report: Report) -> str:
        """A page that was begun already is found by its title, and gets the blocks it lacks."""
        blocks = _blocks(report)
        try:
            page_id = await self._find(report.title)
            if page_id is None:
                page_id = await self._begin(report.title, blocks[:_MOST_BLOCKS])
                written = _MOST_BLOCKS
            else:
                written = len([each async for each in self._children(page_id)])
        except NotThere:
            reason = "the page for reports is not there, or not shared with the connection"
            raise CannotBeDone(reason) from None
        for start in range(written, len(blocks), _MOST_BLOCKS):
            await self._append(page_id, blocks[start : start + _MOST_BLOCKS])
        return page_id

    async def _find(self, title: str) -> str | None:
        async for each in self._children(self._parent):
            if each.child_page is not None and each.child_page.title == title:
                return each.id
        return None

    async def _begin(self, title: str, blocks: list[dict[str, Any]]) -> str:
        parent = {"type": "page_id", "page_id": self._parent}
        properties = {"title": {"title": rich_text(title)}}
        page = await self._notion.ask(
            lambda notion: notion.pages.create(
                parent=parent, properties=properties, children=blocks
            ),
            Page,
        )
        return page.id

    async def _append(self, page_id: str, blocks: list[dict[str, Any]]) -> None:
        await self._notion.ask(
            lambda notion: notion.blocks.children.append(page_id, children=blocks), Blocks
        )

    async def _children(self, block_id: str) -> AsyncGenerator[Block]:
        start: dict[str, str] = {}
        while True:
            some = await self._notion.ask(
                lambda notion, start=start: notion.blocks.children.list(block_id, **start), Blocks
            )
            for each in some.results:
                yield each
            if some.next_cursor is None:
                return
            start = {"start_cursor": some.next_cursor}


def _blocks(report: Report) -> list[dict[str, Any]]:
    blocks = [_text("paragraph", report.lead)]
    for section in report.sections:
        blocks += [
            _text("heading_2", section.heading),
            _text("paragraph", section.text),
            _table(section.table),
        ]
    return blocks


def _text(kind: str, text: str) -> dict[str, Any]:
    return {"type": kind, kind: {"rich_text": rich_text(text)}}


def _table(table: Table) -> dict[str, Any]:
    rows = [
        {"type": "table_row", "table_row": {"cells": [rich_text(cell) for cell in row]}}
        for row in (table.head, *table.rows)
    ]
    content = {"table_width": len(table.head), "has_column_header": True, "children": rows}
    return {"type": "table", "table": content}
