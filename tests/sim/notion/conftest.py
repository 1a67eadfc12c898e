"""A Notion with one database, and clients of it."""

from collections.abc import AsyncIterator

import httpx
import pytest
from notion_client import AsyncClient

from dodam_sim.world.notion import Database, Notion, NotionAccount
from tests.clock import StoppedClock
from tests.sim.notion.asking import CUSTOMERS, REPORTS, a_client


@pytest.fixture
async def database() -> Database:
    kinds = ["rich_text", "number", "select", "multi_select", "date", "checkbox", "url", "email"]
    properties = {"Name": "title", "phone": "phone_number", **{kind: kind for kind in kinds}}
    return Database(CUSTOMERS, "Customers", properties)


@pytest.fixture
async def notion(clock: StoppedClock, database: Database) -> Notion:
    account = NotionAccount(databases=[database], root_page_id=REPORTS)
    return Notion(clock.now, account)


@pytest.fixture
async def http(notion: Notion) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(notion)) as client:
        yield client


@pytest.fixture
async def client(notion: Notion, http: httpx.AsyncClient) -> AsyncClient:
    return a_client(http, notion.account.token)
