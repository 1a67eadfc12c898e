"""How a purchase goes on, and at what price.

https://developer.android.com/google/play/billing/lifecycle/subscriptions
https://developer.android.com/google/play/billing/price-changes
"""

from datetime import datetime

from dodam.adapters.google_play.orders import money
from dodam.adapters.google_play.wire import (
    AutoRenewingPlan,
    PriceChangeDetails,
    Purchase,
    PurchaseItem,
    StepUpConsent,
)
from dodam.features.billing.models.told import EndReason, PriceChange, PriceChangeState, Renewal

_OVER = frozenset({"CANCELED", "EXPIRED", "PENDING_PURCHASE_CANCELED"})
_BY_CONSENT = {
    "OUTSTANDING": PriceChangeState.PENDING,
    "CONFIRMED": PriceChangeState.ACCEPTED,
    "APPLIED": PriceChangeState.APPLIED,
    "CANCELED": PriceChangeState.WITHDRAWN,
}
# Nobody is asked: what Google calls confirmed is that it will come.
_BY_NOTICE = {
    **_BY_CONSENT,
    "OUTSTANDING": PriceChangeState.NOTIFIED,
    "CONFIRMED": PriceChangeState.NOTIFIED,
}
# A price that falls is nothing to be asked about or warned of.
_CHANGES = {"PRICE_INCREASE": _BY_CONSENT, "OPT_OUT_PRICE_INCREASE": _BY_NOTICE}
_STEPS_UP = {
    "PENDING": PriceChangeState.PENDING,
    "CONFIRMED": PriceChangeState.ACCEPTED,
    "COMPLETED": PriceChangeState.APPLIED,
}


def renewal_of(purchase: Purchase, told_at: datetime) -> Renewal:
    item = purchase.item
    if item is None:
        return Renewal(told_at=told_at, renews=False)
    plan = item.auto_renewing_plan
    change = _price_change(plan, item.expiry_time) if plan else None
    because = _end_reason(purchase, change)
    if because is EndReason.PRICE_REFUSED and change:
        change = PriceChange(
            PriceChangeState.REFUSED, change.price, change.takes_effect_at, change.answer_by
        )
    coming = _coming(purchase, item)
    next_plan = coming.auto_renewing_plan
    state = purchase.state
    paused = purchase.paused_state_context
    return Renewal(
        told_at=told_at,
        renews=next_plan is not None and next_plan.auto_renew_enabled and state not in _OVER,
        product_id=coming.product_id,
        price=next_plan and money(next_plan.recurring_price),
        grace_until=item.expiry_time if state == "IN_GRACE_PERIOD" else None,
        retrying=state == "ON_HOLD",
        paused=state == "PAUSED",
        paused_until=paused.auto_resume_time if paused else None,
        pending=state == "PENDING",
        ended_because=because,
        price_change=change,
    )


def _coming(purchase: Purchase, item: PurchaseItem) -> PurchaseItem:
    """The item that the next renewal is of: another one after a change of plans put off till then.

    It is among the items already, though not owned, and it is the one of the two that renews. It
    may be of the same product: another base plan of it.
    """
    replacement = item.deferred_item_replacement
    if replacement is None:
        return item
    others = (
        each
        for each in purchase.line_items
        if each is not item and each.product_id == replacement.product_id
    )
    return next(others, item)


def _end_reason(purchase: Purchase, change: PriceChange | None) -> EndReason | None:
    if purchase.state == "PENDING_PURCHASE_CANCELED":
        return EndReason.PAYMENT_FAILED
    context = purchase.canceled_state_context
    if purchase.state not in _OVER or context is None:
        return None
    reasons = {
        EndReason.REPLACED: context.replacement_cancellation,
        EndReason.CANCELLED_BY_US: context.developer_initiated_cancellation,
        EndReason.CANCELLED: context.user_initiated_cancellation,
        EndReason.PAYMENT_FAILED: context.system_initiated_cancellation,
    }
    because = next((each for each, said in reasons.items() if said), EndReason.OTHER)
    # Without consent Google ends the subscription as it does without payment.
    asked = change is not None and change.state is PriceChangeState.PENDING
    return EndReason.PRICE_REFUSED if because is EndReason.PAYMENT_FAILED and asked else because


def _price_change(plan: AutoRenewingPlan, renews_at: datetime | None) -> PriceChange | None:
    """Of a change of the price and a step up from an introduction, the one that is under way."""
    step = plan.price_step_up_consent_details
    changes = [
        step and _step_up(step, renews_at),
        plan.price_change_details and _change(plan.price_change_details),
    ]
    told = [each for each in changes if each is not None]
    under_way = [each for each in told if each.state is not PriceChangeState.APPLIED]
    return next(iter(under_way or told), None)


def _change(details: PriceChangeDetails) -> PriceChange | None:
    state = _CHANGES.get(details.price_change_mode, {}).get(details.price_change_state)
    if state is None:
        return None
    takes_effect_at = details.expected_new_price_charge_time
    answer_by = takes_effect_at if state is PriceChangeState.PENDING else None
    return PriceChange(state, money(details.new_price), takes_effect_at, answer_by)


def _step_up(consent: StepUpConsent, renews_at: datetime | None) -> PriceChange | None:
    """Korea: the law has the buyer asked before a trial or an introduction ends."""
    state = _STEPS_UP.get(consent.state)
    if state is None:
        return None
    takes_effect_at = None if state is PriceChangeState.APPLIED else renews_at
    answer_by = consent.consent_deadline_time if state is PriceChangeState.PENDING else None
    return PriceChange(state, money(consent.new_price), takes_effect_at, answer_by)
