"""A child of the guardian's, and ways to move on in time."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from dodam.bootstrap import Dodam
from dodam.platform.settings import Settings
from tests.clock import StoppedClock
from tests.families import Guardian

from .steps import Travel, server


@pytest.fixture
async def child(guardian: Guardian) -> dict[str, Any]:
    """Left hand affected, in Seoul, with therapy since Monday two weeks ago."""
    return await guardian.register_child(therapy_starts_on="2026-03-02")


@pytest.fixture
def travel(clock: StoppedClock, guardian: Guardian) -> Travel:
    return Travel(clock, guardian)


@pytest.fixture
async def elsewhere(
    settings: Settings,
    database_url: str,
    clock: StoppedClock,
    system: Dodam,  # noqa: ARG001 - has filled the catalogue
    guardian: Guardian,
) -> AsyncIterator[Guardian]:
    """The same signed-in guardian, at a second server on the same database."""
    async with server(settings, database_url, clock) as http:
        yield Guardian(http, guardian.email, guardian.tokens)
