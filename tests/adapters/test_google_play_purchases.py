"""P02, P03: what Google Play says of a purchase and its orders, in the words of both stores."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from dodam.features.billing.models.stores import Environment, Store
from dodam.features.billing.models.told import (
    EndReason,
    Money,
    Offer,
    OfferKind,
    OfferMode,
    Period,
    Renewal,
    Told,
)
from tests.adapters.play_desk import Play
from tests.adapters.play_purchases import (
    BEGAN,
    ENDS,
    MONTH,
    ending_item,
    iso,
    item,
    order,
    purchase,
)
from tests.clock import NOON

ACCOUNT = UUID("01961d3a-7b5c-7c1e-9a51-2f1f3f0c9b11")
PAID = Money(9_900_000_000, "KRW")


async def _told(play: Play, said: dict[str, Any], *orders: dict[str, Any]) -> Told:
    play.desk.purchases = {"token": said}
    play.desk.orders = {each["orderId"]: each for each in orders}
    return await play.store.subscription("token")


async def test_P02_a_running_subscription_is_told_with_what_was_paid_for_it(play: Play) -> None:
    ids = {"obfuscatedExternalAccountId": str(ACCOUNT)}
    told = await _told(play, purchase(externalAccountIdentifiers=ids), order())
    assert told == Told(
        store=Store.GOOGLE,
        environment=Environment.PRODUCTION,
        key="token",
        buyer=ACCOUNT,
        periods=(
            Period(
                told_at=NOON,
                transaction_id="GPA.1",
                product_id="monthly",
                begins_at=BEGAN,
                ends_at=ENDS,
                paid=PAID,
            ),
        ),
        renewal=Renewal(told_at=NOON, renews=True, product_id="monthly", price=PAID),
    )


async def test_P04_renewals_that_nobody_told_of_are_told_with_the_latest(play: Play) -> None:
    orders = [
        order("GPA.1", BEGAN - 2 * MONTH, BEGAN - MONTH),
        order("GPA.1..0", BEGAN - MONTH, BEGAN),
        order("GPA.1..1"),
    ]
    told = await _told(play, purchase("ACTIVE", item(latestSuccessfulOrderId="GPA.1..1")), *orders)
    assert [each.transaction_id for each in told.periods] == ["GPA.1", "GPA.1..0", "GPA.1..1"]
    [asked] = play.desk.asked_for("orders:batchGet")
    assert asked.params == {"orderIds": ["GPA.1", "GPA.1..0", "GPA.1..1"]}


@pytest.mark.parametrize(
    ("latest", "first"), [(98, "GPA.1"), (99, "GPA.1..0"), (250, "GPA.1..151")]
)
async def test_P04_of_a_long_life_the_newest_hundred_orders_are_told(
    play: Play, latest: int, first: str
) -> None:
    said = purchase("ACTIVE", item(latestSuccessfulOrderId=f"GPA.1..{latest}"))
    orders = [order("GPA.1"), *(order(f"GPA.1..{number}") for number in range(latest + 1))]
    told = await _told(play, said, *orders)
    assert len(told.periods) == 100
    assert told.periods[0].transaction_id == first
    assert told.periods[-1].transaction_id == f"GPA.1..{latest}"


async def test_P04_an_order_that_google_does_not_show_hides_no_other(play: Play) -> None:
    said = purchase("ACTIVE", item(latestSuccessfulOrderId="GPA.1..3"))
    shown = ["GPA.1", "GPA.1..0", "GPA.1..2", "GPA.1..3"]
    told = await _told(play, said, *map(order, shown))
    assert [each.transaction_id for each in told.periods] == shown


async def test_P02_without_its_order_the_latest_period_is_told_by_the_purchase(play: Play) -> None:
    trial = item(
        latestSuccessfulOrderId="GPA.1..0",
        offerPhase={"freeTrial": {}},
        offerDetails={"offerId": "week"},
    )
    told = await _told(play, purchase("ACTIVE", trial), order("GPA.1", BEGAN - MONTH, BEGAN))
    latest = told.periods[-1]
    assert (latest.transaction_id, latest.begins_at, latest.ends_at) == ("GPA.1..0", BEGAN, ENDS)
    assert latest.paid is None
    assert latest.offer == Offer(OfferKind.INTRODUCTORY, OfferMode.FREE_TRIAL, "week")


@pytest.mark.parametrize("state", ["PENDING", "CANCELED", "STATE_UNSPECIFIED"])
async def test_P02_an_order_that_was_not_paid_is_no_period(play: Play, state: str) -> None:
    said = purchase("ACTIVE", item(latestSuccessfulOrderId="GPA.1..0"))
    failed = order("GPA.1", BEGAN - MONTH, BEGAN, state=state)
    told = await _told(play, said, failed, order("GPA.1..0"))
    assert [each.transaction_id for each in told.periods] == ["GPA.1..0"]


def _code(name: str) -> Offer:
    return Offer(OfferKind.OFFER_CODE, OfferMode.FREE_TRIAL, name)


_WHOLE_PRICE: dict[str, Any] = {"baseDetails": {}}
_INTRODUCED: dict[str, Any] = {"introductoryPriceDetails": {}}
_TRIED: dict[str, Any] = {"freeTrialDetails": {}}
_ONE_TIME_CODE: dict[str, Any] = {"oneTimeCode": {}}


@pytest.mark.parametrize(
    ("phase", "promotion", "offer"),
    [
        (_WHOLE_PRICE, None, None),
        (_TRIED, None, Offer(OfferKind.INTRODUCTORY, OfferMode.FREE_TRIAL, "spring")),
        (_INTRODUCED, None, Offer(OfferKind.INTRODUCTORY, None, "spring")),
        (_TRIED, {"vanityCode": {"promotionCode": "DODAM"}}, _code("DODAM")),
        (_TRIED, _ONE_TIME_CODE, _code("spring")),
        ({"prorationPeriodDetails": {"originalOfferPhase": "BASE"}}, None, None),
        (
            {"prorationPeriodDetails": {"originalOfferPhase": "FREE_TRIAL"}},
            None,
            Offer(OfferKind.INTRODUCTORY, OfferMode.FREE_TRIAL, "spring"),
        ),
    ],
)
async def test_P05_trials_and_reduced_prices_are_told_with_their_offer(
    play: Play, phase: dict[str, Any], promotion: dict[str, Any] | None, offer: Offer | None
) -> None:
    details = {"offerPhaseDetails": phase, "offerId": "spring"}
    told = await _told(
        play, purchase("ACTIVE", item(signupPromotion=promotion)), order(details=details)
    )
    assert told.periods[0].offer == offer


@pytest.mark.parametrize(
    ("amount", "micros"),
    [
        ({"currencyCode": "USD", "units": "4", "nanos": 990_000_000}, 4_990_000),
        ({"currencyCode": "USD", "nanos": 1000}, 1),
        ({"currencyCode": "USD"}, 0),
        ({"currencyCode": "USD", "units": "-1", "nanos": -750_000_000}, -1_750_000),
    ],
)
async def test_P03_amounts_are_exact(play: Play, amount: dict[str, Any], micros: int) -> None:
    told = await _told(play, purchase(), order(total=amount))
    assert told.periods[0].paid == Money(micros, "USD")


async def test_P02_a_renewal_that_was_put_off_moves_the_end(play: Play) -> None:
    later = ENDS + timedelta(days=14)
    told = await _told(play, purchase("ACTIVE", item(expiryTime=iso(later))), order())
    assert told.periods[0].ends_at == later


async def test_P03_in_grace_the_time_goes_on_past_what_was_paid_for(play: Play) -> None:
    until = ENDS + timedelta(days=7)
    said = purchase("IN_GRACE_PERIOD", item(expiryTime=iso(until)))
    told = await _told(play, said, order())
    assert told.periods[0].ends_at == ENDS
    assert told.renewal is not None
    assert (told.renewal.grace_until, told.renewal.renews) == (until, True)


async def test_P03_on_hold_google_goes_on_trying_to_collect(play: Play) -> None:
    said = purchase("ON_HOLD", item(expiryTime=iso(ENDS + timedelta(days=7))))
    told = await _told(play, said, order())
    assert told.periods[0].ends_at == ENDS
    assert told.renewal is not None
    assert (told.renewal.retrying, told.renewal.grace_until) == (True, None)


async def test_P03_a_pause_says_until_when(play: Play) -> None:
    until = NOON + MONTH
    said = purchase("PAUSED", pausedStateContext={"autoResumeTime": iso(until)})
    told = await _told(play, said, order())
    assert told.renewal is not None
    assert (told.renewal.paused, told.renewal.paused_until) == (True, until)


@pytest.mark.parametrize("state", ["CANCELED", "EXPIRED"])
@pytest.mark.parametrize(
    ("who", "because"),
    [
        ("userInitiatedCancellation", EndReason.CANCELLED),
        ("systemInitiatedCancellation", EndReason.PAYMENT_FAILED),
        ("developerInitiatedCancellation", EndReason.CANCELLED_BY_US),
        ("replacementCancellation", EndReason.REPLACED),
        ("someOtherCancellation", EndReason.OTHER),
    ],
)
async def test_P03_who_ended_it_is_told(
    play: Play, state: str, who: str, because: EndReason
) -> None:
    said = purchase(state, ending_item(), canceledStateContext={who: {}})
    told = await _told(play, said, order())
    assert told.renewal is not None
    assert (told.renewal.renews, told.renewal.ended_because) == (False, because)
    assert told.periods[0].ends_at == ENDS


async def test_P03_after_grace_and_hold_without_a_payment_only_paid_time_counts(
    play: Play,
) -> None:
    late = ending_item(expiryTime=iso(ENDS + timedelta(days=7)))
    context: dict[str, Any] = {"systemInitiatedCancellation": {}}
    told = await _told(play, purchase("EXPIRED", late, canceledStateContext=context), order())
    assert told.periods[0].ends_at == ENDS


async def test_P03_one_that_does_not_begin_has_no_period(play: Play) -> None:
    bare = item(expiryTime=None, latestSuccessfulOrderId=None)
    waiting = await _told(play, purchase("PENDING", bare))
    assert waiting.periods == ()
    assert waiting.renewal is not None
    assert waiting.renewal.pending
    over = await _told(play, purchase("PENDING_PURCHASE_CANCELED", bare))
    assert over.periods == ()
    assert over.renewal is not None
    assert (over.renewal.pending, over.renewal.renews) == (False, False)
    assert over.renewal.ended_because is EndReason.PAYMENT_FAILED
    empty = await _told(play, {**purchase("EXPIRED"), "lineItems": []})
    assert (empty.periods, empty.renewal) == ((), Renewal(told_at=NOON, renews=False))


async def test_P02_a_prepaid_plan_does_not_renew(play: Play) -> None:
    told = await _told(
        play, purchase("ACTIVE", item(autoRenewingPlan=None, prepaidPlan={})), order()
    )
    assert told.renewal == Renewal(told_at=NOON, renews=False, product_id="monthly")


async def test_P02_of_a_purchase_with_add_ons_the_item_that_lasts_longest_counts(
    play: Play,
) -> None:
    add_on = item(
        productId="songs", latestSuccessfulOrderId="GPA.2", expiryTime=iso(ENDS - MONTH / 2)
    )
    earlier = order("GPA.2", BEGAN - MONTH / 2, ENDS - MONTH / 2)
    told = await _told(play, purchase("ACTIVE", add_on, item()), order(), earlier)
    assert told.renewal is not None
    assert told.renewal.product_id == "monthly"
    assert {each.transaction_id: each.ends_at for each in told.periods} == {
        "GPA.1": ENDS,
        "GPA.2": ENDS - MONTH / 2,
    }


@pytest.mark.parametrize(
    ("ids", "buyer"),
    [
        ({}, None),
        ({"obfuscatedExternalAccountId": "somebody"}, None),
        ({"obfuscatedExternalProfileId": str(ACCOUNT)}, None),
        ({"obfuscatedExternalAccountId": str(ACCOUNT).upper()}, ACCOUNT),
    ],
)
async def test_P05_a_buyer_is_an_account_of_ours_or_nobody(
    play: Play, ids: dict[str, str], buyer: UUID | None
) -> None:
    told = await _told(play, purchase(externalAccountIdentifiers=ids), order())
    assert told.buyer == buyer


async def test_P05_taken_up_again_in_google_play_it_is_of_whom_it_was_of_before(
    play: Play,
) -> None:
    before = {
        "expiredPurchaseToken": "old",
        "expiredExternalAccountIdentifiers": {"obfuscatedExternalAccountId": str(ACCOUNT)},
    }
    told = await _told(play, purchase(outOfAppPurchaseContext=before), order())
    assert (told.buyer, told.replaces) == (ACCOUNT, "old")


async def test_P02_a_change_of_plans_names_the_purchase_that_it_replaces(play: Play) -> None:
    assert (await _told(play, purchase(linkedPurchaseToken="old"), order())).replaces == "old"


async def test_P02_a_purchase_that_google_was_not_told_of_says_so(play: Play) -> None:
    state = {"acknowledgementState": "ACKNOWLEDGEMENT_STATE_PENDING"}
    assert not (await _told(play, purchase(**state), order())).acknowledged


async def test_P11_a_test_purchase_is_of_the_sandbox(play: Play) -> None:
    told = await _told(play, purchase(testPurchase={}), order())
    assert told.environment is Environment.SANDBOX
