"""Customers as pages of a Notion database.

A page in the trash is taken out of it to be written to, for Notion refuses to edit it there.
https://developers.notion.com/reference/patch-page
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar
from uuid import UUID

from msgspec import Struct

from dodam.adapters.notion.client import Notion, NotTaken, NotThere
from dodam.adapters.notion.columns import (
    ACTIVE,
    COLUMNS,
    EMPTY,
    EXTERNAL_ID,
    LEFT,
    STATUS,
    STATUS_KIND,
    TITLE,
    Column,
)
from dodam.adapters.notion.pages import Database, DataSource, Page, Pages, Typed
from dodam.features.crm.models.customers import Customer
from dodam.platform.i18n import Language, Text
from dodam.platform.work import CannotBeDone

T = TypeVar("T")

_TRASH = {"in_trash": True}
_OUT_OF_TRASH = {"in_trash": False}


class _Schema(Struct, frozen=True):
    """The data source the pages lie in, and what its title is called."""

    data_source: str
    title: str


class NotionCustomers:
    def __init__(self, notion: Notion, database_id: str, language: Language) -> None:
        self._notion = notion
        self._database_id = database_id
        self._language = language
        self._schema: _Schema | None = None

    async def check(self) -> None:
        """Add the columns that are missing; raises CannotBeDone for one of another type."""
        await self._read_schema()

    async def show(self, customer: Customer, page_id: str | None) -> str:
        return await self._on_known_columns(lambda: self._show(customer, page_id))

    async def hide(self, external_id: UUID, page_id: str | None) -> str | None:
        return await self._on_known_columns(lambda: self._hide(external_id, page_id))

    async def erase(self, external_id: UUID, page_id: str | None) -> int:
        known = await self._pages_of(external_id, page_id)
        # A colleague may have trashed one that we never heard of.
        trashed = await self._find(external_id, in_trash=True)
        return sum([await self._erase(each) for each in dict.fromkeys([*known, *trashed])])

    def url(self, page_id: str) -> str:
        """Without the title that Notion itself puts in, which is a name."""
        return f"https://www.notion.so/{page_id.replace('-', '')}"

    async def _show(self, customer: Customer, page_id: str | None) -> str:
        schema = await self._known_schema()
        properties: dict[str, Any] = {
            self._name_in(schema, each): {each.kind: each.value(customer)} for each in COLUMNS
        }
        properties |= self._status(ACTIVE)
        if page_id is None:
            page_id = next(iter(await self._find(customer.external_id)), None)
        if page_id is not None and await self._write(page_id, {"properties": properties}):
            return page_id
        parent = {"type": "data_source_id", "data_source_id": schema.data_source}
        made = await self._notion.ask(
            lambda notion: notion.pages.create(parent=parent, properties=properties), Page
        )
        return made.id

    async def _hide(self, external_id: UUID, page_id: str | None) -> str | None:
        schema = await self._known_schema()
        emptied: dict[str, Any] = {
            self._name_in(schema, each): {each.kind: EMPTY[each.kind]}
            for each in COLUMNS
            if each is not EXTERNAL_ID
        }
        emptied |= self._status(LEFT)
        there = [
            each
            for each in await self._pages_of(external_id, page_id)
            if await self._write(each, {"properties": emptied}) and await self._write(each, _TRASH)
        ]
        return there[0] if there else None

    async def _erase(self, page_id: str) -> bool:
        """Empty every column and the page itself, colleagues' own too; whether there was one."""
        page = await self._page(page_id)
        if page is None:
            return False
        properties = {
            name: {each.type: EMPTY[each.type]}
            for name, each in page.properties.items()
            if each.type in EMPTY
        }
        changes = {"properties": properties, "erase_content": True}
        return await self._write(page_id, changes) and await self._write(page_id, _TRASH)

    async def _write(self, page_id: str, changes: Mapping[str, Any]) -> bool:
        """Change a page; whether there is one."""
        try:
            await self._update(page_id, changes)
        except NotThere:
            return False
        except NotTaken:
            page = await self._page(page_id)
            if page is None or not page.in_trash:
                raise
            if changes is not _TRASH:
                await self._update(page_id, _OUT_OF_TRASH)
                await self._update(page_id, changes)
        return True

    async def _update(self, page_id: str, changes: Mapping[str, Any]) -> None:
        await self._notion.ask(lambda notion: notion.pages.update(page_id, **changes), Page)

    async def _page(self, page_id: str) -> Page | None:
        try:
            return await self._notion.ask(lambda notion: notion.pages.retrieve(page_id), Page)
        except NotThere:
            return None

    async def _pages_of(self, external_id: UUID, page_id: str | None) -> list[str]:
        """The customer's page, first, and copies that colleagues made of it."""
        known = [] if page_id is None else [page_id]
        return known + [each for each in await self._find(external_id) if each != page_id]

    async def _find(self, external_id: UUID, *, in_trash: bool = False) -> list[str]:
        """Pages that are in the trash, or that are not, the oldest first."""
        schema = await self._known_schema()
        column = self._name_in(schema, EXTERNAL_ID)
        wanted = {"property": column, EXTERNAL_ID.kind: {"equals": str(external_id)}}
        order = [{"timestamp": "created_time", "direction": "ascending"}]
        pages = await self._notion.ask(
            lambda notion: notion.data_sources.query(
                schema.data_source, filter=wanted, sorts=order, in_trash=in_trash
            ),
            Pages,
        )
        return [each.id for each in pages.results]

    async def _on_known_columns(self, work: Callable[[], Awaitable[T]]) -> T:
        """Look at the database again if it refuses: a colleague may have changed it meanwhile."""
        try:
            return await work()
        except NotTaken:
            await self.check()
        try:
            return await work()
        except NotTaken as error:
            names = ", ".join(name for name in self._names() if name in error.said)
            raise CannotBeDone(f"{error.reason}: {names}") from None

    async def _known_schema(self) -> _Schema:
        return self._schema or await self._read_schema()

    async def _read_schema(self) -> _Schema:
        try:
            database = await self._notion.ask(
                lambda notion: notion.databases.retrieve(self._database_id), Database
            )
            source_id = database.data_sources[0].id
            source = await self._notion.ask(
                lambda notion: notion.data_sources.retrieve(source_id), DataSource
            )
        except (NotThere, IndexError):
            reason = "the customers' database is not there, or not shared with the connection"
            raise CannotBeDone(reason) from None
        await self._add_missing(source_id, source.properties)
        title = next(name for name, each in source.properties.items() if each.type == TITLE.kind)
        self._schema = _Schema(source_id, title)
        return self._schema

    async def _add_missing(self, source_id: str, there: Mapping[str, Typed]) -> None:
        wanted = {
            each.name.read(self._language): each.kind for each in COLUMNS if each is not TITLE
        }
        wanted[STATUS.read(self._language)] = STATUS_KIND
        for name, kind in wanted.items():
            if name in there and there[name].type != kind:
                reason = f"the property {name} is {there[name].type}, and has to be {kind}"
                raise CannotBeDone(reason)
        missing: dict[str, Any] = {
            name: {kind: {}} for name, kind in wanted.items() if name not in there
        }
        if missing:
            await self._notion.ask(
                lambda notion: notion.data_sources.update(source_id, properties=missing),
                DataSource,
            )

    def _status(self, status: Text) -> dict[str, Any]:
        option = {"name": status.read(self._language)}
        return {STATUS.read(self._language): {STATUS_KIND: option}}

    def _name_in(self, schema: _Schema, column: Column) -> str:
        return schema.title if column is TITLE else column.name.read(self._language)

    def _names(self) -> list[str]:
        return [STATUS.read(self._language), *(each.name.read(self._language) for each in COLUMNS)]
