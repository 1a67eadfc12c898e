"""A migrated PostgreSQL for every test process, the whole system on it, and guardians who use it.

Tests share the database and never clean it: each makes guardians and children of its own.
"""

import asyncio
import gc
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from dodam.bootstrap import Dodam, build
from dodam.migrations import migrate
from dodam.platform.embedded import embedded_postgres
from dodam.platform.settings import Settings

from .clock import NOON, StoppedClock
from .families import Guardian, sign_up

CLOCK = StoppedClock()

pytest_plugins = ["tests.facts", "tests.house"]


# What is loaded until the tests begin stays: looking through it for garbage, again and again, took
# a quarter of the time.
gc.disable()


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session")
def database_url() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder, embedded_postgres(Path(folder)) as url:
        asyncio.run(_wait_for_no_disk(url))
        asyncio.run(migrate(url))
        yield url


async def _wait_for_no_disk(url: str) -> None:
    """What is committed is safe from crashes of ours; the machine's power is not ours to test."""
    connection = await asyncpg.connect(url)
    try:
        for setting in ("fsync", "full_page_writes"):
            await connection.execute(f"alter system set {setting} = off")
        await connection.execute("select pg_reload_conf()")
    finally:
        await connection.close()


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Cheap passwords, and no rate limits: all tests come from one address."""
    unlimited: dict[str, Any] = {
        name: "1000000/second" for name in Settings.model_fields if name.startswith("limit_")
    }
    return Settings(
        data_dir=tmp_path_factory.mktemp("dodam"),
        argon2_memory_kib=8,
        argon2_passes=1,
        **unlimited,
    )


@pytest.fixture(scope="session")
async def system(database_url: str, settings: Settings) -> AsyncIterator[Dodam]:
    """The whole system, in this process, on a clock that stands still."""
    dodam = build(settings, database_url, CLOCK)
    async with dodam.running():
        await dodam.load_catalogue()
        yield dodam


@pytest.fixture
def clock() -> StoppedClock:
    return CLOCK


@pytest.fixture(autouse=True)
def _at_noon() -> None:
    CLOCK.set(NOON)


@pytest.fixture
async def http(system: Dodam) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=system.app)  # pyright: ignore[reportArgumentType]
    async with httpx.AsyncClient(transport=transport, base_url="http://dodam") as client:
        yield client


@pytest.fixture
async def guardian(http: httpx.AsyncClient) -> Guardian:
    return await sign_up(http)


@pytest.fixture
async def other_guardian(http: httpx.AsyncClient) -> Guardian:
    return await sign_up(http)
