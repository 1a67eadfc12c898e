"""Outside services beside the system, and systems that use them."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from dodam.bootstrap import Dodam, build
from dodam.platform.settings import Settings
from dodam_sim.providers.apple import Apple
from dodam_sim.providers.google import Google
from dodam_sim.serving import serving
from tests.conftest import CLOCK

from .mailing import Mailing, MailServer, mailing_system
from .providers import People


@pytest.fixture(scope="session")
async def mail_server() -> AsyncIterator[MailServer]:
    server = MailServer()
    await server.open()
    yield server
    await server.close()


@pytest.fixture(scope="module")
async def mailing(
    settings: Settings, database_url: str, mail_server: MailServer
) -> AsyncIterator[Mailing]:
    async with mailing_system(settings, database_url, mail_server) as system:
        yield system


@pytest.fixture(scope="session")
async def google_at() -> AsyncIterator[tuple[Google, str]]:
    google = Google(CLOCK.now)
    async with serving(google) as url:
        yield google, url


@pytest.fixture(scope="session")
async def apple_at() -> AsyncIterator[tuple[Apple, str]]:
    apple = Apple(CLOCK.now)
    async with serving(apple) as url:
        yield apple, url


@pytest.fixture(scope="session")
async def registered(
    settings: Settings,
    google_at: tuple[Google, str],
    apple_at: tuple[Apple, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Settings:
    """Settings of a deployment whose apps Google and Apple know."""
    (google, google_url), (apple, apple_url) = google_at, apple_at
    key = tmp_path_factory.mktemp("apple") / "AuthKey.p8"
    key.write_bytes(apple.app_key.as_pem(private=True))
    chosen: dict[str, Any] = {
        "google_client_ids": [google.client_id],
        "google_keys_url": f"{google_url}/oauth2/v3/certs",
        "apple_client_ids": [apple.client_id],
        "apple_team_id": apple.team_id,
        "apple_key_id": apple.key_id,
        "apple_private_key_file": key,
        "apple_base_url": apple_url,
    }
    return settings.model_copy(update=chosen)


@pytest.fixture(scope="session")
async def registered_system(registered: Settings, database_url: str) -> AsyncIterator[Dodam]:
    dodam = build(registered, database_url, CLOCK)
    async with dodam.running():
        yield dodam


@pytest.fixture
async def people(
    registered_system: Dodam, google_at: tuple[Google, str], apple_at: tuple[Apple, str]
) -> AsyncIterator[People]:
    transport = httpx.ASGITransport(app=registered_system.app)  # pyright: ignore[reportArgumentType]
    async with httpx.AsyncClient(transport=transport, base_url="http://dodam") as client:
        yield People(client, google_at[0], apple_at[0])
