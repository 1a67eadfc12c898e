"""What time does to purchases: renewals, failing cards, grace periods, holds, pauses, ends.

https://developer.android.com/google/play/billing/lifecycle/subscriptions

Where Google's pages leave it open: renewals are charged at the second they are due (Google takes
hours), without a grace period a failing card leads to the hold at once (Google waits up to a day),
and a renewal after 28 February stays on the 28th.
"""

import heapq
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from dodam_sim.families.chance import stream
from dodam_sim.stores.google.messages import Happened, Message, of_subscription, of_void
from dodam_sim.stores.google.products import Money, Phase
from dodam_sim.stores.google.purchases import (
    ENTITLED,
    OVER,
    Canceled,
    Consent,
    Item,
    Order,
    OrderedItem,
    Purchase,
    Reason,
    Refund,
    Source,
    State,
    Truth,
    Void,
)

_ACKNOWLEDGE = timedelta(days=3)
_ACKNOWLEDGE_FAST = timedelta(minutes=3)
_GRACE_FAST = timedelta(minutes=5)
_HOLD_FAST = timedelta(minutes=10)
_CONSENT = timedelta(days=30)
_MOST_TEST_RENEWALS = 6


class Life:
    """Purchases by token and orders by id; `published` is all that was said of them, in order."""

    def __init__(self, now: Callable[[], datetime], package_name: str, seed: int) -> None:
        self.package_name = package_name
        self.purchases: dict[str, Purchase] = {}
        self.orders: dict[str, Order] = {}
        self.voids: list[Void] = []
        self.published: list[Message] = []
        self.at = datetime.min.replace(tzinfo=UTC)
        self.chance = stream(seed, "google-play")
        self._now = now
        self._first_id = self.chance.randrange(10**15, 10**16)
        self._due: list[tuple[datetime, int, str]] = []
        self._counter = count()

    def settle(self) -> None:
        """Let happen what was due by now."""
        self.advance(self._now())

    def advance(self, to: datetime) -> None:
        """Let happen, in order, what is due until then. Time does not run back."""
        while self._due and self._due[0][0] <= to:
            at, _, token = heapq.heappop(self._due)
            purchase = self.purchases[token]
            if purchase.due_at == at:
                self.at = at
                # What it is due for next may be due at this instant too.
                purchase.due_at = None
                self._come_due(purchase)
                self.touch(purchase)
        self.at = max(self.at, to)

    @property
    def next_due(self) -> datetime | None:
        """When time does the next thing to any purchase."""
        while self._due and self.purchases[self._due[0][2]].due_at != self._due[0][0]:
            heapq.heappop(self._due)
        return self._due[0][0] if self._due else None

    def truth(self, token: str, at: datetime) -> Truth | None:
        """Read off the line of a purchase's life; None before it began. `at` is not ahead of it."""
        state = None
        for since, held in self.purchases[token].line:
            if since > at:
                break
            state = held
        return None if state is None else Truth(state, state in ENTITLED)

    def add(self, purchase: Purchase) -> None:
        self.purchases[purchase.token] = purchase

    def touch(self, purchase: Purchase) -> None:
        """Note that something changed, and when time is to see to it next."""
        purchase.revision += 1
        due = self._next_of(purchase)
        if due != purchase.due_at:
            purchase.due_at = due
            if due is not None:
                heapq.heappush(self._due, (due, next(self._counter), purchase.token))

    def turn(self, purchase: Purchase, state: State, *happened: Happened) -> None:
        """Into a state, from now on, and say so."""
        if not purchase.line or purchase.line[-1][1] is not state:
            purchase.line.append((self.at, state))
        purchase.state = state
        for each in happened:
            self.tell(purchase, each)

    def tell(self, purchase: Purchase, happened: int) -> None:
        self.publish(of_subscription(happened, purchase.token, purchase.item.product.id))

    def publish(self, said: dict[str, Any]) -> Message:
        """To the topic: a DeveloperNotification."""
        data = {
            "version": "1.0",
            "packageName": self.package_name,
            "eventTimeMillis": str(round(self.at.timestamp() * 1000)),
            **said,
        }
        message = Message(str(self._first_id + len(self.published)), self.at, data)
        self.published.append(message)
        return message

    def start(self, purchase: Purchase) -> None:
        """The first payment is made, or none is needed."""
        purchase.started_at = self.at
        phase = purchase.item.phase
        self.order(purchase, self.at, self.end_of(purchase, phase, self.at))
        self.begin(purchase)

    def begin(self, purchase: Purchase) -> None:
        """It runs from now on, and is to be acknowledged."""
        wait = _ACKNOWLEDGE_FAST if purchase.fast else _ACKNOWLEDGE
        plan = purchase.item.plan
        if not plan.renews and purchase.expires_at is not None:
            wait = min(wait, (purchase.expires_at - self.at) / 2)
        purchase.acknowledge_by = self.at + wait
        purchase.payments_left = max(0, plan.payments - 1)
        self.turn(purchase, State.ACTIVE, Happened.PURCHASED)
        self.touch(purchase)

    def order(
        self, purchase: Purchase, begins: datetime, ends: datetime, price: Money | None = None
    ) -> Order:
        """Charge for a time, all items together; `price` where the phases do not say it."""
        items = tuple(
            OrderedItem(
                each.product,
                each.plan.id,
                each.offer.id if each.offer and each.phases else None,
                "prorationPeriod" if price else each.phase.kind,
                price if price and each is purchase.item else each.phase.price,
            )
            for each in purchase.items
        )
        if not purchase.numbered:
            digits = f"{self.chance.randrange(10**17):017}"
            purchase.numbered = f"GPA.{digits[:4]}-{digits[4:8]}-{digits[8:12]}-{digits[12:]}"
        nth = len(purchase.orders)
        number = purchase.numbered + (f"..{nth - 1}" if nth else "")
        order = Order(number, purchase.token, self.at, begins, ends, items)
        purchase.orders.append(order)
        self.orders[order.id] = order
        purchase.expires_at = purchase.paid_until = ends
        return order

    def end_of(self, purchase: Purchase, phase: Phase, begins: datetime) -> datetime:
        return begins + phase.period.fast if purchase.fast else phase.period.after(begins)

    def charge(self, purchase: Purchase, begins: datetime, happened: Happened) -> bool:
        """Try to renew for the time from `begins` on; whether the card paid."""
        if not purchase.card_works:
            return False
        self._renew_items(purchase)
        self.order(purchase, begins, self.end_of(purchase, purchase.item.phase, begins))
        purchase.renewals += 1
        purchase.payments_left = max(0, purchase.payments_left - 1)
        purchase.hold_until = purchase.resumes_at = None
        self.turn(purchase, State.ACTIVE, happened)
        return True

    def give_back(self, order: Order, money: Money, *, chargeback: bool = False) -> None:
        """Of an order that cost nothing, nothing; it is a refunded one all the same."""
        if money.micros or not order.total.micros:
            order.refunds.append(Refund(self.at, money, chargeback))

    def void(self, order: Order, reason: Reason, source: Source) -> None:
        self.voids.append(Void(order, self.at, reason, source))
        self.publish(of_void(order.token, order.id))

    def end(self, purchase: Purchase, by: Canceled | None, *happened: Happened) -> None:
        """For good, now. `by`: who or what cancelled it, if nobody had before."""
        if by is not None and purchase.canceled is None:
            purchase.canceled, purchase.canceled_at = by, self.at
        purchase.acknowledge_by = None
        self.turn(purchase, State.EXPIRED, *happened)
        self.touch(purchase)

    def revoke(self, purchase: Purchase, by: Canceled) -> None:
        """End it before its time."""
        purchase.expires_at = min(purchase.expires_at or self.at, self.at)
        self.end(purchase, by, Happened.REVOKED)

    def fast_or(self, purchase: Purchase, fast: timedelta, real: timedelta) -> timedelta:
        return min(fast, real) if purchase.fast else real

    def ask_consent(self, purchase: Purchase) -> None:
        """To the price after the offer, from thirty days before it on."""
        deadline = purchase.expires_at
        if deadline is not None:
            purchase.consent = Consent(purchase.item.price, deadline)
            self.tell(purchase, Happened.PRICE_STEP_UP_CONSENT_UPDATED)

    def _next_of(self, purchase: Purchase) -> datetime | None:
        if purchase.state in OVER or purchase.state is State.PENDING:
            return None
        dues = [
            None if purchase.acknowledged else purchase.acknowledge_by,
            {State.ON_HOLD: purchase.hold_until, State.PAUSED: purchase.resumes_at}.get(
                purchase.state, purchase.expires_at
            ),
            self._consent_at(purchase),
        ]
        return min(each for each in dues if each is not None)

    def _consent_at(self, purchase: Purchase) -> datetime | None:
        """When the user is to be asked about the price after an offer."""
        item = purchase.item
        offered = item.offer is not None and item.offer.consent and len(item.phases) == 1
        if not offered or purchase.consent or purchase.state is not State.ACTIVE:
            return None
        return max(self.at, purchase.expires_at - _CONSENT) if purchase.expires_at else None

    def _come_due(self, purchase: Purchase) -> None:
        waits = purchase.acknowledge_by
        if not purchase.acknowledged and waits is not None and waits <= self.at:
            self.revoke(purchase, "system")
            for order in purchase.orders[-1:]:
                self.give_back(order, order.total)
                self.void(order, Reason.UNACKNOWLEDGED, Source.GOOGLE)
        elif purchase.state is State.ON_HOLD:
            self.end(purchase, "system", Happened.CANCELED, Happened.EXPIRED)
        elif purchase.state is State.PAUSED:
            if not self.charge(purchase, self.at, Happened.RECOVERED):
                self._hold(purchase)
        elif purchase.expires_at is not None and purchase.expires_at <= self.at:
            self._run_out(purchase)
        else:
            self.ask_consent(purchase)

    def _run_out(self, purchase: Purchase) -> None:
        """The time that was paid for, or given as a grace period, is over."""
        plan = purchase.item.plan
        if purchase.state is State.CANCELED or not plan.renews:
            self.end(purchase, None, Happened.EXPIRED)
        elif purchase.state is State.IN_GRACE_PERIOD:
            self._hold(purchase)
        elif (by := self._refusal(purchase)) is not None:
            self.end(purchase, by, Happened.CANCELED, Happened.EXPIRED)
        elif purchase.pause_for is not None:
            wait = purchase.pause_for
            purchase.resumes_at = self.at + wait.fast if purchase.fast else wait.after(self.at)
            purchase.pause_for = None
            self.turn(purchase, State.PAUSED, Happened.PAUSED)
        elif not self.charge(purchase, self.at, Happened.RENEWED):
            self._decline(purchase)

    def _refusal(self, purchase: Purchase) -> Canceled | None:
        """Who or what ends it at this renewal, if anything does."""
        change, consent = purchase.item.price_change, purchase.consent
        if change and change.state == "OUTSTANDING" and change.from_at <= self.at:
            return "system"
        if consent and consent.state == "PENDING":
            return "system"
        if purchase.cancel_after_payments and not purchase.payments_left:
            return "user"
        return "system" if purchase.test and purchase.renewals >= _MOST_TEST_RENEWALS else None

    def _decline(self, purchase: Purchase) -> None:
        grace = self.fast_or(purchase, _GRACE_FAST, purchase.item.plan.grace)
        if grace:
            purchase.expires_at = self.at + grace
            self.turn(purchase, State.IN_GRACE_PERIOD, Happened.IN_GRACE_PERIOD)
        else:
            self._hold(purchase)

    def _hold(self, purchase: Purchase) -> None:
        hold = self.fast_or(purchase, _HOLD_FAST, purchase.item.plan.hold)
        purchase.hold_until = self.at + hold
        purchase.resumes_at = None
        self.turn(purchase, State.ON_HOLD, Happened.ON_HOLD)

    def _renew_items(self, purchase: Purchase) -> None:
        if purchase.deferred_to is not None:
            purchase.items = [purchase.deferred_to]
            purchase.deferred_to = purchase.inherited_order = None
            return
        if any(each.removed for each in purchase.items):
            purchase.items = [each for each in purchase.items if not each.removed]
            self.tell(purchase, Happened.ITEMS_CHANGED)
        for item in purchase.items:
            self._renew_price(purchase, item)

    def _renew_price(self, purchase: Purchase, item: Item) -> None:
        del item.phases[:1]
        consent = purchase.consent
        if consent is not None and consent.state == "CONFIRMED" and not item.phases:
            consent.state = "COMPLETED"
        change = item.price_change
        if change is not None and change.state == "CONFIRMED" and change.from_at <= self.at:
            item.price, change.state = change.price, "APPLIED"
            self.tell(purchase, Happened.PRICE_CHANGE_UPDATED)
