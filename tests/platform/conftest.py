"""A queue of its own for each test that wants one."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.house import named_database, new_database
from tests.platform.working import Queue, queue_on

_EMPTY = """
    truncate jobs.pgqueuer, jobs.pgqueuer_log, jobs.pgqueuer_schedules, jobs.pgqueuer_statistics,
        outbox.in_order, outbox.delivered
"""


@pytest.fixture(scope="session")
def queue_database(database_url: str, template: str) -> str:
    """The URL of a migrated database whose queue may be emptied."""
    return named_database(database_url, asyncio.run(new_database(database_url, template)))


@pytest.fixture
async def queue(queue_database: str) -> AsyncIterator[Queue]:
    async with queue_on(queue_database) as found:
        async with found.database.transaction() as tx:
            await tx.execute(_EMPTY)
        yield found
