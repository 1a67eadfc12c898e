"""Rows of a database come, change and go."""

import asyncio
from datetime import timedelta

from notion_client import APIResponseError, AsyncClient

from dodam_sim.world.notion import Database, Notion
from tests.clock import StoppedClock
from tests.sim.notion.asking import CUSTOMERS, Json, a_customer, create, invalid, name_of, query


async def test_N04_a_database_holds_its_rows_in_a_data_source(
    client: AsyncClient, database: Database
) -> None:
    found = await client.databases.retrieve(CUSTOMERS.replace("-", ""))
    assert (found["id"], found["title"][0]["plain_text"]) == (CUSTOMERS, "Customers")
    assert found["data_sources"] == [{"id": database.data_source_id, "name": "Customers"}]
    source = await client.data_sources.retrieve(database.data_source_id)
    assert source["parent"] == {"type": "database_id", "database_id": CUSTOMERS}
    title = source["properties"]["Name"]
    assert (title["id"], title["type"], title["title"]) == ("title", "title", {})
    assert source["properties"]["number"]["number"] == {"format": "number"}
    assert (await client.users.me())["type"] == "bot"


async def test_N04_a_row_has_a_value_of_every_kind(
    clock: StoppedClock, client: AsyncClient, database: Database
) -> None:
    page = await create(
        client,
        database,
        rich_text=[{"text": {"content": "a", "link": {"url": "https://example.org"}}}],
        number=3.5,
        select={"name": "paid"},
        multi_select=[{"name": "left"}, {"name": "right"}],
        date={"start": "2026-03-18", "end": "2026-03-18T10:00:00+09:00"},
        checkbox=True,
        url="https://example.org",
        email="haneul@example.org",
    )
    assert page["parent"]["data_source_id"] == database.data_source_id
    assert page["created_time"] == "2026-03-18T12:00:00.000Z"
    assert (page["archived"], page["in_trash"]) == (False, False)
    clock.advance(timedelta(minutes=5))
    values = (await client.pages.retrieve(page["id"]))["properties"]
    assert values["rich_text"]["rich_text"] == [
        {
            "type": "text",
            "text": {"content": "a", "link": {"url": "https://example.org"}},
            "annotations": {
                **dict.fromkeys(("bold", "italic", "strikethrough", "underline", "code"), False),
                "color": "default",
            },
            "plain_text": "a",
            "href": "https://example.org",
        }
    ]
    assert (values["number"]["number"], values["checkbox"]["checkbox"]) == (3.5, True)
    assert values["select"]["select"]["name"] == "paid"
    assert [each["name"] for each in values["multi_select"]["multi_select"]] == ["left", "right"]
    assert values["date"]["date"]["start"] == "2026-03-18"
    assert values["phone"]["phone_number"] is None
    source = await client.data_sources.retrieve(database.data_source_id)
    assert source["properties"]["select"]["select"]["options"] == [values["select"]["select"]]


async def test_N04_a_row_is_changed_trashed_and_restored(
    clock: StoppedClock, notion: Notion, client: AsyncClient, database: Database
) -> None:
    page = await create(client, database, number=1)
    clock.advance(timedelta(minutes=1))
    changed = await client.pages.update(page["id"], properties={"number": {"number": None}})
    assert changed["properties"]["number"]["number"] is None
    assert (name_of(changed), changed["last_edited_time"]) == ("김하늘", "2026-03-18T12:01:00.000Z")
    trashed = await client.pages.update(page["id"], archived=True)
    assert (trashed["archived"], trashed["in_trash"]) == (True, True)
    assert await query(client, database) == []
    assert [each["id"] for each in await query(client, database, in_trash=True)] == [page["id"]]
    message = await invalid(client.pages.update(page["id"], properties=a_customer("later")))
    assert message.startswith("Can't edit block that is archived.")
    await client.pages.update(page["id"], in_trash=False, properties=a_customer("later"))
    assert [name_of(each) for each in await query(client, database)] == ["later"]
    assert [each.what for each in notion.received] == ["created", "updated", "trashed", "restored"]


async def test_N04_columns_are_added_renamed_and_removed(
    client: AsyncClient, database: Database
) -> None:
    source = database.data_source_id
    page = await create(client, database, number=1)
    options = [{"name": "KR"}, {"name": "JP"}]
    await client.data_sources.update(
        source,
        properties={
            "국가": {"select": {"options": options}},
            "number": {"name": "Children"},
            "url": None,
        },
    )
    changed = (await client.pages.retrieve(page["id"]))["properties"]
    assert (changed["국가"]["select"], changed["Children"]["number"]) == (None, 1)
    assert changed["Children"]["id"] == page["properties"]["number"]["id"]
    assert not changed.keys() & {"url", "number"}
    shown = (await client.data_sources.retrieve(source))["properties"]["국가"]["select"]["options"]
    assert [each["name"] for each in shown] == ["KR", "JP"]
    wrong: list[Json] = [{"more": {}}, {"Name": None}, {"more": {"title": {}}}, {"none": None}]
    for each in wrong:
        both: Json = {"fine": {"number": {}}, **each}
        await invalid(client.data_sources.update(source, properties=both))
    assert "fine" not in (await client.data_sources.retrieve(source))["properties"]


async def test_N04_who_saves_the_same_page_at_the_same_time_collides(
    client: AsyncClient, database: Database
) -> None:
    page = await create(client, database)
    other = await create(client, database)

    async def rename(id_: str, name: str) -> int:
        try:
            await client.pages.update(id_, properties=a_customer(name))
        except APIResponseError as error:
            return error.status if error.code == "conflict_error" else 0
        return 200

    ten = [rename(page["id"], str(number)) for number in range(10)]
    *statuses, elsewhere = await asyncio.gather(*ten, rename(other["id"], "other"))
    assert {*statuses} == {200, 409}
    assert elsewhere == 200
    saved = {str(number) for number, status in enumerate(statuses) if status == 200}
    assert name_of(await client.pages.retrieve(page["id"])) in saved
    assert await rename(page["id"], "later") == 200
