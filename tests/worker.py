"""A worker beside a test."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from dodam.platform.jobs.worker import Jobs

_STOP_SECONDS = 20


@asynccontextmanager
async def working(jobs: Jobs) -> AsyncGenerator[None]:
    """Jobs are done while the scope lasts."""
    run = asyncio.create_task(jobs.run())
    try:
        yield
    finally:
        jobs.stop()
        await asyncio.wait_for(run, _STOP_SECONDS)
