"""Who works with settings."""

import httpx
import pytest

from dodam.platform.settings import Settings
from tests.staff import Staff, staff


@pytest.fixture
def admin(http: httpx.AsyncClient, settings: Settings) -> Staff:
    return staff(http, settings, "admin")
