"""N06: any number of processes may start on a database that is not migrated yet."""

import asyncio

from dodam.migrations import drift, migrate
from tests.house import named_database, new_database


async def test_N06_processes_that_migrate_at_once_wait_for_each_other(database_url: str) -> None:
    url = named_database(database_url, await new_database(database_url, "template1"))
    revisions = await asyncio.gather(*(migrate(url) for _ in range(4)))
    assert len(set(revisions)) == 1
    assert await drift(url) == []
