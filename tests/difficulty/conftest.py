"""A child of the guardian's, and who treats it."""

from typing import Any

import httpx
import pytest

from dodam.bootstrap import Dodam
from dodam.platform.settings import Settings
from tests.families import Guardian
from tests.staff import Staff, care_member


@pytest.fixture
async def child(guardian: Guardian) -> dict[str, Any]:
    """Left hand affected, in Seoul, with therapy for as long as plays can be uploaded."""
    return await guardian.register_child(therapy_starts_on="2025-06-01")


@pytest.fixture
async def clinician(
    system: Dodam, http: httpx.AsyncClient, settings: Settings, child: dict[str, Any]
) -> Staff:
    return await care_member(system, http, settings, child)
