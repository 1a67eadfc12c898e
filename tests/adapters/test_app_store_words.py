"""P01, P02: what Apple says of a purchase, in our words."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from dodam.adapters.app_store.store import AppleAppStore
from dodam.features.billing.models.records import Record
from dodam.features.billing.models.stores import Environment, Store
from dodam.features.billing.models.told import (
    EndReason,
    Money,
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
