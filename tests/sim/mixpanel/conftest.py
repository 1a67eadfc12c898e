"""A Mixpanel, and clients of it."""

from collections.abc import AsyncIterator

import httpx
import pytest

from dodam_sim.world.mixpanel import Mixpanel
from tests.clock import StoppedClock
from tests.sim.mixpanel.asking import ACCOUNT, URL


@pytest.fixture
async def mixpanel(clock: StoppedClock) -> Mixpanel:
    return Mixpanel(clock.now, ACCOUNT)


@pytest.fixture
async def http(mixpanel: Mixpanel) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(mixpanel)
    auth = (ACCOUNT.username, ACCOUNT.secret)
    async with httpx.AsyncClient(transport=transport, base_url=URL, auth=auth) as client:
        yield client


@pytest.fixture
async def gdpr(mixpanel: Mixpanel) -> AsyncIterator[httpx.AsyncClient]:
    """Without the service account, which would overwrite the token."""
    transport = httpx.ASGITransport(mixpanel)
    async with httpx.AsyncClient(transport=transport, base_url=URL) as client:
        yield client
