"""A play desk of Google's, begun anew for every test; and no call outside that tells of anybody."""

import re
from collections.abc import AsyncIterator, Iterator

import pytest

from tests.adapters.play_desk import Play, PlayHouse, open_play
from tests.clock import StoppedClock
from tests.masking.collecting import captured

_FOREIGN_SCRIPT = re.compile("[\u1100-\u11ff\u3040-\u9fff\uac00-\ud7a3]")
# Parts of the names, addresses, numbers and secrets that the calls of these tests carry.
_TELLING = ("haneul", "secret-token", "1012345678", "PRIVATE KEY", "Bearer ")


@pytest.fixture(scope="session")
async def play_house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[PlayHouse]:
    async with open_play(tmp_path_factory.mktemp("play")) as house:
        yield house


@pytest.fixture
def play(play_house: PlayHouse, clock: StoppedClock) -> Play:
    return play_house.play(clock)


@pytest.fixture(autouse=True)
def _no_line_tells_of_anybody() -> Iterator[None]:
    """L03: whatever is called, and however it fails, in every test of an adapter."""
    with captured() as log:
        yield
    written = log.written()
    assert [each for each in _TELLING if each in written] == []
    assert not _FOREIGN_SCRIPT.search(written)
