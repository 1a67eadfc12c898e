"""Who is let in, to what, in which version, and how often."""

from datetime import timedelta

import httpx
import pytest
from notion_client import APIResponseError, AsyncClient

from dodam_sim.serving import serving
from dodam_sim.world.notion import Database, Notion, NotionAccount
from tests.clock import StoppedClock
from tests.sim.notion.asking import (
    CUSTOMERS,
    NOWHERE,
    a_client,
    a_customer,
    create,
    invalid,
    query,
    refused,
)


async def test_N04_what_is_not_there_or_not_shared_is_not_found(
    client: AsyncClient, database: Database
) -> None:
    message = await refused(client.pages.retrieve(NOWHERE), 404, "object_not_found")
    assert message.startswith(f"Could not find page with ID: {NOWHERE}. Make sure")
    in_nothing = client.pages.create(parent={"database_id": NOWHERE}, properties=a_customer())
    for asked in (
        client.databases.retrieve(NOWHERE),
        client.data_sources.query(NOWHERE),
        client.blocks.children.list(NOWHERE),
        client.pages.update(NOWHERE, archived=True),
        in_nothing,
    ):
        await refused(asked, 404, "object_not_found")
    page = client.pages.retrieve("page")
    assert await invalid(page) == (
        'path failed validation: path.page_id should be a valid uuid, instead was `"page"`.'
    )
    nowhere = client.pages.create(parent={}, properties=a_customer())
    assert "body.parent.page_id should be defined" in await invalid(nowhere)
    assert await query(client, database) == []


async def test_N04_only_the_integration_is_let_in(http: httpx.AsyncClient) -> None:
    stranger = a_client(http, "ntn_wrong")
    message = await refused(stranger.users.me(), 401, "unauthorized")
    assert message == "API token is invalid."


async def test_N04_a_version_has_to_be_named(notion: Notion, http: httpx.AsyncClient) -> None:
    headers = {"authorization": f"Bearer {notion.account.token}"}
    url = "http://notion/v1/users/me"
    answer = await http.get(url, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "missing_version")
    old = await http.get(url, headers={**headers, "notion-version": "2021-05-13"})
    assert (old.status_code, old.json()["code"]) == (400, "validation_error")
    nothing = await http.get("http://notion/v1/nothing", headers=headers)
    assert (nothing.status_code, nothing.json()["code"]) == (400, "invalid_request_url")


async def test_N04_the_older_version_knows_databases_only(
    notion: Notion, http: httpx.AsyncClient, database: Database
) -> None:
    classic = a_client(http, notion.account.token, version="2022-06-28")
    found = await classic.databases.retrieve(CUSTOMERS)
    assert found["properties"]["Name"]["type"] == "title"
    assert "data_sources" not in found
    page = await classic.pages.create(parent={"database_id": CUSTOMERS}, properties=a_customer())
    assert page["parent"] == {"type": "database_id", "database_id": CUSTOMERS}
    wanted = {"property": "Name", "title": {"equals": "김하늘"}}
    rows = await classic.request(
        path=f"databases/{CUSTOMERS}/query", method="POST", body={"filter": wanted}
    )
    assert (rows["type"], rows["results"][0]["id"]) == ("page_or_database", page["id"])
    await refused(
        classic.data_sources.retrieve(database.data_source_id), 400, "invalid_request_url"
    )
    source = {"data_source_id": database.data_source_id}
    assert "data_source_id should be not present" in await invalid(
        classic.pages.create(parent=source, properties=a_customer())
    )
    newer = a_client(http, notion.account.token)
    await refused(
        newer.request(path=f"databases/{CUSTOMERS}/query", method="POST", body={}),
        400,
        "invalid_request_url",
    )


@pytest.mark.parametrize("content", [b'{"parent": ', b"\xff", b"[" * 100_000])
async def test_N04_half_a_body_is_refused(
    notion: Notion, http: httpx.AsyncClient, content: bytes
) -> None:
    headers = {"authorization": f"Bearer {notion.account.token}", "notion-version": "2025-09-03"}
    answer = await http.post("http://notion/v1/pages", headers=headers, content=content)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_json")


async def test_N04_a_budget_is_spent_within_a_minute(
    clock: StoppedClock, database: Database
) -> None:
    notion = Notion(clock.now, NotionAccount(databases=[database]), budget=3)
    async with serving(notion) as url, httpx.AsyncClient() as http:
        client = a_client(http, notion.account.token, url)
        for _ in range(3):
            await client.users.me()
        clock.advance(timedelta(seconds=17.5))
        with pytest.raises(APIResponseError) as error:
            await create(client, database)
        assert (error.value.status, error.value.code) == (429, "rate_limited")
        assert error.value.headers["retry-after"] == "43"
        assert not notion.received
        clock.advance(timedelta(seconds=43))
        await create(client, database)
