"""How things are described; from version 2025-09-03 on a database's rows are a data source's.

https://developers.notion.com/guides/get-started/upgrade-guide-2025-09-03
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from dodam_sim.world.notion.account import Database, NotionAccount
from dodam_sim.world.notion.door import CLASSIC, DATA_SOURCES
from dodam_sim.world.notion.errors import invalid, should_be
from dodam_sim.world.notion.shapes import MOST_ITEMS, Json
from dodam_sim.world.notion.workspace import Block, Page, Workspace

Item = TypeVar("Item", bound=Page | Block)


class Describer:
    def __init__(self, account: NotionAccount, workspace: Workspace, started: datetime) -> None:
        self._account = account
        self._user = {"object": "user", "id": account.bot_id}
        self._workspace = workspace
        self._started = started

    def bot(self) -> Json:
        return {
            **self._user,
            "name": self._account.integration,
            "avatar_url": None,
            "type": "bot",
            "bot": {"owner": {"type": "workspace", "workspace": True}, "workspace_name": "dodam"},
        }

    def database(self, database: Database, version: str) -> Json:
        described = {
            **self._common("database", database.id, self._started, self._started),
            "title": _title(database.title),
            "description": [],
            "icon": None,
            "cover": None,
            "is_inline": False,
            "parent": {"type": "workspace", "workspace": True},
            "url": _url(database.id),
            "public_url": None,
            "archived": False,
            "in_trash": False,
        }
        if version == CLASSIC:
            return described | {"properties": database.schema()}
        source = {"id": database.data_source_id, "name": database.title}
        return described | {"data_sources": [source]}

    def data_source(self, database: Database) -> Json:
        return {
            **self._common("data_source", database.data_source_id, self._started, self._started),
            "title": _title(database.title),
            "description": [],
            "properties": database.schema(),
            "parent": {"type": "database_id", "database_id": database.id},
            "database_parent": {"type": "workspace", "workspace": True},
            "url": _url(database.id),
            "archived": False,
            "in_trash": False,
        }

    def page(self, page: Page, version: str) -> Json:
        return {
            **self._common("page", page.id, page.created_at, page.edited_at),
            "parent": self._parent(page, version),
            "archived": page.in_trash,
            "in_trash": page.in_trash,
            "is_locked": False,
            "icon": None,
            "cover": None,
            "properties": {name: _property(page, name) for name in page.names},
            "url": _url(page.id),
            "public_url": None,
        }

    def block(self, block: Page | Block, version: str) -> Json:
        """A page is a block too."""
        kind, content = "child_page", {"title": block.title} if isinstance(block, Page) else {}
        if isinstance(block, Block):
            kind, content = block.kind, block.content
        return {
            **self._common("block", block.id, block.created_at, block.edited_at),
            "parent": self._parent(block, version),
            "has_children": bool(self._workspace.shown(block)),
            "archived": block.in_trash,
            "in_trash": block.in_trash,
            "type": kind,
            kind: content,
        }

    def _parent(self, child: Page | Block, version: str) -> Json:
        if isinstance(child, Block):
            kind = "block_id" if child.parent_id in self._workspace.blocks else "page_id"
            return {"type": kind, kind: child.parent_id}
        if isinstance(child.parent, Database):
            source = {"type": "data_source_id", "data_source_id": child.parent.data_source_id}
            parent = {"type": "database_id", "database_id": child.parent.id}
            return parent | source if version == DATA_SOURCES else parent
        if child.id == self._account.root_page_id:
            return {"type": "workspace", "workspace": True}
        return {"type": "page_id", "page_id": child.parent}

    def _common(self, kind: str, id_: str, created: datetime, edited: datetime) -> Json:
        return {
            "object": kind,
            "id": id_,
            "created_time": moment(created),
            "last_edited_time": moment(edited),
            "created_by": self._user,
            "last_edited_by": self._user,
        }


def paged(items: Sequence[Item], cursor: Any, size: Any, part: str) -> tuple[Sequence[Item], Json]:
    """https://developers.notion.com/reference/intro#pagination; a cursor is where to go on."""
    if isinstance(size, bool) or not isinstance(size, int) or size < 1:
        raise should_be(f"{part}.page_size", "a number ≥ `1`", size)
    if size > MOST_ITEMS:
        raise should_be(f"{part}.page_size", f"≤ `{MOST_ITEMS}`", size)
    ids = [item.id for item in items]
    if cursor is not None and cursor not in ids:
        raise invalid(f"The start_cursor provided is invalid: {cursor}")
    start = 0 if cursor is None else ids.index(cursor)
    rest = ids[start + size :]
    envelope: Json = {"next_cursor": rest[0] if rest else None, "has_more": bool(rest)}
    return items[start : start + size], envelope


def moment(at: datetime) -> str:
    """Notion rounds down to the minute."""
    return at.replace(second=0, microsecond=0, tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def _property(page: Page, name: str) -> Json:
    kind = page.kind(name)
    id_ = "title" if isinstance(page.parent, str) else page.parent.property_id(name)
    return {"id": id_, "type": kind, kind: page.value(name)}


def _title(text: str) -> list[Json]:
    return [{"type": "text", "text": {"content": text, "link": None}, "plain_text": text}]


def _url(id_: str) -> str:
    return f"https://www.notion.so/{UUID(id_).hex}"
