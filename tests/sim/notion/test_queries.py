"""Rows are found, sorted and leafed through."""

from datetime import timedelta
from typing import Any

import pytest
from notion_client import AsyncClient

from dodam_sim.world.notion import Database
from tests.clock import NOON, StoppedClock
from tests.sim.notion.asking import (
    NOWHERE,
    Json,
    create,
    invalid,
    name_of,
    query,
    text,
)


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
