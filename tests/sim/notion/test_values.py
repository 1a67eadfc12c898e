"""What a property may hold."""

import pytest
from notion_client import AsyncClient

from dodam_sim.world.notion import Database
from tests.sim.notion.asking import CUSTOMERS, Json, create, invalid, query, text

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
    "properties", [{}, {"a": "title", "b": "title"}, {"a": "title", "b": "relation"}]
)
def test_N04_a_database_has_one_title_and_kinds_that_are_simulated(
    properties: dict[str, str],
) -> None:
    with pytest.raises(ValueError, match=r"title|relation"):
        Database(CUSTOMERS, "Customers", properties)
