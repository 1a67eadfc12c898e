"""A simulated App Store beside Apple's own library, which is to take it for the real one."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from appstoreserverlibrary.api_client import APIException, AsyncAppStoreServerAPIClient
from appstoreserverlibrary.models.Environment import Environment as ApplesEnvironment
from appstoreserverlibrary.signed_data_verifier import SignedDataVerifier

from dodam_sim.stores.apple.service import AppStoreService
from dodam_sim.stores.apple.signing import SubscriptionKey
from dodam_sim.stores.clock import StoresClock

START = datetime(2026, 1, 31, 9, tzinfo=UTC)
DAY = timedelta(days=1)
PLUS = "dodam.plus.monthly"


def a_service() -> AppStoreService:
    """Its store begins at START; tokens are judged by the real time: Apple's client goes by it."""
    return AppStoreService(lambda: datetime.now(UTC), StoresClock(lambda: START))


def a_verifier(
    service: AppStoreService, environment: ApplesEnvironment = ApplesEnvironment.PRODUCTION
) -> SignedDataVerifier:
    app = service.store.app
    root = service.signer.root_certificate
    return SignedDataVerifier([root], False, environment, app.bundle_id, app.apple_id)  # noqa: FBT003 - Apple's own signature


class Client(AsyncAppStoreServerAPIClient):
    """Apple's, at another address."""

    def __init__(
        self, service: AppStoreService, url: str, key: SubscriptionKey | None = None
    ) -> None:
        key = key or service.key
        bundle_id = service.store.app.bundle_id
        super().__init__(
            key.file, key.key_id, key.issuer_id, bundle_id, ApplesEnvironment.PRODUCTION
        )
        self._base_url = url


async def refused(answer: Any) -> tuple[int, int | None]:
    with pytest.raises(APIException) as caught:
        await answer
    return caught.value.http_status_code, caught.value.raw_api_error
