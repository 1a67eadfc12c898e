"""A play desk of Google's, begun anew for every test."""

from collections.abc import AsyncIterator

import pytest

from tests.adapters.play_desk import Play, PlayHouse, open_play
from tests.clock import StoppedClock


@pytest.fixture(scope="session")
async def play_house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[PlayHouse]:
    async with open_play(tmp_path_factory.mktemp("play")) as house:
        yield house


@pytest.fixture
def play(play_house: PlayHouse, clock: StoppedClock) -> Play:
    return play_house.play(clock)
