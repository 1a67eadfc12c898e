"""A child, an admin who writes games, and ways to move on in time."""

from typing import Any

import httpx
import pytest

from dodam.features.accounts.models.permissions import Role
from dodam.platform.settings import Settings
from tests.clock import StoppedClock
from tests.families import Guardian
from tests.staff import Staff, staff
from tests.therapy.steps import Travel


@pytest.fixture
def admin(http: httpx.AsyncClient, settings: Settings) -> Staff:
    return staff(http, settings, Role.ADMIN)


@pytest.fixture
async def child(guardian: Guardian) -> dict[str, Any]:
    """Left hand affected, in Seoul, with therapy since Monday two weeks ago."""
    return await guardian.register_child(therapy_starts_on="2026-03-02")


@pytest.fixture
def travel(clock: StoppedClock, guardian: Guardian) -> Travel:
    return Travel(clock, guardian)
