"""The pages and blocks there are."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from dodam_sim.world.notion import properties
from dodam_sim.world.notion.account import Database, NotionAccount
from dodam_sim.world.notion.blocks import Draft
from dodam_sim.world.notion.errors import invalid, not_found
from dodam_sim.world.notion.shapes import Json

_KEPT = 50_000


@dataclass
class Page:
    """A page in a database, or else in a page; `properties` that were set, by name."""

    number: int
    id: str
    parent: Database | str
    properties: Json
    created_at: datetime
    edited_at: datetime
    in_trash: bool = False
    children: list[str] = field(default_factory=list[str])

    def kind(self, name: str) -> str:
        return "title" if isinstance(self.parent, str) else self.parent.properties[name]

    @property
    def names(self) -> list[str]:
        return ["title"] if isinstance(self.parent, str) else list(self.parent.properties)

    def value(self, name: str) -> Any:
        return self.properties.get(name, properties.empty(self.kind(name)))

    def plain(self, name: str) -> str:
        """A property as text."""
        return properties.plain(self.kind(name), self.value(name))

    @property
    def title(self) -> str:
        return next(self.plain(name) for name in self.names if self.kind(name) == "title")


@dataclass
class Block:
    id: str
    parent_id: str
    kind: str
    content: Json
    created_at: datetime
    edited_at: datetime
    in_trash: bool = False
    children: list[str] = field(default_factory=list[str])


class Workspace:
    """Holds the newest pages of a great many."""

    def __init__(self, account: NotionAccount, now: datetime) -> None:
        self._databases = {each.id: each for each in account.databases}
        self._data_sources = {each.data_source_id: each for each in account.databases}
        self.pages: dict[str, Page] = {}
        self.blocks: dict[str, Block] = {}
        self._root = Page(0, account.root_page_id, "", {}, now, now)
        self._made = 0

    def rows(self, database: Database) -> Iterator[Page]:
        """The newest first."""
        return (page for page in reversed(self.pages.values()) if page.parent is database)

    def database(self, id_: str) -> Database:
        if id_ not in self._databases:
            raise not_found("database", id_)
        return self._databases[id_]

    def data_source(self, id_: str) -> Database:
        if id_ not in self._data_sources:
            raise not_found("data_source", id_)
        return self._data_sources[id_]

    def page(self, id_: str) -> Page:
        if id_ == self._root.id:
            return self._root
        if id_ not in self.pages:
            raise not_found("page", id_)
        return self.pages[id_]

    def holder(self, id_: str) -> Page | Block:
        """What has children of this id."""
        if id_ in self.blocks:
            return self.blocks[id_]
        if id_ == self._root.id or id_ in self.pages:
            return self.page(id_)
        raise not_found("block", id_)

    def shown(self, holder: Page | Block) -> list[Page | Block]:
        """The children that are not in the trash; a page in a page is one of them."""
        children = [self.holder(id_) for id_ in holder.children]
        return [child for child in children if not child.in_trash]

    def add_page(self, parent: Database | str, values: Json, now: datetime) -> Page:
        self._made += 1
        page = Page(self._made, str(uuid4()), parent, values, now, now)
        self.pages[page.id] = page
        if isinstance(parent, str):
            self.page(parent).children.append(page.id)
        if len(self.pages) > _KEPT:
            self._forget(self.pages[next(iter(self.pages))])
        return page

    def append(
        self, holder: Page | Block, drafts: list[Draft], now: datetime, after: str | None = None
    ) -> list[Block]:
        if after is not None and after not in holder.children:
            raise invalid(f"Block {after} is not a child of {holder.id}.")
        made = [self._make(draft, holder.id, now) for draft in drafts]
        at = len(holder.children) if after is None else holder.children.index(after) + 1
        holder.children[at:at] = [block.id for block in made]
        holder.edited_at = now
        return made

    def _make(self, draft: Draft, parent_id: str, now: datetime) -> Block:
        block = Block(str(uuid4()), parent_id, draft.kind, draft.content, now, now)
        self.blocks[block.id] = block
        block.children = [self._make(child, block.id, now).id for child in draft.children]
        return block

    def _forget(self, holder: Page | Block) -> None:
        for id_ in list(holder.children):
            self._forget(self.holder(id_))
        if isinstance(holder, Block):
            del self.blocks[holder.id]
            return
        del self.pages[holder.id]
        if isinstance(holder.parent, str):
            self.page(holder.parent).children.remove(holder.id)


def require_editable(holder: Page | Block) -> None:
    if holder.in_trash:
        message = "You must unarchive the block before editing."
        raise invalid(f"Can't edit block that is archived. {message}")
