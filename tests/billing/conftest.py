"""A street with both stores, and a house of its own on it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from dodam.bootstrap import Dodam, build, outside
from dodam.features.billing.events import SubscriptionNews
from dodam.platform.database import Event
from dodam.platform.outbox import Outbox
from dodam.platform.settings import Settings
from tests.clock import StoppedClock
from tests.conftest import CLOCK
from tests.staff import staff

from .books import Books
from .message_record import RECORD, record
from .shops import FakeAppStore, FakeGooglePlay, Street
from .town import Town
from .town import town as a_town


@pytest.fixture
async def street(
    house_url: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Street]:
    apple, google = FakeAppStore(), FakeGooglePlay()

    def app_store(*_: object) -> FakeAppStore:
        return apple

    def google_play(*_: object) -> FakeGooglePlay:
        return google

    monkeypatch.setattr(outside, "app_store", app_store)
    monkeypatch.setattr(outside, "google_play", google_play)
    dodam = build(settings, house_url, CLOCK)
    transport = httpx.ASGITransport(app=dodam.app)  # pyright: ignore[reportArgumentType]
    async with (
        dodam.running(),
        httpx.AsyncClient(transport=transport, base_url="http://house") as http,
    ):
        await dodam.load_catalogue()
        street = Street(dodam, house_url, http, staff(http, settings, "admin"), apple, google)
        yield street
        await street.stop()


@pytest.fixture
async def town(
    house_url: str, settings: Settings, tmp_path: Path, clock: StoppedClock
) -> AsyncIterator[Town]:
    """`clock` is everybody's, and stands at noon."""
    del clock
    async with a_town(house_url, settings, tmp_path) as town:
        yield town


@pytest.fixture(autouse=True)
def recorded(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which test had which of the stores' messages taken in; asked for by `make store-messages`."""
    if RECORD is not None:
        record(RECORD, request.node.originalname, monkeypatch)


@pytest.fixture
def books(system: Dodam) -> Books:
    return Books(system)


@pytest.fixture
def news(monkeypatch: pytest.MonkeyPatch) -> list[SubscriptionNews]:
    """What is announced of subscriptions, whichever system does it."""
    told: list[SubscriptionNews] = []
    publish = Outbox.publish

    async def keep(self: Outbox, connection: Any, event: Event) -> None:
        await publish(self, connection, event)
        if isinstance(event, SubscriptionNews):
            told.append(event)

    monkeypatch.setattr(Outbox, "publish", keep)
    return told
