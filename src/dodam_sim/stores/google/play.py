"""Google Play as its users meet it: they buy, pause, cancel, change plans, and their cards fail.

What users do at an instant happens after what was due by then. A purchase whose state does not
allow something raises NotPossibleError.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Literal

from dodam_sim.stores.google.developer import Developer, left_of
from dodam_sim.stores.google.life import Life
from dodam_sim.stores.google.messages import Happened, Message, of_one_time_product, of_test
from dodam_sim.stores.google.products import PRODUCTS, Period, Product
from dodam_sim.stores.google.purchases import (
    Item,
    NotPossibleError,
    Order,
    Purchase,
    Reason,
    Source,
    State,
    Truth,
)
from dodam_sim.stores.google.replacing import ReplacementMode, replace

_RUNNING = (State.ACTIVE, State.CANCELED)
_CANCELLABLE = (State.ACTIVE, State.IN_GRACE_PERIOD, State.ON_HOLD, State.PAUSED)


class GooglePlay:
    """`now` is Google's clock. `developer` is what the app's own side may do (Play's API)."""

    def __init__(
        self,
        now: Callable[[], datetime],
        *,
        package_name: str = "app.dodam",
        products: Mapping[str, Product] = PRODUCTS,
        seed: int = 7,
    ) -> None:
        self.products = products
        self.life = Life(now, package_name, seed)
        self.developer = Developer(self.life)

    def advance(self, to: datetime) -> None:
        """Let happen, in order, what is due until then."""
        self.life.advance(to)

    @property
    def next_due(self) -> datetime | None:
        """When time does the next thing by itself."""
        return self.life.next_due

    @property
    def published(self) -> list[Message]:
        """Every notification so far, as it was published: in order, once."""
        self.life.settle()
        return self.life.published

    def truth(self, token: str, at: datetime) -> Truth | None:
        """The state that Google held at an instant, and whether it entitled to play.

        Read off the line of the purchase's life. None before it began.
        """
        self.life.settle()
        return self.life.truth(token, at)

    def purchase(self, token: str) -> Purchase:
        """As it is now. Raises KeyError."""
        self.life.settle()
        return self.life.purchases[token]

    def buy(
        self,
        product_id: str,
        plan_id: str,
        *,
        account_id: str | None = None,
        offer_id: str | None = None,
        add_ons: Collection[tuple[str, str]] = (),
        pending: bool = False,
        test: bool = False,
        fast: bool = False,
    ) -> str:
        """The purchase token. `account_id` is what the app named (`obfuscatedExternalAccountId`).

        `pending`: paid later, as at a kiosk. `test`: by a licensed tester, nobody pays. `fast`:
        a month lasts five minutes, as it does for testers.
        """
        self.life.settle()
        item = self._item(product_id, plan_id, offer_id)
        purchase = self._new(item, account_id, test=test, fast=test or fast)
        purchase.items += [self._item(*each) for each in add_ons]
        self.life.add(purchase)
        if not pending:
            self.life.start(purchase)
        return purchase.token

    def complete(self, token: str) -> None:
        """The outstanding first payment is made."""
        self.life.start(self._ready(token, State.PENDING))

    def abandon(self, token: str) -> None:
        """The outstanding first payment is never made."""
        purchase = self._ready(token, State.PENDING)
        self.life.turn(
            purchase, State.PENDING_PURCHASE_CANCELED, Happened.PENDING_PURCHASE_CANCELED
        )
        self.life.touch(purchase)

    def card_fails(self, token: str) -> None:
        """From now on; seen at the next renewal."""
        self._ready(token).card_works = False

    def card_works(self, token: str) -> None:
        """From now on. What is owed is collected at once.

        After a grace period the days stay what they were; after a hold they begin anew.
        """
        purchase = self._ready(token)
        purchase.card_works = True
        if purchase.state is State.IN_GRACE_PERIOD and purchase.paid_until is not None:
            self.life.charge(purchase, purchase.paid_until, Happened.RENEWED)
        elif purchase.state is State.ON_HOLD:
            self.life.charge(purchase, self.life.at, Happened.RECOVERED)
        self.life.touch(purchase)

    def cancel(self, token: str) -> None:
        """Stop the renewal. An installment plan goes on until its payments are made."""
        purchase = self._ready(token, *_CANCELLABLE)
        if purchase.payments_left and purchase.state is State.ACTIVE:
            purchase.cancel_after_payments = True
            self.life.tell(purchase, Happened.CANCELLATION_SCHEDULED)
            self.life.touch(purchase)
        else:
            self.developer.stop(purchase, "user")

    def restore(self, token: str) -> None:
        """Take the cancelling back, before the end."""
        purchase = self._ready(token, State.CANCELED)
        purchase.canceled = purchase.canceled_at = None
        unpaid = purchase.expires_at != purchase.paid_until
        state = State.IN_GRACE_PERIOD if unpaid else State.ACTIVE
        self.life.turn(purchase, state, Happened.RESTARTED)
        self.life.touch(purchase)

    def pause(self, token: str, period: str | None) -> None:
        """For that long from the next renewal on (P1W to P3M); None: not at all."""
        purchase = self._ready(token, State.ACTIVE)
        purchase.pause_for = None if period is None else Period.of(period)
        self.life.tell(purchase, Happened.PAUSE_SCHEDULE_CHANGED)
        self.life.touch(purchase)

    def resume(self, token: str) -> None:
        """Before the pause is over."""
        purchase = self._ready(token, State.PAUSED)
        purchase.resumes_at = self.life.at
        self.life.touch(purchase)
        self.life.advance(self.life.at)

    def replace(
        self,
        token: str,
        product_id: str,
        plan_id: str,
        mode: ReplacementMode,
        *,
        offer_id: str | None = None,
    ) -> str:
        """Change the plan, up or down; the token of the purchase that takes its place."""
        old = self._ready(token, *_RUNNING)
        item = self._item(product_id, plan_id, offer_id)
        new = self._new(item, old.account_id, test=old.test, fast=old.fast)
        replace(self.life, old, new, mode)
        return new.token

    def subscribe_again(self, token: str, *, in_app: bool = True) -> str:
        """Buy the same plan anew, in the app or in the Play Store; the new token.

        Before the end the new purchase is linked to the old one and renews when that would have;
        after it, one from the Play Store names the old one and no account.
        """
        self.life.settle()
        old = self.life.purchases[token]
        item = self._item(old.item.product.id, old.item.plan.id, None)
        account_id = old.account_id
        lapsed = old.state is State.EXPIRED
        if not lapsed:
            self._ready(token, State.CANCELED)
        elif not in_app:
            account_id = None
        new = self._new(item, account_id, test=old.test, fast=old.fast)
        if not lapsed:
            replace(self.life, old, new, "WITHOUT_PRORATION")
        else:
            new.expired_token = None if in_app else token
            self.life.add(new)
            self.life.start(new)
        return new.token

    def top_up(self, token: str) -> str:
        """Pay a prepaid plan for another time, added to what is left of the one before."""
        old = self._ready(token, State.ACTIVE)
        item = self._item(old.item.product.id, old.item.plan.id, None)
        if item.plan.renews:
            raise NotPossibleError(f"{item.plan.id} is not prepaid")
        new = self._new(item, old.account_id, test=old.test, fast=old.fast)
        replace(self.life, old, new, "CHARGE_FULL_PRICE")
        return new.token

    def remove_add_on(self, token: str, product_id: str) -> None:
        """From the next renewal on."""
        purchase = self._ready(token, State.ACTIVE)
        for each in purchase.items[1:]:
            each.removed = each.removed or each.product.id == product_id
        self.life.touch(purchase)

    def accept_price(self, token: str) -> None:
        """Agree to a raised price that waits for it."""
        purchase = self._ready(token)
        change = purchase.item.price_change
        if change is None or change.state != "OUTSTANDING" or change.mode != "PRICE_INCREASE":
            raise NotPossibleError("no price waits for consent")
        change.state = "CONFIRMED"
        self.life.tell(purchase, Happened.PRICE_CHANGE_UPDATED)
        self.life.touch(purchase)

    def consent_to_step_up(self, token: str) -> None:
        """Agree to the price after an offer."""
        purchase = self._ready(token)
        if purchase.consent is None or purchase.consent.state != "PENDING":
            raise NotPossibleError("no step-up waits for consent")
        purchase.consent.state = "CONFIRMED"
        self.life.tell(purchase, Happened.PRICE_STEP_UP_CONSENT_UPDATED)
        self.life.touch(purchase)

    def charge_back(self, order_id: str) -> None:
        """The bank takes the money back. Of the latest order, the subscription ends too."""
        order = self._order(order_id)
        self.life.give_back(order, left_of(order), chargeback=True)
        purchase = self.life.purchases[order.token]
        if order is purchase.orders[-1] and purchase.started_at and not purchase.is_over:
            self.life.revoke(purchase, "system")
        self.life.void(order, Reason.CHARGEBACK, Source.GOOGLE)

    def refund_as_google(self, order_id: str) -> None:
        """Google gives all of an order back to a user who asked, and ends the subscription."""
        order = self._order(order_id)
        self.life.give_back(order, left_of(order))
        purchase = self.life.purchases[order.token]
        if not purchase.is_over:
            self.life.revoke(purchase, "system")
        self.life.void(order, Reason.REMORSE, Source.USER)

    def send_test(self) -> Message:
        """What Play Console's button sends."""
        self.life.settle()
        return self.life.publish(of_test())

    def send(self, token: str, happened: int) -> Message:
        """Any notification of a subscription, whether or not something happened."""
        self.life.settle()
        self.life.tell(self.life.purchases[token], happened)
        return self.life.published[-1]

    def buy_one_time_product(self, sku: str, kind: Literal["bought", "canceled"]) -> Message:
        """What is no subscription: the notification only."""
        self.life.settle()
        token = f"one-time-{len(self.life.published)}"
        return self.life.publish(of_one_time_product(token, sku, canceled=kind == "canceled"))

    def _ready(self, token: str, *states: State) -> Purchase:
        self.life.settle()
        purchase = self.life.purchases[token]
        if states and purchase.state not in states:
            raise NotPossibleError(f"not possible of a purchase in {purchase.state}")
        return purchase

    def _order(self, order_id: str) -> Order:
        self.life.settle()
        return self.life.orders[order_id]

    def _item(self, product_id: str, plan_id: str, offer_id: str | None = None) -> Item:
        """Raises KeyError, StopIteration of what is not sold."""
        product = self.products[product_id]
        plan = product.plan(plan_id)
        price = self.developer.price(product, plan)
        if offer_id is None:
            return Item(product, plan, price)
        offer = plan.offer(offer_id)
        phases = [phase for phase in offer.phases for _ in range(phase.periods)]
        return Item(product, plan, price, offer, phases)

    def _new(self, item: Item, account_id: str | None, *, test: bool, fast: bool) -> Purchase:
        chance = self.life.chance
        token = f"{chance.getrandbits(120):030x}.AO-J1O{chance.getrandbits(160):040x}"
        began = [(self.life.at, State.PENDING)]
        return Purchase(token, account_id, [item], test, fast, State.PENDING, began)
