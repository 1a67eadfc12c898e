"""P01, P02: what Apple says of a purchase, in our words."""

from datetime import datetime, timedelta
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
from dodam.features.billing.models.told import (
    EndReason,
    Money,
    Notification,
    Offer,
    OfferKind,
    OfferMode,
    Period,
    PriceChange,
    PriceChangeState,
    Renewal,
    Told,
)
from tests.adapters.app_store_desk import (
    BOUGHT,
    BUYER,
    RENEWS,
    SIGNED,
    STORE,
    a_message,
    a_renewal,
    a_transaction,
    ms,
    signed_data,
)

PAID = Money(4_900_000_000, "KRW")
REFUNDED = BOUGHT + timedelta(days=10)
GRACE = RENEWS + timedelta(days=16)


@pytest.fixture(scope="module")
def store() -> AppleAppStore:
    """Reads what is signed; asks nobody."""
    return AppleAppStore(signed_data(), {})


async def told(store: AppleAppStore, **changes: Any) -> Told:
    return await store.read_transaction(STORE.sign(a_transaction(**changes)))


async def period(store: AppleAppStore, **changes: Any) -> Period:
    [only] = (await told(store, **changes)).periods
    return only


async def renewal(store: AppleAppStore, **changes: Any) -> Renewal:
    message = a_message("DID_RENEW", renewal=a_renewal(**changes))
    notification = await store.read_notification(STORE.sign(message))
    assert notification.told is not None
    assert notification.told.renewal is not None
    return notification.told.renewal


# --- a transaction -----------------------------------------------------------------------------


async def test_P01_a_transaction_is_one_period_of_a_subscription(store: AppleAppStore) -> None:
    assert await told(store) == Told(
        store=Store.APPLE,
        environment=Environment.PRODUCTION,
        key="2000000000000001",
        buyer=BUYER,
        periods=(
            Period(
                told_at=SIGNED,
                transaction_id="2000000000000001",
                product_id="dodam.month",
                begins_at=BOUGHT,
                ends_at=RENEWS,
                paid=PAID,
            ),
        ),
    )


async def test_P03_a_price_is_in_millionths_whatever_the_currency(store: AppleAppStore) -> None:
    assert (await period(store, price=2_990, currency="USD")).paid == Money(2_990_000, "USD")
    assert (await period(store, price=0)).paid == Money(0, "KRW")
    assert (await period(store, price=None, currency=None)).paid is None


@pytest.mark.parametrize("token", [None, "", "not a uuid", "0"])
async def test_P04_a_purchase_may_name_no_account(store: AppleAppStore, token: str | None) -> None:
    assert (await told(store, appAccountToken=token)).buyer is None


async def test_P04_what_a_family_shares_is_known_as_such_and_was_paid_by_somebody_else(
    store: AppleAppStore,
) -> None:
    shared = await told(store, inAppOwnershipType="FAMILY_SHARED", appAccountToken=None)
    assert (shared.family_shared, shared.buyer, shared.periods[0].paid) == (True, None, None)


@pytest.mark.parametrize(
    ("said", "offer"),
    [
        (
            {"offerType": 1, "offerDiscountType": "FREE_TRIAL"},
            Offer(OfferKind.INTRODUCTORY, OfferMode.FREE_TRIAL, None),
        ),
        (
            {"offerType": 2, "offerDiscountType": "PAY_AS_YOU_GO", "offerIdentifier": "spring"},
            Offer(OfferKind.PROMOTIONAL, OfferMode.PAY_AS_YOU_GO, "spring"),
        ),
        (
            {"offerType": 3, "offerDiscountType": "PAY_UP_FRONT", "offerIdentifier": "clinic"},
            Offer(OfferKind.OFFER_CODE, OfferMode.PAY_UP_FRONT, "clinic"),
        ),
        (
            {"offerType": 4, "offerDiscountType": "FREE_TRIAL", "offerIdentifier": "back"},
            Offer(OfferKind.WIN_BACK, OfferMode.FREE_TRIAL, "back"),
        ),
        ({"offerType": 9, "offerIdentifier": "new"}, Offer(OfferKind.PROMOTIONAL, None, "new")),
        (
            {"offerType": 2, "offerDiscountType": "PAY_IN_SONGS"},
            Offer(OfferKind.PROMOTIONAL, None, None),
        ),
        ({}, None),
    ],
)
async def test_P05_offers_of_every_kind_are_known_of_a_period_and_of_a_renewal(
    store: AppleAppStore, said: dict[str, Any], offer: Offer | None
) -> None:
    assert (await period(store, **said)).offer == offer
    assert (await renewal(store, **said)).offer == offer


# --- refunds, revocations, upgrades ------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "micros"),
    [
        ({}, 4_900_000_000),
        ({"revocationType": "REFUND_FULL", "revocationPercentage": 100_000}, 4_900_000_000),
        ({"revocationType": "REFUND_PRORATED", "revocationPercentage": 67_932}, 3_328_668_000),
        ({"revocationType": "REFUND_PRORATED", "revocationPercentage": 15}, 735_000),
        ({"revocationType": "REFUND_OF_A_NEW_KIND", "revocationPercentage": 50_000}, 2_450_000_000),
    ],
)
async def test_P05_a_refund_of_all_or_of_a_part_ends_the_time_and_gives_back_money(
    store: AppleAppStore, said: dict[str, Any], micros: int
) -> None:
    given_back = await period(
        store, revocationDate=ms(REFUNDED), revocationReason=0, price=4_900_000, **said
    )
    assert given_back.refunded == Money(micros, "KRW")
    assert given_back.refunded_at == given_back.revoked_at == REFUNDED
    assert given_back.paid == PAID


@pytest.mark.parametrize(
    "said",
    [
        {"revocationType": "FAMILY_REVOKE"},
        {"inAppOwnershipType": "FAMILY_SHARED"},
        {"inAppOwnershipType": "FAMILY_SHARED", "revocationType": "FAMILY_REVOKE"},
    ],
)
async def test_P04_what_a_family_shares_no_more_ends_and_gives_back_no_money(
    store: AppleAppStore, said: dict[str, Any]
) -> None:
    ended = await period(store, revocationDate=ms(REFUNDED), **said)
    assert (ended.revoked_at, ended.refunded, ended.refunded_at) == (REFUNDED, None, None)


async def test_P05_a_refund_that_was_reversed_is_none(store: AppleAppStore) -> None:
    """Apple takes the words of the refund out of the transaction; the later word counts."""
    record = Record()
    for each in (
        {"revocationDate": ms(REFUNDED), "signedDate": ms(REFUNDED)},
        {"signedDate": ms(REFUNDED + timedelta(days=2))},
        {"revocationDate": ms(REFUNDED), "signedDate": ms(REFUNDED + timedelta(days=1))},
    ):
        record = record.learning(await told(store, **each))
    [only] = record.periods.values()
    assert (only.refunded, only.revoked_at) == (None, None)


async def test_P01_what_was_upgraded_was_replaced_by_the_time_apple_said_so(
    store: AppleAppStore,
) -> None:
    assert (await period(store, isUpgraded=True)).replaced_at == SIGNED
    late = RENEWS + timedelta(days=3)
    assert (await period(store, isUpgraded=True, signedDate=ms(late))).replaced_at == RENEWS
    assert (await period(store, isUpgraded=False)).replaced_at is None


# --- a renewal ---------------------------------------------------------------------------------


async def test_P01_a_renewal_says_how_it_goes_on(store: AppleAppStore) -> None:
    said = await renewal(
        store,
        autoRenewProductId="dodam.year",
        renewalPrice=39_000_000,
        eligibleWinBackOfferIds=["better", "good"],
    )
    assert said == Renewal(
        told_at=SIGNED,
        renews=True,
        product_id="dodam.year",
        price=Money(39_000_000_000, "KRW"),
        win_back_offers=("better", "good"),
    )


@pytest.mark.parametrize(
    ("said", "renews", "retrying", "grace_until", "because"),
    [
        ({"autoRenewStatus": 0}, False, False, None, EndReason.CANCELLED),
        (
            {"autoRenewStatus": 0, "expirationIntent": 1},
            *(False, False, None, EndReason.CANCELLED),
        ),
        (
            {"isInBillingRetryPeriod": True, "expirationIntent": 2},
            *(True, True, None, EndReason.PAYMENT_FAILED),
        ),
        (
            {"isInBillingRetryPeriod": True, "gracePeriodExpiresDate": ms(GRACE)},
            *(True, True, GRACE, None),
        ),
        (
            {"isInBillingRetryPeriod": False, "gracePeriodExpiresDate": ms(GRACE)},
            *(True, True, GRACE, None),
        ),
        ({"expirationIntent": 2}, False, False, None, EndReason.PAYMENT_FAILED),
        (
            {"expirationIntent": 2, "gracePeriodExpiresDate": ms(BOUGHT)},
            *(False, False, BOUGHT, EndReason.PAYMENT_FAILED),
        ),
        ({"expirationIntent": 3}, False, False, None, EndReason.PRICE_REFUSED),
        ({"expirationIntent": 4}, False, False, None, EndReason.PRODUCT_UNAVAILABLE),
        ({"expirationIntent": 5}, False, False, None, EndReason.OTHER),
        ({"expirationIntent": 77}, False, False, None, EndReason.OTHER),
        ({"autoRenewStatus": 7}, False, False, None, None),
        ({"autoRenewStatus": None}, False, False, None, None),
    ],
)
async def test_P02_how_it_ends_or_fails_is_known(
    store: AppleAppStore,
    said: dict[str, Any],
    *,
    renews: bool,
    retrying: bool,
    grace_until: datetime | None,
    because: EndReason | None,
) -> None:
    known = await renewal(store, **said)
    assert (known.renews, known.retrying) == (renews, retrying)
    assert (known.grace_until, known.ended_because) == (grace_until, because)


@pytest.mark.parametrize(
    ("said", "state", "answer_by"),
    [
        ({"priceIncreaseStatus": 0}, PriceChangeState.PENDING, RENEWS),
        ({"priceIncreaseStatus": 1}, PriceChangeState.NOTIFIED, None),
        ({"priceIncreaseStatus": 0, "expirationIntent": 3}, PriceChangeState.REFUSED, RENEWS),
    ],
)
async def test_P05_a_price_that_rises_is_known_with_its_day(
    store: AppleAppStore, said: dict[str, Any], state: PriceChangeState, answer_by: datetime | None
) -> None:
    known = await renewal(store, renewalPrice=5_900_000, **said)
    risen = Money(5_900_000_000, "KRW")
    assert known.price_change == PriceChange(state, risen, RENEWS, answer_by)


async def test_P05_no_price_rises_where_apple_says_nothing_or_something_new(
    store: AppleAppStore,
) -> None:
    assert (await renewal(store)).price_change is None
    assert (await renewal(store, priceIncreaseStatus=9)).price_change is None


# --- a notification ----------------------------------------------------------------------------


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


APP = {"appAppleId": 6740000001, "bundleId": "example.dodam.game", "environment": "Production"}


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


# --- the same in whatever order ----------------------------------------------------------------


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
