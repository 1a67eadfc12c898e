"""A database for the lines of one test."""

import pytest

from tests.house import named_database, new_database


@pytest.fixture
async def log_url(database_url: str, template: str) -> str:
    return named_database(database_url, await new_database(database_url, template))
