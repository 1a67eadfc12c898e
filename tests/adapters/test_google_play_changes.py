"""P03, P06: refunds, revocations, changes of plans and of prices, as Google Play shows them."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from dodam.features.billing.models.told import (
    EndReason,
    Money,
    Period,
    PriceChange,
    PriceChangeState,
    Renewal,
)
from tests.adapters.play_desk import Play
from tests.adapters.play_purchases import (
    BEGAN,
    ENDS,
    MONTH,
    PRICE,
    ending_item,
    iso,
    item,
    order,
    purchase,
)
from tests.clock import NOON

PAID = Money(9_900_000_000, "KRW")
DEARER = Money(12_900_000_000, "KRW")
_DEARER = {"currencyCode": "KRW", "units": "12900"}
_WHOLLY = {"refundEvent": {"eventTime": iso(NOON), "refundReason": "OTHER"}}


async def _said(
    play: Play, said: dict[str, Any], *orders: dict[str, Any]
) -> tuple[Period, Renewal]:
    """The latest period and the renewal."""
    play.desk.purchases = {"token": said}
    play.desk.orders = {each["orderId"]: each for each in orders}
    told = await play.store.subscription("token")
    assert told.renewal is not None
    return told.periods[-1], told.renewal


async def test_P03_a_refund_alone_leaves_the_time(play: Play) -> None:
    period, _ = await _said(play, purchase(), order(state="REFUNDED", orderHistory=_WHOLLY))
    assert (period.refunded, period.refunded_at) == (PAID, NOON)
    assert (period.revoked_at, period.ends_at) == (None, ENDS)


async def test_P03_partial_refunds_add_up_once_they_are_processed(play: Play) -> None:
    events = [
        _part("1000", NOON - timedelta(days=2)),
        _part("500", NOON - timedelta(days=1)),
        {**_part("8000", NOON), "state": "PENDING", "processTime": None},
    ]
    given_back = order(state="PARTIALLY_REFUNDED", orderHistory={"partialRefundEvents": events})
    period, _ = await _said(play, purchase(), given_back)
    assert period.refunded == Money(1_500_000_000, "KRW")
    assert period.refunded_at == NOON - timedelta(days=1)


def _part(units: str, at: datetime) -> dict[str, Any]:
    total = {"currencyCode": "KRW", "units": units}
    return {
        "state": "PROCESSED_SUCCESSFULLY",
        "processTime": iso(at),
        "refundDetails": {"total": total},
    }


@pytest.mark.parametrize(
    ("state", "history", "refunded"),
    [
        ("REFUNDED", _WHOLLY, PAID),
        ("PENDING_REFUND", {}, None),
        (
            "PARTIALLY_REFUNDED",
            {"partialRefundEvents": [_part("6600", NOON)]},
            Money(6_600_000_000, "KRW"),
        ),
    ],
)
async def test_P03_one_that_is_over_early_and_paid_back_was_revoked(
    play: Play, state: str, history: dict[str, Any], refunded: Money | None
) -> None:
    context: dict[str, Any] = {"developerInitiatedCancellation": {}}
    said = purchase("EXPIRED", ending_item(expiryTime=iso(NOON)), canceledStateContext=context)
    period, renewal = await _said(play, said, order(state=state, orderHistory=history))
    assert (period.revoked_at, period.ends_at, period.refunded) == (NOON, ENDS, refunded)
    assert renewal.ended_because is EndReason.CANCELLED_BY_US


async def test_P03_one_that_is_over_early_for_no_known_reason_ends_there(play: Play) -> None:
    period, _ = await _said(play, purchase("EXPIRED", ending_item(expiryTime=iso(NOON))), order())
    assert (period.ends_at, period.revoked_at) == (NOON, None)


async def test_P03_a_refund_of_an_earlier_order_is_told_with_that_order(play: Play) -> None:
    earlier = order("GPA.1", BEGAN - MONTH, BEGAN, state="REFUNDED", orderHistory=_WHOLLY)
    said = purchase("ACTIVE", item(latestSuccessfulOrderId="GPA.1..0"))
    latest, _ = await _said(play, said, earlier, order("GPA.1..0"))
    assert latest.refunded is None
    first = (await play.store.subscription("token")).periods[0]
    assert (first.refunded, first.revoked_at) == (PAID, None)


async def test_P03_a_replaced_purchase_ends_as_it_is_replaced(play: Play) -> None:
    context: dict[str, Any] = {"replacementCancellation": {}}
    said = purchase("EXPIRED", ending_item(expiryTime=iso(NOON)), canceledStateContext=context)
    period, renewal = await _said(play, said, order())
    assert (period.replaced_at, period.ends_at, period.revoked_at) == (NOON, ENDS, None)
    assert renewal.ended_because is EndReason.REPLACED


async def test_P03_a_change_of_plans_at_the_renewal_tells_what_comes(play: Play) -> None:
    now = ending_item(deferredItemReplacement={"productId": "yearly"})
    coming = {
        "productId": "yearly",
        "autoRenewingPlan": {"autoRenewEnabled": True, "recurringPrice": _DEARER},
    }
    period, renewal = await _said(play, purchase("ACTIVE", coming, now), order())
    assert period.product_id == "monthly"
    assert (renewal.renews, renewal.product_id, renewal.price) == (True, "yearly", DEARER)


async def test_P03_a_change_to_another_base_plan_of_the_same_product_renews(play: Play) -> None:
    now = ending_item(deferredItemReplacement={"productId": "monthly"})
    coming = {
        "productId": "monthly",
        "autoRenewingPlan": {"autoRenewEnabled": True, "recurringPrice": _DEARER},
    }
    _, renewal = await _said(play, purchase("ACTIVE", now, coming), order())
    assert (renewal.renews, renewal.price) == (True, DEARER)


async def test_P03_what_was_paid_before_a_change_of_plans_counts_once(play: Play) -> None:
    """The new purchase runs on what was paid with the old one, under the old one's order."""
    said = purchase("ACTIVE", linkedPurchaseToken="old", startTime=iso(NOON))
    period, _ = await _said(play, said, order(purchaseToken="old"))
    assert (period.begins_at, period.ends_at, period.paid) == (NOON, ENDS, None)


def _repriced(mode: str, state: str, **changes: Any) -> dict[str, Any]:
    plan = {
        "autoRenewEnabled": True,
        "recurringPrice": PRICE,
        "priceChangeDetails": {
            "newPrice": _DEARER,
            "priceChangeMode": mode,
            "priceChangeState": state,
            "expectedNewPriceChargeTime": iso(ENDS),
            **changes,
        },
    }
    return item(autoRenewingPlan=plan)


@pytest.mark.parametrize(
    ("mode", "state", "told", "answer_by"),
    [
        ("PRICE_INCREASE", "OUTSTANDING", PriceChangeState.PENDING, ENDS),
        ("PRICE_INCREASE", "CONFIRMED", PriceChangeState.ACCEPTED, None),
        ("PRICE_INCREASE", "CANCELED", PriceChangeState.WITHDRAWN, None),
        ("OPT_OUT_PRICE_INCREASE", "OUTSTANDING", PriceChangeState.NOTIFIED, None),
        ("OPT_OUT_PRICE_INCREASE", "CONFIRMED", PriceChangeState.NOTIFIED, None),
        ("OPT_OUT_PRICE_INCREASE", "CANCELED", PriceChangeState.WITHDRAWN, None),
    ],
)
async def test_P06_a_price_increase_waits_for_an_answer_where_one_is_needed(
    play: Play, mode: str, state: str, told: PriceChangeState, answer_by: datetime | None
) -> None:
    _, renewal = await _said(play, purchase("ACTIVE", _repriced(mode, state)), order())
    assert renewal.price_change == PriceChange(told, DEARER, ENDS, answer_by)


async def test_P06_an_increase_that_took_effect_says_so(play: Play) -> None:
    said = _repriced("PRICE_INCREASE", "APPLIED", expectedNewPriceChargeTime=None)
    _, renewal = await _said(play, purchase("ACTIVE", said), order())
    assert renewal.price_change == PriceChange(PriceChangeState.APPLIED, DEARER, None, None)


@pytest.mark.parametrize(
    ("mode", "state"),
    [("PRICE_DECREASE", "CONFIRMED"), ("SOME_NEW_MODE", "OUTSTANDING"), ("PRICE_INCREASE", "NEW")],
)
async def test_P06_of_a_lower_price_nobody_is_warned(play: Play, mode: str, state: str) -> None:
    _, renewal = await _said(play, purchase("ACTIVE", _repriced(mode, state)), order())
    assert renewal.price_change is None


@pytest.mark.parametrize("change", [{}, {"price": True}])
async def test_P06_without_consent_google_ends_it_and_the_price_was_refused(
    play: Play, change: dict[str, Any]
) -> None:
    refused = _repriced("PRICE_INCREASE", "OUTSTANDING")
    if change:
        refused = item(autoRenewingPlan={"priceStepUpConsentDetails": _stepping("PENDING")})
    refused["autoRenewingPlan"].pop("autoRenewEnabled", None)
    context: dict[str, Any] = {"systemInitiatedCancellation": {}}
    said = purchase("CANCELED", refused, canceledStateContext=context)
    _, renewal = await _said(play, said, order())
    assert renewal.ended_because is EndReason.PRICE_REFUSED
    assert renewal.price_change is not None
    assert renewal.price_change.state is PriceChangeState.REFUSED


def _stepping(state: str) -> dict[str, Any]:
    return {
        "state": state,
        "newPrice": _DEARER,
        "consentDeadlineTime": iso(ENDS - timedelta(days=1)),
    }


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (
            "PENDING",
            PriceChange(PriceChangeState.PENDING, DEARER, ENDS, ENDS - timedelta(days=1)),
        ),
        ("CONFIRMED", PriceChange(PriceChangeState.ACCEPTED, DEARER, ENDS, None)),
        ("COMPLETED", PriceChange(PriceChangeState.APPLIED, DEARER, None, None)),
        ("CONSENT_STATE_UNSPECIFIED", None),
    ],
)
async def test_P06_the_full_price_after_a_trial_may_need_consent(
    play: Play, state: str, told: PriceChange | None
) -> None:
    plan = {"autoRenewEnabled": True, "priceStepUpConsentDetails": _stepping(state)}
    _, renewal = await _said(play, purchase("ACTIVE", item(autoRenewingPlan=plan)), order())
    assert renewal.price_change == told


async def test_P06_of_two_changes_the_one_under_way_is_told(play: Play) -> None:
    said = _repriced("PRICE_INCREASE", "OUTSTANDING")
    said["autoRenewingPlan"]["priceStepUpConsentDetails"] = _stepping("COMPLETED")
    _, renewal = await _said(play, purchase("ACTIVE", said), order())
    assert renewal.price_change is not None
    assert renewal.price_change.state is PriceChangeState.PENDING
