"""Asking the simulated Notion, through Notion's own client for Python."""

from typing import Any
from uuid import UUID

import httpx
import pytest
from notion_client import APIResponseError, AsyncClient

from dodam_sim.world.notion import Database

CUSTOMERS = "a1b2c3d4-0000-4000-8000-000000000001"
REPORTS = "c1b2c3d4-0000-4000-8000-000000000001"
NOWHERE = "d1b2c3d4-0000-4000-8000-000000000001"
Json = dict[str, Any]


def a_client(
    http: httpx.AsyncClient, token: str, url: str = "http://notion", version: str = "2025-09-03"
) -> AsyncClient:
    return AsyncClient(
        client=http, auth=token, base_url=url, retry=False, notion_version=version, log_level=50
    )


def text(content: str) -> list[Json]:
    return [{"text": {"content": content}}]


def a_customer(name: str = "김하늘", **properties: Any) -> Json:
    return {
        "Name": {"title": text(name)},
        **{kind: {kind: value} for kind, value in properties.items()},
    }


async def create(client: AsyncClient, database: Database, **properties: Any) -> Json:
    parent = {"data_source_id": database.data_source_id}
    return await client.pages.create(parent=parent, properties=a_customer(**properties))


async def query(client: AsyncClient, database: Database, **body: Any) -> list[Json]:
    answer = await client.data_sources.query(database.data_source_id, **body)
    assert (answer["object"], answer["type"]) == ("list", "page_or_data_source")
    return answer["results"]


def name_of(page: Json) -> str:
    return "".join(item["plain_text"] for item in page["properties"]["Name"]["title"])


async def refused(asked: Any, status: int, code: str) -> str:
    with pytest.raises(APIResponseError) as error:
        await asked
    assert (error.value.status, error.value.code) == (status, code)
    assert UUID(error.value.request_id or "")
    return str(error.value)


async def invalid(asked: Any) -> str:
    return await refused(asked, 400, "validation_error")
