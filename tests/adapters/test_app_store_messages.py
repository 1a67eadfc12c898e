"""P01, P02: Apple's notifications, whatever they are about and in whatever order they come."""

from datetime import timedelta
from itertools import permutations
from typing import Any

import msgspec
import pytest
from appstoreserverlibrary.models.NotificationTypeV2 import NotificationTypeV2
from appstoreserverlibrary.models.Subtype import Subtype

from dodam.adapters.app_store.store import AppleAppStore
from dodam.features.billing.errors.stores import ForgedPurchase, NotASubscription
from dodam.features.billing.models.records import Record
from dodam.features.billing.models.stores import Environment, Store
from dodam.features.billing.models.told import Notification, Told
from tests.adapters.app_store_desk import (
    APP_ID,
    BOUGHT,
    BUNDLE_ID,
    RENEWS,
    SIGNED,
    STORE,
    a_message,
    a_renewal,
    a_transaction,
    ms,
    signed_data,
)

REFUNDED = BOUGHT + timedelta(days=10)
APP = {"appAppleId": APP_ID, "bundleId": BUNDLE_ID, "environment": "Production"}


@pytest.fixture(scope="module")
def store() -> AppleAppStore:
    """Reads what is signed; asks nobody."""
    return AppleAppStore(signed_data(), {})


async def read(store: AppleAppStore, message: dict[str, Any]) -> Notification:
    return await store.read_notification(STORE.sign(message))


async def test_P01_a_notification_carries_a_period_and_a_renewal(store: AppleAppStore) -> None:
    message = a_message(
        "SUBSCRIBED", "INITIAL_BUY", transaction=a_transaction(), renewal=a_renewal()
    )
    notification = await read(store, message)
    assert notification.told is not None
    assert len(notification.told.periods) == 1
    assert notification.told.renewal is not None
    assert msgspec.structs.replace(notification, told=None) == Notification(
        store=Store.APPLE,
        environment=Environment.PRODUCTION,
        id="4f2b7f4e-96a3-4a6f-9d6a-0c7a3a3c1f11",
        type="SUBSCRIBED",
        subtype="INITIAL_BUY",
        sent_at=SIGNED,
        key="2000000000000001",
        transaction_id="2000000000000001",
    )


@pytest.mark.parametrize(
    ("type_", "subtype"),
    [
        *((each.value, None) for each in NotificationTypeV2),
        *(("SUBSCRIBED", each.value) for each in Subtype),
    ],
)
async def test_P01_whatever_the_type_what_it_says_of_a_subscription_is_learned(
    store: AppleAppStore, type_: str, subtype: str | None
) -> None:
    message = a_message(type_, subtype, transaction=a_transaction(), renewal=a_renewal())
    notification = await read(store, message)
    assert (notification.type, notification.subtype) == (type_, subtype)
    assert notification.told is not None
    assert notification.key == notification.told.key


async def test_P01_a_type_that_no_release_knows_is_kept_as_apple_spells_it(
    store: AppleAppStore,
) -> None:
    message = a_message("DID_SOMETHING_NEW", "QUIETLY", transaction=a_transaction())
    notification = await read(store, message)
    assert (notification.type, notification.subtype) == ("DID_SOMETHING_NEW", "QUIETLY")
    assert notification.told is not None


@pytest.mark.parametrize(
    ("type_", "subtype", "around", "environment"),
    [
        ("TEST", None, {"data": APP}, Environment.PRODUCTION),
        (
            "RENEWAL_EXTENSION",
            "SUMMARY",
            {"summary": {**APP, "productId": "dodam.month", "succeededCount": 5, "failedCount": 1}},
            Environment.PRODUCTION,
        ),
        (
            "RESCIND_CONSENT",
            None,
            {"appData": {**APP, "signedAppTransactionInfo": "a.b.c"}},
            Environment.PRODUCTION,
        ),
        (
            "EXTERNAL_PURCHASE_TOKEN",
            "UNREPORTED",
            {"externalPurchaseToken": {**APP, "externalPurchaseId": "1f2e"}},
            Environment.PRODUCTION,
        ),
        (
            "EXTERNAL_PURCHASE_TOKEN",
            "UNREPORTED",
            {"externalPurchaseToken": {**APP, "externalPurchaseId": "SANDBOX_1f2e"}},
            Environment.SANDBOX,
        ),
    ],
)
async def test_P01_a_notification_about_no_purchase_is_read_too(
    store: AppleAppStore,
    type_: str,
    subtype: str | None,
    around: dict[str, Any],
    environment: Environment,
) -> None:
    message = {**a_message(type_, subtype), "data": None, **around}
    notification = await read(store, {k: v for k, v in message.items() if v is not None})
    assert (notification.type, notification.environment) == (type_, environment)
    assert (notification.told, notification.key, notification.transaction_id) == (None, None, None)


@pytest.mark.parametrize(
    "type_", ["Consumable", "Non-Consumable", "Non-Renewing Subscription", "Something New", None]
)
async def test_P01_what_does_not_renew_is_no_subscription(
    store: AppleAppStore, type_: str | None
) -> None:
    once = a_transaction(type=type_, expiresDate=None)
    notification = await read(store, a_message("ONE_TIME_CHARGE", transaction=once))
    assert (notification.told, notification.key) == (None, None)
    assert notification.transaction_id == "2000000000000001"
    with pytest.raises(NotASubscription):
        await store.read_transaction(STORE.sign(once))


@pytest.mark.parametrize(
    "missing", ["transactionId", "productId", "purchaseDate", "expiresDate", "signedDate"]
)
async def test_P01_a_subscription_without_what_apple_documents_is_to_be_asked_about(
    store: AppleAppStore, missing: str
) -> None:
    less = a_transaction(**{"isUpgraded": True, missing: None})
    notification = await read(store, a_message("DID_RENEW", transaction=less))
    assert (notification.key, notification.told) == ("2000000000000001", None)
    with pytest.raises(ForgedPurchase):
        await store.read_transaction(STORE.sign(less))


async def test_P01_a_subscription_without_its_first_transaction_is_only_kept(
    store: AppleAppStore,
) -> None:
    less = a_transaction(originalTransactionId=None)
    notification = await read(store, a_message("DID_RENEW", transaction=less))
    assert (notification.key, notification.told) == (None, None)
    assert notification.transaction_id == "2000000000000001"
    with pytest.raises(ForgedPurchase):
        await store.read_transaction(STORE.sign(less))


async def test_P02_a_life_is_known_alike_in_whatever_order_it_is_heard(
    store: AppleAppStore,
) -> None:
    month = timedelta(days=31)
    second = {"transactionId": "2000000000000002", "purchaseDate": ms(RENEWS)}
    second |= {"expiresDate": ms(RENEWS + month)}
    first_refunded = {"revocationDate": ms(REFUNDED), "signedDate": ms(RENEWS + month)}
    said: list[Told] = []
    for number, (transaction, renewing) in enumerate(
        [
            ({}, {}),
            ({}, {"autoRenewStatus": 0}),
            (second, {"renewalDate": ms(RENEWS + month)}),
            (first_refunded, {"autoRenewStatus": 0}),
        ]
    ):
        at = {"signedDate": ms(SIGNED + number * month)}
        message = a_message(
            transaction=a_transaction(**{**at, **transaction}),
            renewal=a_renewal(**{**renewing, **at}),
        )
        heard = (await read(store, message)).told
        assert heard is not None
        said.append(heard)
    records: set[str] = set()
    for order in permutations(said):
        record = Record()
        for each in (*order, order[0]):
            record = record.learning(each)
        parts = sorted(record.periods.items()), record.renewal
        records.add(msgspec.json.encode(parts, order="sorted").decode())
    assert len(records) == 1
