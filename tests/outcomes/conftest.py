"""A child of the guardian's, a clinician who treats it, and ways to move on in time."""

from typing import Any

import httpx
import pytest

from dodam.bootstrap import Dodam
from dodam.platform.settings import Settings
from tests.clock import StoppedClock
from tests.families import Guardian
from tests.staff import Staff, care_member
from tests.therapy.steps import Travel


@pytest.fixture
async def child(guardian: Guardian) -> dict[str, Any]:
    """Left hand affected, in Seoul, with therapy since Monday two weeks ago."""
    return await guardian.register_child(therapy_starts_on="2026-03-02")


@pytest.fixture
async def clinician(
    system: Dodam, http: httpx.AsyncClient, settings: Settings, child: dict[str, Any]
) -> Staff:
    return await care_member(system, http, settings, child)


@pytest.fixture
def travel(clock: StoppedClock, guardian: Guardian) -> Travel:
    return Travel(clock, guardian)
