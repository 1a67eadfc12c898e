"""A street with both stores, and a house of its own on it."""

from collections.abc import AsyncIterator

import httpx
import pytest

from dodam.bootstrap import build, outside
from dodam.platform.settings import Settings
from tests.conftest import CLOCK
from tests.house import named_database, new_database
from tests.staff import staff

from .shops import FakeAppStore, FakeGooglePlay, Street


@pytest.fixture
async def street(
    database_url: str, template: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Street]:
    apple, google = FakeAppStore(), FakeGooglePlay()

    def app_store(*_: object) -> FakeAppStore:
        return apple

    def google_play(*_: object) -> FakeGooglePlay:
        return google

    monkeypatch.setattr(outside, "app_store", app_store)
    monkeypatch.setattr(outside, "google_play", google_play)
    url = named_database(database_url, await new_database(database_url, template))
    dodam = build(settings, url, CLOCK)
    transport = httpx.ASGITransport(app=dodam.app)  # pyright: ignore[reportArgumentType]
    async with (
        dodam.running(),
        httpx.AsyncClient(transport=transport, base_url="http://house") as http,
    ):
        await dodam.load_catalogue()
        yield Street(dodam, url, http, apple, google, staff(http, settings, "admin"))
