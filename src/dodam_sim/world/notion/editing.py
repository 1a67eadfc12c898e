"""What requests do to pages and blocks, and a list of it."""

from collections import deque
from collections.abc import Callable
from datetime import datetime
from typing import Any

from msgspec import Struct

from dodam_sim.world.notion import blocks, filters, properties, schema, texts
from dodam_sim.world.notion.account import Database
from dodam_sim.world.notion.door import DATA_SOURCES
from dodam_sim.world.notion.errors import invalid, should_be
from dodam_sim.world.notion.shapes import Json, a_flag, an_id, an_object, required
from dodam_sim.world.notion.workspace import Block, Page, Workspace, require_editable

_KEPT = 1000


class Change(Struct, frozen=True, kw_only=True):
    """What was done to a page: created, updated, trashed, restored, written in."""

    at: datetime
    what: str
    page_id: str
    title: str
    text: str


class Editing:
    def __init__(self, workspace: Workspace, now: Callable[[], datetime]) -> None:
        self.changes = deque[Change](maxlen=_KEPT)
        self._workspace = workspace
        self._now = now

    def query(self, database: Database, body: Json) -> list[Page]:
        paging = {"start_cursor", "page_size"}
        an_object(body, "body", {"filter", "sorts", "archived", "in_trash", "result_type", *paging})
        trashed = _trashed(body) or False
        pages = [page for page in self._workspace.rows(database) if page.in_trash is trashed]
        if "filter" in body:
            pages = list(filter(filters.condition(body["filter"], database), pages))
        return filters.order(body.get("sorts", []), database)(pages)

    def change_columns(self, database: Database, body: Json) -> None:
        an_object(body, "body", {"properties", "title"})
        if "title" in body:
            database.title = texts.plain(texts.read(body["title"], "body.title"))
        schema.change(database, body.get("properties", {}), list(self._workspace.rows(database)))

    def create(self, body: Json, version: str) -> Page:
        an_object(body, "body", {"parent", "properties", "children", "icon", "cover"})
        parent = self._parent(required(body, "parent", "body"), version)
        if isinstance(parent, Database):
            values = properties.read(required(body, "properties", "body"), parent)
        else:
            values = properties.read_title(body.get("properties", {}))
        drafts = blocks.read(body.get("children", []), "body.children")
        page = self._workspace.add_page(parent, values, self._now())
        self._workspace.append(page, drafts, self._now())
        self._note("created", page, _as_text(page))
        return page

    def update(self, page: Page, body: Json) -> None:
        flags = {"archived", "in_trash", "is_locked", "erase_content"}
        trashed = _trashed(an_object(body, "body", {"properties", "icon", "cover", *flags}))
        erase = a_flag(body.get("erase_content", False), "body.erase_content")
        if trashed is not False:
            require_editable(page)
        values: Json = {}
        if "properties" in body and isinstance(page.parent, Database):
            values = properties.read(body["properties"], page.parent)
        elif "properties" in body:
            values = properties.read_title(body["properties"])
        what = "updated"
        if trashed is not None and trashed != page.in_trash:
            what = "trashed" if trashed else "restored"
            page.in_trash = trashed
        page.properties |= values
        for child in self._workspace.shown(page) if erase else ():
            child.in_trash = True
        page.edited_at = self._now()
        self._note(what, page, _as_text(page))

    def append(self, holder: Page | Block, body: Json) -> list[Block]:
        an_object(body, "body", {"children", "after"})
        require_editable(holder)
        drafts = blocks.read(required(body, "children", "body"), "body.children")
        if isinstance(holder, Block):
            blocks.require_fitting(holder.kind, holder.content, drafts)
        after = body.get("after")
        after = None if after is None else an_id(after, "body.after")
        made = self._workspace.append(holder, drafts, self._now(), after)
        text = "\n".join(_line(block) for block in made)
        self._note("written in", self._page_of(holder), text)
        return made

    def trash(self, holder: Page | Block) -> None:
        require_editable(holder)
        holder.in_trash = True
        if isinstance(holder, Page):
            self._note("trashed", holder, "")

    def _parent(self, value: Any, version: str) -> Database | str:
        """From version 2025-09-03 on, a database's id will do for its one data source."""
        ids = ["database_id", "page_id"]
        if version == DATA_SOURCES:
            ids.insert(0, "data_source_id")
        given = an_object(value, "body.parent", {"type", *ids})
        for kind in ids:
            if kind in given:
                id_ = an_id(given[kind], f"body.parent.{kind}")
                return self._found(kind, id_)
        lines = [f"body.parent.{kind} should be defined, instead was `undefined`." for kind in ids]
        raise invalid("\n".join(["body failed validation. Fix one:", *lines]))

    def _found(self, kind: str, id_: str) -> Database | str:
        if kind == "page_id":
            page = self._workspace.page(id_)
            require_editable(page)
            return page.id
        if kind == "database_id":
            return self._workspace.database(id_)
        return self._workspace.data_source(id_)

    def _page_of(self, holder: Page | Block) -> Page:
        while isinstance(holder, Block):
            holder = self._workspace.holder(holder.parent_id)
        return holder

    def _note(self, what: str, page: Page, text: str) -> None:
        change = Change(at=self._now(), what=what, page_id=page.id, title=page.title, text=text)
        self.changes.append(change)


def _trashed(body: Json) -> bool | None:
    """By either name: https://developers.notion.com/reference/archive-a-page."""
    flags = [a_flag(body[key], f"body.{key}") for key in ("archived", "in_trash") if key in body]
    if len(set(flags)) > 1:
        raise should_be("body.in_trash", "the same as `archived`", body["in_trash"])
    return flags[0] if flags else None


def _as_text(page: Page) -> str:
    return ", ".join(f"{name}: {page.plain(name)}" for name in page.names)


def _line(block: Block) -> str:
    return "".join(item["plain_text"] for item in block.content.get("rich_text", ())) or block.kind
