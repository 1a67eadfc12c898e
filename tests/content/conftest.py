"""Who looks after content, and who looks at it."""

import httpx
import pytest

from dodam.features.accounts.models.permissions import Role
from dodam.platform.settings import Settings
from tests.staff import Staff, staff

from .steps import Shelf


@pytest.fixture
def editor(http: httpx.AsyncClient, settings: Settings) -> Staff:
    return staff(http, settings, Role.MARKETING)


@pytest.fixture
def shelf(http: httpx.AsyncClient) -> Shelf:
    return Shelf(http)
