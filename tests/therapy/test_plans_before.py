"""D09, T02: plans made before there were several sources keep the days they had."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from tests.house import named_database, new_database
from tests.migrating import migrate_to

from .plans_by_hand import asked_for

TODAY = datetime.now(UTC).date()
FIRST = TODAY - timedelta(days=100)
Row = tuple[str, int, int | None]


async def _store(database: Any, child: UUID, version: int, row: Row) -> None:
    """A plan that begins, and may end, so many days after the first; its target tells it apart."""
    source, starts, ends = row
    item = {"motion": "mass_grasp", "target_repetitions": version}
    days = [{"weekday": day, "hand": "left", "items": [item]} for day in range(1, 8)]
    await database.execute(
        "insert into therapy.plan"
        " (child_id, version, source, starts_on, ends_on, days, created_at)"
        " values ($1, $2, $3, $4, $5, $6, now())",
        child,
        version,
        source,
        FIRST + timedelta(days=starts),
        None if ends is None else FIRST + timedelta(days=ends),
        json.dumps(days),
    )


def _counted_before(rows: list[Row], day: date) -> int | None:
    """The version that counted: the newest that had begun, unless it had ended."""
    number = (day - FIRST).days
    begun = [version for version, row in enumerate(rows, 1) if row[1] <= number]
    if not begun:
        return None
    ends = rows[max(begun) - 1][2]
    return None if ends is not None and ends < number else max(begun)


@pytest.mark.parametrize(
    ("rows", "in_three_days"),
    [
        pytest.param([("default", 10, None)], 1, id="the default only"),
        pytest.param([("default", 0, None), ("guardian", 30, None)], 2, id="a guardian's for good"),
        pytest.param(
            [("default", 0, None), ("guardian", 50, 60), ("guardian", 40, 45)],
            1,
            id="guardians' that ended, and the default is there again",
        ),
        pytest.param(
            [("default", 0, None), ("default", 20, None), ("guardian", 10, 15)],
            2,
            id="a guardian's from before the newest default",
        ),
        pytest.param(
            [("default", 0, None), ("guardian", 150, None)], 1, id="a guardian's still to come"
        ),
    ],
)
async def test_D09_days_that_are_over_keep_the_plan_they_had(
    database_url: str, rows: list[Row], in_three_days: int
) -> None:
    url = named_database(database_url, await new_database(database_url, "template1"))
    await migrate_to(url, "0017")
    database = await asyncpg.connect(url)
    child = uuid4()
    # Plans need no child here.
    await database.execute("alter table therapy.plan drop constraint plan_child_id_fkey")
    for version, row in enumerate(rows, 1):
        await _store(database, child, version, row)
    await migrate_to(url, "0018")
    stored = await database.fetch("select * from therapy.plan where child_id = $1", child)
    await database.close()
    plans = [
        {
            **row,
            "starts_on": str(row["starts_on"]),
            "ends_on": row["ends_on"] and str(row["ends_on"]),
            "ended_on": row["ended_on"] and str(row["ended_on"]),
            "days": json.loads(row["days"]),
        }
        for row in map(dict, stored)
    ]
    for number in range(-5, (TODAY - FIRST).days + 2):
        day = FIRST + timedelta(days=number)
        asked = asked_for(plans, day)
        shown = None if asked is None else asked["items"][0]["target_repetitions"]
        assert shown == _counted_before(rows, day), day
    asked = asked_for(plans, TODAY + timedelta(days=3))
    assert asked is not None
    assert asked["items"][0]["target_repetitions"] == in_three_days
