"""D09, A14: grants made before there were several scopes are for results of days, as consented."""

from datetime import UTC, date, datetime
from uuid import uuid4

import asyncpg

from tests.house import named_database, new_database
from tests.migrating import migrate_to

from .steps import RESULTS


async def test_D09_what_was_granted_and_sent_before_stays_as_it_was(database_url: str) -> None:
    url = named_database(database_url, await new_database(database_url, "template1"))
    await migrate_to(url, "0021")
    database = await asyncpg.connect(url)
    grant, ended, system, endpoint = (uuid4() for _ in range(4))
    # Neither child nor key is needed here.
    for table in ("grant", "shared_result", "endpoint"):
        await database.execute(
            f'alter table sharing."{table}" drop constraint {table}_system_id_fkey'
        )
    await database.execute('alter table sharing."grant" drop constraint grant_child_id_fkey')
    # In the evening of the 18th in California it is the 19th in UTC.
    at, day = datetime(2026, 3, 19, 3, tzinfo=UTC), date(2026, 3, 18)
    for id_, ended_by in ((grant, None), (ended, "guardian")):
        await database.execute(
            'insert into sharing."grant" values ($1, $2, $3, $4, 1, $2, $5, $6, $7)',
            id_,
            uuid4(),
            system,
            "하늘병원",
            at,
            at if ended_by else None,
            ended_by,
        )
    await database.execute(
        "insert into sharing.shared_result values ($1, 1, $2, $3, $4)", system, grant, day, at
    )
    await database.execute(
        "insert into sharing.endpoint (id, system_id, url, failures, created_at)"
        " values ($1, $2, 'https://hospital.example/', 0, $3)",
        endpoint,
        system,
        at,
    )
    await database.execute(
        "insert into sharing.delivery (id, endpoint_id, grant_id, therapy_day, state, tries,"
        " next_try_at, created_at) values ($1, $2, $3, $4, 'waiting', 0, $5, $5)",
        uuid4(),
        endpoint,
        grant,
        day,
        at,
    )
    await migrate_to(url, "0022")
    scopes = await database.fetch("select * from sharing.grant_scope")
    assert {row["grant_id"] for row in scopes} == {grant, ended}
    for row in scopes:
        assert (row["scope"], row["behind_since"]) == (RESULTS, None)
        assert row["from_day"] <= day
    [types] = await database.fetch("select types from sharing.endpoint")
    assert types["types"] == ["daily_result.ready"]
    [delivery] = await database.fetch("select therapy_day, days, state from sharing.delivery")
    assert tuple(delivery) == (day, None, "waiting")
    await database.close()
