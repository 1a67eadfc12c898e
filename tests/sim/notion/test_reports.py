"""Pages of text, lists, tables and pictures."""

from typing import Any

import pytest
from notion_client import AsyncClient

from dodam_sim.world.notion import Database, Notion
from tests.clock import NOON
from tests.sim.notion.asking import (
    REPORTS,
    Json,
    create,
    invalid,
    text,
)


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
