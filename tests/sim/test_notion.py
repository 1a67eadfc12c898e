"""The simulated Notion, asked through Notion's own client for Python."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from notion_client import APIResponseError, AsyncClient

from dodam_sim.serving import serving
from dodam_sim.world.notion import Database, Notion, NotionAccount
from tests.clock import NOON, StoppedClock

CUSTOMERS = "a1b2c3d4-0000-4000-8000-000000000001"
REPORTS = "c1b2c3d4-0000-4000-8000-000000000001"
NOWHERE = "d1b2c3d4-0000-4000-8000-000000000001"
Json = dict[str, Any]


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


PROPERTIES = "body failed validation: body.properties."
WRONG: list[tuple[Json, str]] = [
    ({"Plan": {"select": None}}, "Plan is not a property that exists."),
    ({"number": {"rich_text": []}}, "number is expected to be number."),
    (
        {"Plan": {"number": 1}, "email": {"number": 1}},
        "Plan is not a property that exists. email is expected to be email.",
    ),
    (
        {"number": {"number": "1"}},
        PROPERTIES + 'number.number should be a number or `null`, instead was `"1"`.',
    ),
    (
        {"checkbox": {"checkbox": None}},
        PROPERTIES + "checkbox.checkbox should be a boolean, instead was `null`.",
    ),
    (
        {"date": {"date": {"start": "2026/03/18"}}},
        PROPERTIES + "date.date.start should be a valid ISO 8601 date string, instead was "
        '`"2026/03/18"`.',
    ),
    ({"email": {"email": ""}}, PROPERTIES + 'email.email should be populated, instead was `""`.'),
    (
        {"email": {"email": "x" * 201}},
        PROPERTIES + "email.email.length should be ≤ `200`, instead was `201`.",
    ),
    (
        {"url": {"url": "x" * 2001}},
        PROPERTIES + "url.url.length should be ≤ `2000`, instead was `2001`.",
    ),
    (
        {"select": {"select": {"name": "a, b"}}},
        "Invalid select option, commas not allowed: a, b",
    ),
    (
        {"multi_select": {"multi_select": [{"name": str(n)} for n in range(101)]}},
        PROPERTIES + "multi_select.multi_select.length should be ≤ `100`, instead was `101`.",
    ),
    (
        {"rich_text": {"rich_text": text("x" * 2001)}},
        PROPERTIES
        + "rich_text.rich_text[0].text.content.length should be ≤ `2000`, instead was `2001`.",
    ),
    (
        {"rich_text": {"rich_text": text("x") * 101}},
        PROPERTIES + "rich_text.rich_text.length should be ≤ `100`, instead was `101`.",
    ),
    (
        {"rich_text": {"rich_text": "plain"}},
        PROPERTIES + 'rich_text.rich_text should be an array, instead was `"plain"`.',
    ),
    (
        {"number": {"number": 1, "more": 2}},
        PROPERTIES + "number.more should be not present, instead was `2`.",
    ),
]


@pytest.mark.parametrize(("properties", "message"), WRONG)
async def test_N04_a_wrong_value_is_refused_in_notions_words(
    client: AsyncClient, database: Database, properties: Json, message: str
) -> None:
    page = await create(client, database)
    assert await invalid(client.pages.update(page["id"], properties=properties)) == message
    parent = {"data_source_id": database.data_source_id}
    assert await invalid(client.pages.create(parent=parent, properties=properties)) == message
    assert len(await query(client, database)) == 1


async def test_N04_characters_are_counted_as_utf_16(
    client: AsyncClient, database: Database
) -> None:
    await create(client, database, rich_text=text("😀" * 1000))
    message = await invalid(create(client, database, rich_text=text("😀" * 1000 + "!")))
    assert message.endswith("should be ≤ `2000`, instead was `2001`.")


async def test_N04_a_property_without_a_kind_is_refused(
    client: AsyncClient, database: Database
) -> None:
    page = await create(client, database)
    message = await invalid(client.pages.update(page["id"], properties={"number": {}}))
    first, *rest = message.split("\n")
    assert first == "body failed validation. Fix one:"
    assert "body.properties.number.number should be defined, instead was `undefined`." in rest


@pytest.mark.parametrize(
    ("kind", "condition", "found"),
    [
        ("rich_text", {"equals": "family-2"}, ["two"]),
        ("rich_text", {"contains": "family"}, ["one", "two"]),
        ("rich_text", {"does_not_contain": "-1"}, ["two", "three"]),
        ("rich_text", {"is_empty": True}, ["three"]),
        ("number", {"greater_than_or_equal_to": 2}, ["two"]),
        ("number", {"is_not_empty": True}, ["one", "two"]),
        ("checkbox", {"equals": True}, ["one"]),
        ("select", {"equals": "paid"}, ["one"]),
        ("multi_select", {"contains": "right"}, ["one", "two"]),
        ("date", {"on_or_before": "2026-03-17"}, ["one"]),
        ("date", {"after": "2026-03-17T23:00:00Z"}, ["two"]),
        ("email", {"ends_with": ".org"}, ["one"]),
    ],
)
async def test_N04_rows_are_found_by_a_property(
    client: AsyncClient, database: Database, kind: str, condition: Json, found: list[str]
) -> None:
    await create(
        client,
        database,
        name="one",
        rich_text=text("family-1"),
        number=1,
        checkbox=True,
        select={"name": "paid"},
        multi_select=[{"name": "left"}, {"name": "right"}],
        date={"start": "2026-03-17"},
        email="one@example.org",
    )
    right = [{"name": "right"}]
    await create(
        client,
        database,
        name="two",
        rich_text=text("family-2"),
        number=2,
        multi_select=right,
        date={"start": "2026-03-18T09:00:00+09:00"},
    )
    await create(client, database, name="three")
    rows = await query(client, database, filter={"property": kind, kind: condition})
    assert [name_of(row) for row in reversed(rows)] == found


async def test_N04_conditions_are_combined_and_rows_sorted(
    clock: StoppedClock, client: AsyncClient, database: Database
) -> None:
    for number in (2, 1, 3):
        await create(client, database, name=f"n{number}", number=number)
        clock.advance(timedelta(minutes=1))
    await create(client, database, name="none")

    async def names(**body: Any) -> list[str]:
        return [name_of(row) for row in await query(client, database, **body)]

    low, high = (
        {"property": "number", "number": {word: 2}} for word in ("less_than", "greater_than")
    )
    low_or_high = {"or": [low, high]}
    both = {"and": [low_or_high, {"property": "Name", "title": {"does_not_equal": "n1"}}]}
    assert await names(filter=both) == ["n3"]
    down = [{"property": "number", "direction": "descending"}]
    assert await names(sorts=down) == ["n3", "n2", "n1", "none"]
    oldest = [{"timestamp": "created_time", "direction": "ascending"}]
    assert await names(sorts=oldest) == ["n2", "n1", "n3", "none"]
    since = (NOON + timedelta(minutes=2)).isoformat()
    late = {"timestamp": "created_time", "created_time": {"on_or_after": since}}
    assert await names(filter=late) == ["none", "n3"]


FILTERS: list[tuple[Json, str]] = [
    ({"property": "Plan", "select": {}}, "Could not find property with name or id: Plan"),
    (
        {"property": "Name", "rich_text": {"equals": "x"}},
        (
            "The property type in the database does not match the property type of the filter "
            "provided: database property title does not match filter rich_text"
        ),
    ),
    (
        {"property": "number", "number": {"equals": "1"}},
        (
            "body failed validation: body.filter.number.equals should be of the kind of the "
            'property, instead was `"1"`.'
        ),
    ),
    (
        {"property": "Name", "title": {"like": "x"}},
        (
            "body failed validation: body.filter.title.like should be not present, instead was "
            '`"x"`.'
        ),
    ),
    (
        {"and": [{"or": [{"and": []}]}]},
        (
            "body failed validation: body.filter.and[0].or[0].and should be not present, instead "
            "was `[]`."
        ),
    ),
]


@pytest.mark.parametrize(("asked", "message"), FILTERS)
async def test_N04_a_wrong_filter_is_refused(
    client: AsyncClient, database: Database, asked: Json, message: str
) -> None:
    assert await invalid(query(client, database, filter=asked)) == message


async def test_N04_many_rows_come_page_by_page(client: AsyncClient, database: Database) -> None:
    for number in range(5):
        await create(client, database, name=str(number))
    source = database.data_source_id
    first = await client.data_sources.query(source, page_size=2)
    await create(client, database, name="in between")
    second = await client.data_sources.query(source, page_size=2, start_cursor=first["next_cursor"])
    third = await client.data_sources.query(source, page_size=2, start_cursor=second["next_cursor"])
    pages = [[name_of(row) for row in each["results"]] for each in (first, second, third)]
    assert pages == [["4", "3"], ["2", "1"], ["0"]]
    assert [each["has_more"] for each in (first, second, third)] == [True, True, False]
    assert third["next_cursor"] is None
    assert "page_size should be ≤ `100`" in await invalid(query(client, database, page_size=101))
    assert (
        await invalid(query(client, database, start_cursor=NOWHERE))
        == f"The start_cursor provided is invalid: {NOWHERE}"
    )


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


def paragraph(content: str, **more: Any) -> Json:
    return {"type": "paragraph", "paragraph": {"rich_text": text(content), **more}}


def bullet(content: str, *children: Json) -> Json:
    more = {"children": list(children)} if children else {}
    return {"bulleted_list_item": {"rich_text": text(content), **more}}


def table(width: int, *rows: list[str]) -> Json:
    cells = [{"table_row": {"cells": [text(cell) for cell in row]}} for row in rows]
    return {"table": {"table_width": width, "has_column_header": True, "children": cells}}


async def a_report(client: AsyncClient, title: str = "This week", *children: Json) -> Json:
    return await client.pages.create(
        parent={"page_id": REPORTS}, properties={"title": {"title": text(title)}}, children=children
    )


async def children(client: AsyncClient, id_: str) -> list[Json]:
    answer = await client.blocks.children.list(id_)
    assert (answer["object"], answer["type"], answer["has_more"]) == ("list", "block", False)
    return answer["results"]


async def test_N04_a_report_is_a_page_in_a_page(notion: Notion, client: AsyncClient) -> None:
    heading = {"heading_2": {"rich_text": text("Numbers"), "color": "blue"}}
    image = {"type": "external", "external": {"url": "https://example.org/chart.png"}}
    report = await a_report(client, "This week", heading, {"image": image})
    assert report["parent"] == {"type": "page_id", "page_id": REPORTS}
    assert report["properties"]["title"]["title"][0]["plain_text"] == "This week"
    added: list[Json] = [
        bullet("played", bullet("left", bullet("daily"))),
        table(2, ["hand", "plays"], ["left", "3"]),
        {"divider": {}},
    ]
    answer = await client.blocks.children.append(report["id"], children=added)
    assert [each["type"] for each in answer["results"]] == [
        "bulleted_list_item",
        "table",
        "divider",
    ]
    shown = await children(client, report["id"])
    assert [each["type"] for each in shown[:2]] == ["heading_2", "image"]
    assert shown[0]["heading_2"]["color"] == "blue"
    assert shown[1]["image"]["external"]["url"] == "https://example.org/chart.png"
    assert shown[3]["table"] == {
        "table_width": 2,
        "has_column_header": True,
        "has_row_header": False,
    }
    rows = await children(client, shown[3]["id"])
    assert [[cell[0]["plain_text"] for cell in row["table_row"]["cells"]] for row in rows] == [
        ["hand", "plays"],
        ["left", "3"],
    ]
    [left] = await children(client, shown[2]["id"])
    assert (left["has_children"], left["parent"]["block_id"]) == (True, shown[2]["id"])
    [in_root] = await children(client, REPORTS)
    assert (in_root["id"], in_root["child_page"]) == (report["id"], {"title": "This week"})
    assert notion.received[-1].text == "played\ntable\ndivider"


async def test_N04_blocks_are_put_in_between_and_thrown_away(client: AsyncClient) -> None:
    report = await a_report(client, "Week", paragraph("one"), paragraph("three"))
    first, last = await children(client, report["id"])
    await client.blocks.children.append(report["id"], children=[paragraph("2")], after=first["id"])
    shown = await children(client, report["id"])
    assert [each["paragraph"]["rich_text"][0]["plain_text"] for each in shown] == [
        "one",
        "2",
        "three",
    ]
    gone = await client.blocks.delete(last["id"])
    assert (gone["in_trash"], gone["id"]) == (True, last["id"])
    assert len(await children(client, report["id"])) == 2
    assert (await client.blocks.retrieve(last["id"]))["in_trash"] is True
    await client.pages.update(report["id"], erase_content=True)
    assert await children(client, report["id"]) == []
    await client.blocks.delete(report["id"])
    assert await children(client, REPORTS) == []
    archived = await invalid(client.blocks.children.append(report["id"], children=[paragraph("4")]))
    assert archived.startswith("Can't edit block that is archived.")


@pytest.mark.parametrize(
    ("blocks", "message"),
    [
        ([paragraph("x")] * 101, "body.children.length should be ≤ `100`, instead was `101`."),
        (
            [paragraph("x" * 2001)],
            (
                "body.children[0].paragraph.rich_text[0].text.content.length should be ≤ `2000`, "
                "instead was `2001`."
            ),
        ),
        (
            [bullet("0", bullet("1", bullet("2", bullet("3"))))],
            (
                "body.children[0].bulleted_list_item.children[0].bulleted_list_item.children[0]"
                ".bulleted_list_item.children should be not present"
            ),
        ),
        ([table(2, ["a"])], "Number of cells in table row must match the table width"),
        ([table(2)], "body.children[0].table.children should be defined"),
        ([{"image": {"external": {"url": "chart.png"}}}], "Invalid image url."),
        ([{"type": "paragraph"}], "body.children[0].paragraph should be defined"),
        ([{"embed": {"url": "x"}}], "body.children[0].embed: only these blocks are simulated"),
        (["text"], 'body.children[0] should be an object, instead was `"text"`.'),
        (
            [paragraph("x", style="bold")],
            'body.children[0].paragraph.style should be not present, instead was `"bold"`.',
        ),
    ],
)
async def test_N04_wrong_content_is_refused_as_a_whole(
    client: AsyncClient, blocks: list[Any], message: str
) -> None:
    report = await a_report(client)
    asked = client.blocks.children.append(report["id"], children=[*blocks])
    assert message in await invalid(asked)
    assert await children(client, report["id"]) == []


async def test_N04_a_request_holds_1000_blocks_and_500_kilobytes(client: AsyncClient) -> None:
    report = await a_report(client)
    append = client.blocks.children.append
    many = [bullet("x", *[bullet("y")] * 10)] * 91
    assert "at most `1000` blocks" in await invalid(append(report["id"], children=many))
    large = [paragraph("x" * 2000)] * 100 + []
    huge = [paragraph("가" * 2000)] * 100
    await append(report["id"], children=large)
    assert "≤ `500000` bytes" in await invalid(append(report["id"], children=huge))


async def test_N04_rows_are_added_to_a_table_of_their_width_only(client: AsyncClient) -> None:
    report = await a_report(client, "Week", table(1, ["a"]), paragraph("text"))
    made, words = await children(client, report["id"])
    row = {"table_row": {"cells": [text("b")]}}
    wide = {"table_row": {"cells": [text("b"), text("c")]}}
    await client.blocks.children.append(made["id"], children=[row])
    assert len(await children(client, made["id"])) == 2
    for id_, wrong in ((made["id"], wide), (made["id"], paragraph("x")), (words["id"], row)):
        await invalid(client.blocks.children.append(id_, children=[wrong]))


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


async def test_N04_the_page_shows_what_was_written(
    notion: Notion, client: AsyncClient, database: Database
) -> None:
    await create(client, database, select={"name": "paid"}, number=2)
    await a_report(client, "Week", paragraph("content"))
    customer, report = notion.shown()
    assert (customer.at, customer.title, customer.who) == (NOON, "created", "김하늘")
    assert "Name: 김하늘" in customer.text
    assert "select: paid" in customer.text
    assert (report.title, report.who) == ("created", "Week")


@pytest.mark.parametrize(
    "properties", [{}, {"a": "title", "b": "title"}, {"a": "title", "b": "relation"}]
)
def test_N04_a_database_has_one_title_and_kinds_that_are_simulated(
    properties: dict[str, str],
) -> None:
    with pytest.raises(ValueError, match=r"title|relation"):
        Database(CUSTOMERS, "Customers", properties)
