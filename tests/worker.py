"""A worker beside a test."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from dodam.bootstrap import Dodam
from dodam.platform.jobs.worker import Jobs

_STOP_SECONDS = 20
_PATIENCE_SECONDS = 20


@asynccontextmanager
async def working(jobs: Jobs) -> AsyncGenerator[None]:
    """Jobs are done while the scope lasts."""
    run = asyncio.create_task(jobs.run())
    try:
        yield
    finally:
        jobs.stop()
        await asyncio.wait_for(run, _STOP_SECONDS)


async def all_done(system: Dodam) -> None:
    """Wait until no job is left, in a database that nobody else uses."""
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while await _jobs(system):  # noqa: ASYNC110 - jobs are rows; nothing in this process is told
            await asyncio.sleep(0.05)


async def _jobs(system: Dodam) -> int:
    async with system.database.reading() as db:
        [row] = await db.fetch("select count(*) as count from jobs.pgqueuer")
    return row["count"]
