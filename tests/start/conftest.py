"""A family on a system of its own: what everybody sees is changed here."""

from typing import Any

import pytest

from tests.families import Guardian, sign_up
from tests.house import House


@pytest.fixture
async def family(house: House) -> Guardian:
    return await sign_up(house.http)


@pytest.fixture
async def child(family: Guardian) -> dict[str, Any]:
    """Left hand affected, in Seoul, with therapy since Monday two weeks ago."""
    return await family.register_child(therapy_starts_on="2026-03-02")
