"""L04: who waits for a notification stops when it is told to, though one comes at that moment."""

import asyncio

import asyncpg
import pytest

from dodam.platform.database import Listening
from dodam.platform.statement_watch import StatementWatch


@pytest.mark.parametrize("steps", range(6))
async def test_L04_a_stop_is_not_lost_to_a_notification(database_url: str, steps: int) -> None:
    woken = asyncio.Event()
    connection = await asyncpg.connect(database_url)
    waiting = asyncio.create_task(Listening(connection, StatementWatch(500), woken).wait(60))
    for _ in range(3):
        await asyncio.sleep(0)
    woken.set()
    for _ in range(steps):
        await asyncio.sleep(0)
    was_under_way = waiting.cancel()
    await asyncio.wait({waiting})
    await connection.close()
    assert waiting.cancelled() is was_under_way
