"""Orders of a subscription: which there are, and what each paid for.

https://developers.google.com/android-publisher/api-ref/rest/v3/orders
"""

import re
from datetime import datetime

from dodam.adapters.google_play.wire import Order, SignupPromotion, WireMoney
from dodam.features.billing.models.told import Money, Offer, OfferKind, OfferMode, Period

# The first order of a purchase has no number and its renewals count from 0: `GPA.1-2-3-4`,
# `GPA.1-2-3-4..0`, `GPA.1-2-3-4..1` ("Subscription order numbers" in Google's billing pages).
_RENEWAL = re.compile(r"(?P<first>.+)\.\.(?P<number>\d{1,6})")
# Monthly ones of eight years; a question may name 1,000.
_NEWEST = 100
_PAID = frozenset({"PROCESSED", "PENDING_REFUND", "PARTIALLY_REFUNDED", "REFUNDED"})
_MODES = {"FREE_TRIAL": OfferMode.FREE_TRIAL, "INTRODUCTORY": None}


def orders_until(latest: str) -> list[str]:
    """The ids of an order and of those before it of the same purchase, the newest 100."""
    renewal = _RENEWAL.fullmatch(latest)
    if renewal is None:
        return [latest]
    first, number = renewal["first"], int(renewal["number"])
    renewals = [f"{first}..{each}" for each in range(max(0, number - _NEWEST + 1), number + 1)]
    return [first, *renewals][-_NEWEST:]


def period_of(order: Order, told_at: datetime, promotion: SignupPromotion | None) -> Period | None:
    """What an order paid for; None where it is not paid, or pays for no time.

    Its end is the one that it was paid for; a later change of it is told by the purchase.
    """
    spans = [
        (details.service_period_end_time, details.service_period_start_time, details, each)
        for each in order.line_items
        if (details := each.subscription_details)
        and details.service_period_start_time
        and details.service_period_end_time
    ]
    if order.state not in _PAID or not spans:
        return None
    ends_at, begins_at, details, item = max(spans, key=lambda span: span[0])
    phase = details.offer_phase_details
    refunded, refunded_at = _given_back(order)
    return Period(
        told_at=told_at,
        transaction_id=order.order_id,
        product_id=item.product_id,
        begins_at=begins_at,
        ends_at=ends_at,
        paid=money(order.total),
        offer=offer(phase.kind if phase else "", details.offer_id, promotion),
        refunded=refunded,
        refunded_at=refunded_at,
    )


def offer(kind: str, offer_id: str | None, promotion: SignupPromotion | None) -> Offer | None:
    """The reduced price of a phase; Google does not say whether an introduction is paid at once."""
    if kind not in _MODES:
        return None
    if promotion is None:
        return Offer(OfferKind.INTRODUCTORY, _MODES[kind], offer_id)
    code = promotion.vanity_code.promotion_code if promotion.vanity_code else None
    return Offer(OfferKind.OFFER_CODE, _MODES[kind], code or offer_id)


def money(amount: WireMoney | None) -> Money | None:
    if amount is None:
        return None
    return Money(amount.units * 1_000_000 + amount.nanos // 1000, amount.currency_code)


def _given_back(order: Order) -> tuple[Money | None, datetime | None]:
    """How much and when; nothing of what is not yet processed."""
    history = order.order_history
    if history is None:
        return None, None
    if order.state == "REFUNDED":
        return money(order.total), history.refund_event and history.refund_event.event_time
    parts = [
        (each.process_time, total)
        for each in history.partial_refund_events
        if each.state == "PROCESSED_SUCCESSFULLY"
        and each.process_time
        and each.refund_details
        and (total := money(each.refund_details.total))
    ]
    if not parts:
        return None, None
    micros = sum(total.micros for _, total in parts)
    return Money(micros, parts[0][1].currency), max(when for when, _ in parts)
