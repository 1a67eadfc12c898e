"""Who may ask the simulated App Store Server API, and how often."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from dodam_sim.serving import serving
from dodam_sim.stores.apple.service import AppStoreService
from dodam_sim.stores.apple.signing import SubscriptionKey
from dodam_sim.stores.apple.times import moment
from tests.sim.stores.app_store import PLUS, Client, a_service, refused


@pytest.fixture
def service() -> AppStoreService:
    return a_service()


@pytest.fixture
async def url(service: AppStoreService) -> AsyncIterator[str]:
    async with serving(service) as url:
        yield url


@pytest.fixture
async def client(service: AppStoreService, url: str) -> AsyncIterator[Client]:
    client = Client(service, url)
    yield client
    await client.async_close()


def a_token(service: AppStoreService, *, lives: int = 300, **changes: str | None) -> str:
    """As Apple wants it, but for what is changed, or left out if to None."""
    said: dict[str, Any] = {
        "iss": service.key.issuer_id,
        "aud": "appstoreconnect-v1",
        "bid": service.store.app.bundle_id,
        "exp": int(datetime.now(UTC).timestamp()) + lives,
        "kid": service.key.key_id,
        **changes,
    }
    header = {"alg": "ES256", "kid": said.pop("kid")}
    claims = {name: value for name, value in said.items() if value is not None}
    return jwt.encode(header, claims, ECKey.import_key(service.key.file))


async def test_X01_another_key_opens_nothing(service: AppStoreService, url: str) -> None:
    stranger = Client(service, url, SubscriptionKey.new(service.key.key_id, service.key.issuer_id))
    assert await refused(stranger.request_test_notification()) == (401, None)
    await stranger.async_close()


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "somebody"},
        {"aud": "appstoreconnect-v2"},
        {"bid": "kr.other.app"},
        {"lives": -1},
        {"lives": 3660},
        {"kid": "OTHERKEY00"},
        {"scheme": "Basic"},
        {"bid": None},
    ],
    ids=str,
)
async def test_X01_a_token_that_is_not_as_apple_wants_it(
    service: AppStoreService, url: str, changes: dict[str, Any]
) -> None:
    scheme = changes.pop("scheme", "Bearer")
    token = a_token(service, **changes)
    async with httpx.AsyncClient(base_url=url) as http:
        answer = await http.post(
            "/inApps/v1/notifications/test", headers={"authorization": f"{scheme} {token}"}
        )
    assert answer.status_code == 401
    assert service.store.notifications == []


async def test_X01_who_asks_too_much_is_told_when_to_ask_again(
    service: AppStoreService, client: Client, url: str
) -> None:
    """In milliseconds of UNIX time, unlike anybody else's Retry-After."""
    key = service.store.families.buy(PLUS)
    service.door.quota = 2
    for _ in range(2):
        await client.get_transaction_info(key)
    assert await refused(client.get_transaction_info(key)) == (429, 4290000)
    headers = {"authorization": f"Bearer {a_token(service)}"}
    async with httpx.AsyncClient(base_url=url) as http:
        answer = await http.get(f"/inApps/v1/transactions/{key}", headers=headers)
    soonest = moment(int(answer.headers["retry-after"]))
    assert timedelta() < soonest - datetime.now(UTC) <= timedelta(hours=1)
