"""What an App Store signs for an app of ours, and dodam's side of it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from dodam.adapters.app_store.verifying import SignedData
from dodam.bootstrap.outside import app_store
from dodam.features.billing.ports import AppStore
from dodam.platform.settings import Settings
from dodam_sim.stores.apple.chain import Chain
from dodam_sim.stores.apple.signing import Signer, SubscriptionKey

BUNDLE_ID = "example.dodam.game"
APP_ID = 6740000001
BUYER = UUID("018f3c1e-0000-7000-8000-00000000b0b0")
BOUGHT = datetime(2026, 3, 18, 12, tzinfo=UTC)
RENEWS = datetime(2026, 4, 18, 12, tzinfo=UTC)
SIGNED = datetime(2026, 3, 18, 12, 0, 5, 123_000, tzinfo=UTC)

CHAIN = Chain.new()
STORE = Signer(CHAIN)


def ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def signed_data(*, online_checks: bool = False) -> SignedData:
    return SignedData([CHAIN.root.der], BUNDLE_ID, APP_ID, online_checks=online_checks)


def set_up(
    folder: Path,
    url: str,
    key: SubscriptionKey,
    root: bytes = CHAIN.root.der,
    app: tuple[str, int] = (BUNDLE_ID, APP_ID),
) -> AppStore:
    """The store as settings set it up; the sandbox's API is at `/sandbox`."""
    key_file, root_file = folder / "SubscriptionKey.p8", folder / "root.cer"
    key_file.write_bytes(key.file)
    root_file.write_bytes(root)
    store = app_store(
        Settings(
            data_dir=folder,
            app_store_bundle_id=app[0],
            app_store_app_id=app[1],
            app_store_issuer_id=key.issuer_id,
            app_store_key_id=key.key_id,
            app_store_private_key_file=key_file,
            app_store_root_certificates=[root_file],
            app_store_url=url,
            app_store_sandbox_url=f"{url}/sandbox",
            app_store_online_checks=False,
        )
    )
    assert store is not None
    return store


def a_transaction(**changes: Any) -> dict[str, Any]:
    """A month that was bought; what is changed to None is left out."""
    return _without_none(
        {
            "transactionId": "2000000000000001",
            "originalTransactionId": "2000000000000001",
            "bundleId": BUNDLE_ID,
            "productId": "dodam.month",
            "subscriptionGroupIdentifier": "21482101",
            "purchaseDate": ms(BOUGHT),
            "originalPurchaseDate": ms(BOUGHT),
            "expiresDate": ms(RENEWS),
            "quantity": 1,
            "type": "Auto-Renewable Subscription",
            "appAccountToken": str(BUYER),
            "inAppOwnershipType": "PURCHASED",
            "signedDate": ms(SIGNED),
            "environment": "Production",
            "transactionReason": "PURCHASE",
            "storefront": "KOR",
            "price": 4_900_000,
            "currency": "KRW",
            **changes,
        }
    )


def a_renewal(**changes: Any) -> dict[str, Any]:
    """Goes on; what is changed to None is left out."""
    return _without_none(
        {
            "originalTransactionId": "2000000000000001",
            "productId": "dodam.month",
            "autoRenewProductId": "dodam.month",
            "autoRenewStatus": 1,
            "isInBillingRetryPeriod": False,
            "signedDate": ms(SIGNED),
            "environment": "Production",
            "renewalDate": ms(RENEWS),
            "currency": "KRW",
            "renewalPrice": 4_900_000,
            **changes,
        }
    )


def a_message(
    type_: str = "SUBSCRIBED",
    subtype: str | None = None,
    *,
    transaction: Mapping[str, Any] | None = None,
    renewal: Mapping[str, Any] | None = None,
    data: Mapping[str, Any] | None = None,
    **changes: Any,
) -> dict[str, Any]:
    """A notification about what is given; `data` changes the data around it."""
    inside: dict[str, Any] = {
        "environment": "Production",
        "appAppleId": APP_ID,
        "bundleId": BUNDLE_ID,
        "signedTransactionInfo": STORE.sign(transaction) if transaction else None,
        "signedRenewalInfo": STORE.sign(renewal) if renewal else None,
        **(data or {}),
    }
    return _without_none(
        {
            "notificationType": type_,
            "subtype": subtype,
            "notificationUUID": "4f2b7f4e-96a3-4a6f-9d6a-0c7a3a3c1f11",
            "version": "2.0",
            "signedDate": ms(SIGNED),
            "data": _without_none(inside),
            **changes,
        }
    )


def of_sandbox(payload: Mapping[str, Any]) -> dict[str, Any]:
    return {**payload, "environment": "Sandbox"}


def _without_none(payload: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in payload.items() if value is not None}
