"""Notion's API as far as a CRM and reports need it: databases, pages, blocks.

https://developers.notion.com/reference/intro, in the versions 2022-06-28 and 2025-09-03.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from uuid import uuid4

import msgspec
from litestar import Litestar, delete, get, patch, post
from litestar.exceptions import HTTPException
from litestar.params import FromPath

from dodam_sim.serving import Service
from dodam_sim.shown import Shown
from dodam_sim.world.notion import errors
from dodam_sim.world.notion.account import Database, NotionAccount
from dodam_sim.world.notion.door import CLASSIC, DATA_SOURCES, Door
from dodam_sim.world.notion.editing import Change, Editing
from dodam_sim.world.notion.errors import AnyRequest, Refusal, should_be
from dodam_sim.world.notion.objects import Describer, paged
from dodam_sim.world.notion.shapes import Json, an_id, an_object
from dodam_sim.world.notion.workspace import Block, Page, Workspace

_MOST_BYTES = 500_000
_SAVING = 0.01  # seconds
_SHOWN = 200


class Notion(Service):
    """`received` are the newest changes, `workspace` is what came of them all.

    `now` is Notion's clock; `budget` is how many requests a minute it answers.
    """

    name = "notion"

    def __init__(
        self,
        now: Callable[[], datetime],
        account: NotionAccount | None = None,
        budget: int = 180,
    ) -> None:
        self.account = account or NotionAccount()
        self.workspace = Workspace(self.account, now())
        self._door = Door(self.account.token, budget, now)
        self._editing = Editing(self.workspace, now)
        self._describe = Describer(self.account, self.workspace, now())
        self._saving = set[str]()
        super().__init__(
            Litestar(
                [*self._databases(), *self._pages(), *self._blocks()],
                openapi_config=None,
                logging_config=None,
                exception_handlers={HTTPException: errors.answer},
            )
        )

    @property
    def received(self) -> deque[Change]:
        return self._editing.changes

    def shown(self) -> list[Shown]:
        return [
            Shown(at=each.at, title=each.what, text=each.text, who=each.title)
            for each in list(self.received)[-_SHOWN:]
        ]

    def _databases(self) -> list[Any]:
        @get("/v1/users/me")
        async def me(request: AnyRequest) -> Json:
            self._door.admit(request)
            return _named(self._describe.bot())

        @get("/v1/databases/{id_:str}")
        async def database(request: AnyRequest, id_: FromPath[str]) -> Json:
            version = self._door.admit(request)
            found = self.workspace.database(an_id(id_, "path.database_id"))
            return _named(self._describe.database(found, version))

        @get("/v1/data_sources/{id_:str}")
        async def data_source(request: AnyRequest, id_: FromPath[str]) -> Json:
            self._door.admit(request, DATA_SOURCES)
            found = self.workspace.data_source(an_id(id_, "path.data_source_id"))
            return _named(self._describe.data_source(found))

        @post("/v1/databases/{id_:str}/query", status_code=200)
        async def query_database(request: AnyRequest, id_: FromPath[str]) -> Json:
            self._door.admit(request, CLASSIC)
            found = self.workspace.database(an_id(id_, "path.database_id"))
            return self._query(found, await _body(request), CLASSIC)

        @post("/v1/data_sources/{id_:str}/query", status_code=200)
        async def query_data_source(request: AnyRequest, id_: FromPath[str]) -> Json:
            self._door.admit(request, DATA_SOURCES)
            found = self.workspace.data_source(an_id(id_, "path.data_source_id"))
            return self._query(found, await _body(request), DATA_SOURCES)

        @patch("/v1/data_sources/{id_:str}")
        async def change_columns(request: AnyRequest, id_: FromPath[str]) -> Json:
            self._door.admit(request, DATA_SOURCES)
            found = self.workspace.data_source(an_id(id_, "path.data_source_id"))
            self._editing.change_columns(found, await _body(request))
            return _named(self._describe.data_source(found))

        return [me, database, data_source, query_database, query_data_source, change_columns]

    def _pages(self) -> list[Any]:
        @post("/v1/pages", status_code=200)
        async def create(request: AnyRequest) -> Json:
            version = self._door.admit(request)
            page = self._editing.create(await _body(request), version)
            return _named(self._describe.page(page, version))

        @get("/v1/pages/{id_:str}")
        async def retrieve(request: AnyRequest, id_: FromPath[str]) -> Json:
            version = self._door.admit(request)
            page = self.workspace.page(an_id(id_, "path.page_id"))
            return _named(self._describe.page(page, version))

        @patch("/v1/pages/{id_:str}")
        async def update(request: AnyRequest, id_: FromPath[str]) -> Json:
            version = self._door.admit(request)
            body = await _body(request)
            page = self.workspace.page(an_id(id_, "path.page_id"))
            async with self._alone(page.id):
                self._editing.update(page, body)
            return _named(self._describe.page(page, version))

        return [create, retrieve, update]

    def _blocks(self) -> list[Any]:
        @get("/v1/blocks/{id_:str}")
        async def retrieve(request: AnyRequest, id_: FromPath[str]) -> Json:
            version = self._door.admit(request)
            holder = self.workspace.holder(an_id(id_, "path.block_id"))
            return _named(self._describe.block(holder, version))

        @get("/v1/blocks/{id_:str}/children")
        async def children(request: AnyRequest, id_: FromPath[str]) -> Json:
            version = self._door.admit(request)
            holder = self.workspace.holder(an_id(id_, "path.block_id"))
            cursor = request.query_params.get("start_cursor")
            size = request.query_params.get("page_size", "100")
            size = int(size) if size.isascii() and size.isdigit() else size
            shown, envelope = paged(self.workspace.shown(holder), cursor, size, "query")
            return self._listed(shown, envelope, version)

        @patch("/v1/blocks/{id_:str}/children")
        async def append(request: AnyRequest, id_: FromPath[str]) -> Json:
            version = self._door.admit(request)
            body = await _body(request)
            holder = self.workspace.holder(an_id(id_, "path.block_id"))
            async with self._alone(holder.id):
                made = self._editing.append(holder, body)
            return self._listed(made, {"next_cursor": None, "has_more": False}, version)

        @delete("/v1/blocks/{id_:str}", status_code=200)
        async def trash(request: AnyRequest, id_: FromPath[str]) -> Json:
            version = self._door.admit(request)
            holder = self.workspace.holder(an_id(id_, "path.block_id"))
            self._editing.trash(holder)
            return _named(self._describe.block(holder, version))

        return [retrieve, children, append, trash]

    def _query(self, database: Database, body: Json, version: str) -> Json:
        found = self._editing.query(database, body)
        size = body.get("page_size", 100)
        pages, envelope = paged(found, body.get("start_cursor"), size, "body")
        kind = "page_or_database" if version == CLASSIC else "page_or_data_source"
        results = [self._describe.page(page, version) for page in pages]
        return _named({"object": "list", "results": results, **envelope, "type": kind, kind: {}})

    def _listed(self, blocks: Sequence[Page | Block], envelope: Json, version: str) -> Json:
        results = [self._describe.block(block, version) for block in blocks]
        return _named(
            {"object": "list", "results": results, **envelope, "type": "block", "block": {}}
        )

    @asynccontextmanager
    async def _alone(self, id_: str) -> AsyncGenerator[None]:
        """Saving takes a moment; who comes in between with the same page collides."""
        if id_ in self._saving:
            message = "Conflict occurred while saving. Please try again."
            raise Refusal(409, "conflict_error", message)
        self._saving.add(id_)
        try:
            await asyncio.sleep(_SAVING)
            yield
        finally:
            self._saving.remove(id_)


async def _body(request: AnyRequest) -> Json:
    body = await request.body()
    if len(body) > _MOST_BYTES:
        raise should_be("body", f"≤ `{_MOST_BYTES}` bytes", len(body))
    try:
        value = msgspec.json.decode(body or b"{}")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Refusal(400, "invalid_json", "Error parsing JSON body.") from None
    return an_object(value, "body")


def _named(answer: Json) -> Json:
    return answer | {"request_id": str(uuid4())}
