"""What Google says of a purchase, in the words that both stores share.

https://developer.android.com/google/play/billing/lifecycle/subscriptions
"""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from msgspec.structs import replace

from dodam.adapters.google_play.orders import offer, period_of
from dodam.adapters.google_play.renewals import renewal_of
from dodam.adapters.google_play.wire import CanceledContext, Order, Purchase, PurchaseItem
from dodam.features.billing.models.stores import Environment, Store
from dodam.features.billing.models.told import Period, Told

_UNPAID = frozenset({"IN_GRACE_PERIOD", "ON_HOLD"})
_GIVEN_BACK = frozenset({"PENDING_REFUND", "PARTIALLY_REFUNDED", "REFUNDED"})


def told_of(key: str, purchase: Purchase, orders: Iterable[Order], told_at: datetime) -> Told:
    """`told_at` is when Google was asked.

    Orders of another purchase are told with that one: a change of plans that is put off till the
    renewal goes on with what was paid for before.
    """
    return Told(
        store=Store.GOOGLE,
        environment=Environment.SANDBOX if purchase.test_purchase else Environment.PRODUCTION,
        key=key,
        buyer=_buyer(purchase),
        periods=_periods(
            purchase, [each for each in orders if each.purchase_token == key], told_at
        ),
        renewal=renewal_of(purchase, told_at),
        replaces=_replaced(purchase),
        acknowledged=purchase.acknowledgement_state == "ACKNOWLEDGEMENT_STATE_ACKNOWLEDGED",
    )


def _buyer(purchase: Purchase) -> UUID | None:
    """The account that the app named, or that it named as the one taken up again was bought."""
    before = purchase.out_of_app_purchase_context
    for ids in (
        purchase.external_account_identifiers,
        before.expired_external_account_identifiers if before else None,
    ):
        if ids is not None and ids.obfuscated_external_account_id is not None:
            with suppress(ValueError):
                return UUID(ids.obfuscated_external_account_id)
    return None


def _replaced(purchase: Purchase) -> str | None:
    before = purchase.out_of_app_purchase_context
    return purchase.linked_purchase_token or (before.expired_purchase_token if before else None)


def _periods(purchase: Purchase, orders: Iterable[Order], told_at: datetime) -> tuple[Period, ...]:
    item = purchase.item
    if item is None or item.expiry_time is None or item.latest_successful_order_id is None:
        return ()
    latest = None
    earlier: list[Period] = []
    for order in orders:
        period = period_of(order, told_at, item.signup_promotion)
        if period is None:
            continue
        if order.order_id == item.latest_successful_order_id:
            latest = _as_it_ends(period, item.expiry_time, purchase, order)
        else:
            earlier.append(period)
    if latest is None:
        latest = _without_order(item, item.latest_successful_order_id, purchase, earlier, told_at)
    return (*earlier, latest)


def _as_it_ends(period: Period, expires_at: datetime, purchase: Purchase, order: Order) -> Period:
    """The period with the end that it has by now.

    It is put off when we have it put off, or for the day that Google waits for a payment before it
    says so; a replacement and a revocation end it early. Google has no word for revoked: it is
    over before the time that was paid for, and money was given back.
    """
    why = purchase.canceled_state_context or CanceledContext()
    if purchase.state == "EXPIRED" and expires_at < period.ends_at:
        if why.replacement_cancellation:
            return replace(period, replaced_at=expires_at)
        if order.state in _GIVEN_BACK:
            return replace(period, revoked_at=expires_at)
    # After a failed payment it goes on for a while without having been paid for.
    is_unpaid = purchase.state in _UNPAID or why.system_initiated_cancellation
    if is_unpaid and expires_at > period.ends_at:
        return period
    return replace(period, ends_at=expires_at)


def _without_order(
    item: PurchaseItem,
    order_id: str,
    purchase: Purchase,
    earlier: Iterable[Period],
    told_at: datetime,
) -> Period:
    """The period of an order that is not shown, or not this purchase's, by the purchase alone."""
    ends_at = item.expiry_time or told_at
    begins_at = max((each.ends_at for each in earlier), default=purchase.start_time or ends_at)
    offer_id = item.offer_details.offer_id if item.offer_details else None
    return Period(
        told_at=told_at,
        transaction_id=order_id,
        product_id=item.product_id,
        begins_at=min(begins_at, ends_at),
        ends_at=ends_at,
        offer=offer(
            item.offer_phase.kind if item.offer_phase else "", offer_id, item.signup_promotion
        ),
    )
