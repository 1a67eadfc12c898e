"""A system with a simulated SENS, at an hour when phones may ring."""

from collections.abc import AsyncIterator

import pytest

from dodam.platform.settings import Settings
from dodam_sim.world.faults import WELL
from tests.conftest import CLOCK

from .desk import Desk, at, desk


@pytest.fixture(scope="module")
async def office(settings: Settings, database_url: str) -> AsyncIterator[Desk]:
    async with desk(settings, database_url) as opened:
        yield opened


@pytest.fixture
def post(office: Desk) -> Desk:
    """In the afternoon, with a good line and KakaoTalk on every phone."""
    CLOCK.set(at(17))
    office.line.faults = WELL
    return office
