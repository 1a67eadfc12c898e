"""What the app's side may do at Google Play: by its API, and in Play Console.

https://developers.google.com/android-publisher/api-ref/rest/v3
"""

from datetime import datetime, timedelta
from typing import Literal

from dodam_sim.stores.google.life import Life
from dodam_sim.stores.google.messages import Happened
from dodam_sim.stores.google.products import Money, Plan, Product
from dodam_sim.stores.google.purchases import (
    Canceled,
    NotPossibleError,
    Order,
    PriceChange,
    PriceMode,
    Purchase,
    Reason,
    Source,
    State,
)

_FREEZE = timedelta(days=7)
_NOTICE = timedelta(days=30)
_DEFER_LEAST, _DEFER_MOST = timedelta(days=1), timedelta(days=365)
RefundKind = Literal["full", "prorated"]


class Developer:
    """Each acts after what was due by now. Raises NotPossibleError, KeyError of unknown tokens."""

    def __init__(self, life: Life) -> None:
        self._life = life
        self._prices: dict[tuple[str, str], Money] = {}

    def price(self, product: Product, plan: Plan) -> Money:
        """What a new purchase costs."""
        return self._prices.get((product.id, plan.id), plan.price)

    def acknowledge(self, token: str) -> None:
        """A second time it changes nothing."""
        purchase = self._ready(token)
        if purchase.state is State.PENDING:
            raise NotPossibleError("the purchase is not paid yet")
        if not purchase.acknowledged:
            purchase.acknowledged = True
            purchase.expired_token = None
            self._life.touch(purchase)

    def cancel(self, token: str, by: Literal["user", "developer"] = "developer") -> None:
        """Stop the renewal; what is paid for stays. Of a cancelled one nothing changes."""
        purchase = self._ready(token)
        if purchase.state is State.PENDING or purchase.is_over:
            raise NotPossibleError("the subscription does not run")
        if purchase.state is not State.CANCELED:
            self.stop(purchase, by)

    def stop(self, purchase: Purchase, by: Canceled) -> None:
        """No renewal; without time that is paid for, the end."""
        if purchase.state in {State.ON_HOLD, State.PAUSED}:
            self._life.end(purchase, by, Happened.CANCELED, Happened.EXPIRED)
            return
        purchase.canceled, purchase.canceled_at = by, self._life.at
        purchase.pause_for = None
        self._life.turn(purchase, State.CANCELED, Happened.CANCELED)
        self._life.touch(purchase)

    def defer(self, token: str, by: timedelta) -> datetime:
        """Put the renewal off by a day to a year; the new time."""
        purchase = self._ready(token)
        if purchase.state is not State.ACTIVE or purchase.expires_at is None:
            raise NotPossibleError("the subscription does not renew")
        if not _DEFER_LEAST <= by <= _DEFER_MOST:
            raise NotPossibleError("a renewal is put off by a day to a year")
        purchase.expires_at += by
        purchase.paid_until = purchase.expires_at
        if purchase.consent is not None:
            purchase.consent.deadline = purchase.expires_at
        self._life.tell(purchase, Happened.DEFERRED)
        self._life.touch(purchase)
        return purchase.expires_at

    def revoke(self, token: str, refund: RefundKind) -> None:
        """End it at once, and give the last payment back: all, or for the time that is left."""
        purchase = self._ready(token)
        if purchase.state is State.PENDING or purchase.is_over:
            raise NotPossibleError("the subscription does not run")
        order = self._paid_with(purchase)
        money = left_of(order)
        if refund == "prorated":
            length = order.ends_at - order.begins_at
            share = max(timedelta(), order.ends_at - self._life.at) / length
            money = Money(min(money.micros, round(order.total.micros * share)), money.currency)
        self._life.give_back(order, money)
        self._life.revoke(purchase, "developer")
        if refund == "full":
            self._life.void(order, Reason.OTHER, Source.DEVELOPER)

    def refund(self, order_id: str, *, revoke: bool = False) -> None:
        """Give an order back. Without `revoke` nobody is told: neither by message nor as voided."""
        self._life.settle()
        order = self._life.orders[order_id]
        if not left_of(order).micros:
            raise NotPossibleError("nothing of the order is left to give back")
        self._life.give_back(order, left_of(order))
        purchase = self._life.purchases[order.token]
        if revoke:
            if not purchase.is_over:
                self._life.revoke(purchase, "developer")
            self._life.void(order, Reason.OTHER, Source.DEVELOPER)
        else:
            self._life.touch(purchase)

    def refund_part(self, order_id: str, money: Money) -> None:
        """In Play Console; the subscription goes on, and nobody is told."""
        self._life.settle()
        order = self._life.orders[order_id]
        if not 0 < money.micros < left_of(order).micros:
            raise NotPossibleError("a part is less than what is left of the order")
        self._life.give_back(order, money)

    def change_price(self, product_id: str, plan: Plan, price: Money, mode: PriceMode) -> None:
        """For new purchases at once; for those that run after a notice, or at their next renewal.

        An increase needs the user's consent, unless the app may raise with an opt-out: then who
        does not cancel agrees. Google waits seven days and gives thirty days of notice.
        https://developer.android.com/google/play/billing/price-changes
        """
        self._life.settle()
        self._prices[product_id, plan.id] = price
        wait = {"PRICE_INCREASE": _FREEZE + _NOTICE, "OPT_OUT_PRICE_INCREASE": _NOTICE}
        for purchase in list(self._life.purchases.values()):
            item = purchase.item
            same = (item.product.id, item.plan.id) == (product_id, plan.id)
            runs = purchase.started_at is not None and not purchase.is_over
            if not (same and runs and item.plan.renews) or item.price == price:
                continue
            from_at = self._life.at
            if not purchase.fast:
                from_at += wait.get(mode, timedelta())
            state = "OUTSTANDING" if mode == "PRICE_INCREASE" else "CONFIRMED"
            item.price_change = PriceChange(price, mode, from_at, state)
            self._life.tell(purchase, Happened.PRICE_CHANGE_UPDATED)
            self._life.touch(purchase)

    def withdraw_price(self, product_id: str, plan: Plan) -> None:
        """Take back a change that has not come into effect."""
        self._life.settle()
        for purchase in list(self._life.purchases.values()):
            item = purchase.item
            change = item.price_change
            same = (item.product.id, item.plan.id) == (product_id, plan.id)
            if same and change is not None and change.state in {"OUTSTANDING", "CONFIRMED"}:
                change.state = "CANCELED"
                self._life.tell(purchase, Happened.PRICE_CHANGE_UPDATED)
                self._life.touch(purchase)

    def _paid_with(self, purchase: Purchase) -> Order:
        """The latest order; of a deferred replacement, that of the purchase before."""
        order_id = purchase.latest_order
        if order_id is None:
            raise NotPossibleError("nothing was paid")
        return self._life.orders[order_id]

    def _ready(self, token: str) -> Purchase:
        self._life.settle()
        return self._life.purchases[token]


def left_of(order: Order) -> Money:
    """What was not given back yet."""
    return Money(order.total.micros - order.refunded, order.total.currency)
