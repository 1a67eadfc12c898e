"""A house of which the simulated stores are the real ones: signed, over HTTP, on one clock."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from dodam.bootstrap import build
from dodam.platform.settings import Settings
from dodam_sim.serving import serving
from dodam_sim.stores.apple.saying import Notification
from dodam_sim.stores.apple.server_api import SANDBOX_PATH
from dodam_sim.stores.apple.service import AppStoreService
from dodam_sim.stores.clock import StoresClock
from dodam_sim.stores.google.messages import Message
from dodam_sim.stores.google.service import PlayService
from tests.conftest import CLOCK
from tests.staff import staff

from .shops import House

AnyMessage = Notification | Message
APPLE, GOOGLE = "/v1/stores/apple/notifications", "/v1/stores/google/notifications"


@dataclass
class Town(House):
    """Nothing is sent by itself: a test hands over what the stores said."""

    apple: AppStoreService
    google: PlayService

    async def by_apple(self, said: Notification) -> httpx.Response:
        signed = said.signed(self.apple.signer.sign)
        return await self.http.post(APPLE, json={"signedPayload": signed})

    async def by_google(self, said: Message, **claims: object) -> httpx.Response:
        """`claims` are of the token that Google signs for the push."""
        now = int(CLOCK.now().timestamp())
        token = self.google.pubsub.push_token(**{"iat": now, "exp": now + 3600, **claims})
        headers = {"authorization": f"Bearer {token}"}
        body = self.google.pubsub.pushed(said)
        return await self.http.post(GOOGLE, json=body, headers=headers)

    async def send(self, said: AnyMessage) -> httpx.Response:
        return await (
            self.by_apple(said) if isinstance(said, Notification) else self.by_google(said)
        )

    async def reconciled(self) -> None:
        """The stores are asked, as they are from time to time, and what follows is done."""
        for chore in ("ask-stores", "read-store-lists", "look-at-subscriptions"):
            await self.chore(chore)
        await self.settled()


@asynccontextmanager
async def town(database_url: str, settings: Settings, folder: Path) -> AsyncGenerator[Town]:
    """Both stores on loopback; access to them is judged by the machine's clock, as they are asked
    by libraries that go by it.
    """
    apple = AppStoreService(_machines_time, StoresClock(CLOCK.now))
    google = PlayService(_machines_time, CLOCK.now)
    async with serving(apple) as at_apple, serving(google) as at_google:
        reaching = settings.model_copy(update=_reaching(apple, at_apple, google, at_google, folder))
        dodam = build(reaching, database_url, CLOCK)
        transport = httpx.ASGITransport(app=dodam.app)  # pyright: ignore[reportArgumentType]
        async with (
            dodam.running(),
            httpx.AsyncClient(transport=transport, base_url="http://house") as http,
        ):
            await dodam.load_catalogue()
            admin = staff(http, settings, "admin")
            town = Town(dodam, database_url, http, admin, apple, google)
            yield town
            await town.stop()


def _machines_time() -> datetime:
    return datetime.now(UTC)


def _reaching(
    apple: AppStoreService, at_apple: str, google: PlayService, at_google: str, folder: Path
) -> dict[str, Any]:
    key, root, account = folder / "key.p8", folder / "root.cer", folder / "play.json"
    key.write_bytes(apple.key.file)
    root.write_bytes(apple.signer.root_certificate)
    account.write_bytes(google.account.key_file(f"{at_google}/token"))
    return {
        "app_store_bundle_id": apple.store.app.bundle_id,
        "app_store_app_id": apple.store.app.apple_id,
        "app_store_issuer_id": apple.key.issuer_id,
        "app_store_key_id": apple.key.key_id,
        "app_store_private_key_file": key,
        "app_store_root_certificates": [root],
        "app_store_online_checks": False,
        "app_store_url": at_apple,
        "app_store_sandbox_url": f"{at_apple}{SANDBOX_PATH}",
        "play_package_name": google.play.life.package_name,
        "play_service_account_file": account,
        "play_url": at_google,
        "play_push_audience": google.pubsub.audience,
        "play_push_email": google.pubsub.push_email,
        "google_keys_url": f"{at_google}/oauth2/v3/certs",
        "pubsub_url": at_google,
    }
