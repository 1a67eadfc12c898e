"""A town with a house, a guardian who lives in it, and a hospital that may be told."""

from collections.abc import AsyncIterator

import pytest

from dodam.platform.settings import Settings
from dodam_sim.families.chance import stream
from dodam_sim.serving import serving
from dodam_sim.world.faults import Faulty
from dodam_sim.world.hospital import Hospital
from tests.conftest import CLOCK
from tests.families import Guardian, sign_up
from tests.house import House

from .steps import Receiver, System, Town


@pytest.fixture(scope="session")
def settings(settings: Settings) -> Settings:
    """Webhooks may go to this machine, where the tests' hospitals are."""
    return settings.model_copy(update={"webhook_loopback": True})


@pytest.fixture
async def town(house: House) -> Town:
    return Town(house)


@pytest.fixture
async def home(house: House) -> Guardian:
    return await sign_up(house.http)


@pytest.fixture
async def system(town: Town) -> System:
    return await town.system()


@pytest.fixture
async def receiver(system: System) -> AsyncIterator[Receiver]:
    """The system's own endpoint."""
    async for each in _receiver(system):
        yield each


@pytest.fixture
async def other_receiver(system: System) -> AsyncIterator[Receiver]:
    """Another endpoint of the same system."""
    async for each in _receiver(system):
        yield each


async def _receiver(system: System) -> AsyncIterator[Receiver]:
    hospital = Hospital(CLOCK.now)
    line = Faulty(hospital, stream(13, "hospital"))
    async with serving(line) as url:
        made = await system.endpoint(f"{url}/")
        hospital.secret = made["secret"]
        yield Receiver(hospital, line, url, made["endpoint"])
