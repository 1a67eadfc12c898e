"""A Google Play whose clock stands until a test moves it."""

import pytest

from dodam_sim.stores.google.play import GooglePlay
from tests.sim.stores.google.asking import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def play(clock: Clock) -> GooglePlay:
    return GooglePlay(clock.now)
