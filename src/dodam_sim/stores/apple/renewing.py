"""What time brings to subscriptions: renewals, and failures to renew.

https://developer.apple.com/documentation/storekit/reducing-involuntary-subscriber-churn
"""

from collections.abc import Mapping
from heapq import heappop, heappush

from dodam_sim.stores.apple.book import Book
from dodam_sim.stores.apple.catalogue import Environment, Offer, OfferMode, Pace, Product
from dodam_sim.stores.apple.subscription import Intent, Stage, Subscription
from dodam_sim.stores.apple.times import Milliseconds, lasting

_EXPIRED_AS = {
    Intent.CANCELLED: "VOLUNTARY",
    Intent.BILLING_ERROR: "BILLING_RETRY",
    Intent.PRICE_REFUSED: "PRICE_INCREASE",
    Intent.NOT_FOR_SALE: "PRODUCT_NOT_FOR_SALE",
    Intent.OTHER: None,
}


class Renewing:
    """Keeps what is due when. `until` makes all of it happen, each at its own time."""

    def __init__(self, book: Book, paces: Mapping[Environment, Pace]) -> None:
        self._book = book
        self._paces = paces
        self._due: list[tuple[Milliseconds, str, Stage]] = []

    def next_due(self) -> Milliseconds | None:
        while self._due:
            at, key, stage = self._due[0]
            subscription = self._book.subscriptions[key]
            if (subscription.due, subscription.stage) == (at, stage):
                return at
            heappop(self._due)
        return None

    def until(self, now: Milliseconds) -> None:
        while (due := self.next_due()) is not None and due <= now:
            _, key, _ = heappop(self._due)
            self._book.at = max(self._book.at, due)
            self._happen(self._book.subscriptions[key])
        self._book.at = max(self._book.at, now)

    def begin(
        self,
        subscription: Subscription,
        begins: Milliseconds,
        *,
        offer: Offer | None,
        renewal: bool,
    ) -> None:
        """A new period, paid or free."""
        product = subscription.product
        pace = self._pace(subscription)
        period = product.period
        if offer is not None and offer.mode is not OfferMode.PAY_AS_YOU_GO:
            period = offer.period
        expires = pace.after(begins, period)
        price = offer.price if offer is not None else subscription.price
        self._book.add(subscription, begins, expires, price=price, offer=offer, renewal=renewal)
        self._set_next_offer(subscription, offer, renewal=renewal)
        subscription.retrying = False
        subscription.grace_until = None
        subscription.intent = None
        subscription.ends_otherwise = False
        if begins > self._book.at:
            self.schedule(subscription, Stage.BEGINS, begins)
        else:
            self.schedule_charge(subscription)
        subscription.stand(self._book.at)

    def schedule_charge(self, subscription: Subscription) -> None:
        last = subscription.last
        at = self._pace(subscription).charge_before(last.begins, last.expires)
        if at > self._book.at:
            self.schedule(subscription, Stage.CHARGES, at)
        else:
            self.schedule(subscription, Stage.EXPIRES, last.expires)

    def schedule(self, subscription: Subscription, stage: Stage, at: Milliseconds) -> None:
        subscription.stage, subscription.due = stage, at
        if stage is not Stage.NOTHING:
            heappush(self._due, (at, subscription.key, stage))

    def stop(self, subscription: Subscription, intent: Intent | None) -> None:
        """Nothing is due any more."""
        subscription.retrying = False
        subscription.grace_until = None
        subscription.renews = False
        subscription.offer = None
        subscription.increase = None
        subscription.intent = intent
        self.schedule(subscription, Stage.NOTHING, self._book.at)
        subscription.stand(self._book.at)

    def expire(self, subscription: Subscription, intent: Intent) -> None:
        self.stop(subscription, intent)
        self._book.announce("EXPIRED", _EXPIRED_AS[intent], subscription)

    def recover(self, subscription: Subscription) -> None:
        """Within its grace a subscription goes on from where it ended, and else from now."""
        at = self._book.at
        in_grace = subscription.grace_until is not None and at < subscription.grace_until
        self._renew(subscription, subscription.last.expires if in_grace else at)
        self._book.announce("DID_RENEW", "BILLING_RECOVERY", subscription)

    def renew_to(self, subscription: Subscription, product: Product) -> None:
        """At another price than was agreed: that of the other product."""
        subscription.product = product
        subscription.price = product.price
        subscription.increase = None
        subscription.offer = None
        subscription.offers_left = 0

    def _happen(self, subscription: Subscription) -> None:
        match subscription.stage:
            case Stage.BEGINS:
                self._begun(subscription)
            case Stage.CHARGES:
                self._charge_ahead(subscription)
            case Stage.EXPIRES:
                self._end_of_period(subscription)
            case Stage.GRACE_ENDS:
                self._end_of_grace(subscription)
            case Stage.RETRY_ENDS:
                self.expire(subscription, Intent.BILLING_ERROR)
            case Stage.NOTHING:
                pass

    def _begun(self, subscription: Subscription) -> None:
        if subscription.last.revoked:
            self.stop(subscription, Intent.CANCELLED)
        else:
            self.schedule_charge(subscription)
            subscription.stand(self._book.at)

    def _charge_ahead(self, subscription: Subscription) -> None:
        if self._obstacle(subscription) is None and subscription.card_works:
            self._renew(subscription, subscription.last.expires)
            self._book.announce("DID_RENEW", None, subscription)
        else:
            self.schedule(subscription, Stage.EXPIRES, subscription.last.expires)

    def _end_of_period(self, subscription: Subscription) -> None:
        obstacle = self._obstacle(subscription)
        if obstacle is not None:
            self.expire(subscription, obstacle)
        elif subscription.card_works:
            self._renew(subscription, subscription.last.expires)
            self._book.announce("DID_RENEW", None, subscription)
        else:
            self._fail(subscription)

    def _fail(self, subscription: Subscription) -> None:
        pace, last = self._pace(subscription), subscription.last
        subscription.retrying = True
        subscription.intent = Intent.BILLING_ERROR
        if self._book.has_grace:
            subscription.grace_until = pace.grace_after(last.expires, last.product.period)
        if subscription.grace_until is None:
            self._schedule_end_of_retry(subscription)
        else:
            self.schedule(subscription, Stage.GRACE_ENDS, subscription.grace_until)
        subscription.stand(self._book.at)
        in_grace = "GRACE_PERIOD" if subscription.grace_until is not None else None
        self._book.announce("DID_FAIL_TO_RENEW", in_grace, subscription)

    def _end_of_grace(self, subscription: Subscription) -> None:
        subscription.grace_until = None
        self._schedule_end_of_retry(subscription)
        subscription.stand(self._book.at)
        self._book.announce("GRACE_PERIOD_EXPIRED", None, subscription)

    def _schedule_end_of_retry(self, subscription: Subscription) -> None:
        ends = subscription.last.expires + lasting(self._pace(subscription).retry)
        self.schedule(subscription, Stage.RETRY_ENDS, ends)

    def _obstacle(self, subscription: Subscription) -> Intent | None:
        """What other than the payment keeps it from renewing."""
        increase = subscription.increase
        if not subscription.renews:
            return Intent.CANCELLED
        if increase and not increase.agreed and increase.effective <= subscription.last.expires:
            return Intent.PRICE_REFUSED
        if subscription.product.id in self._book.not_for_sale:
            return Intent.NOT_FOR_SALE
        return Intent.OTHER if subscription.ends_otherwise else None

    def _renew(self, subscription: Subscription, begins: Milliseconds) -> None:
        increase = subscription.increase
        if increase and increase.agreed and increase.effective <= begins:
            subscription.price = increase.price
            subscription.increase = None
        self.begin(subscription, begins, offer=subscription.offer, renewal=True)

    def _set_next_offer(
        self, subscription: Subscription, used: Offer | None, *, renewal: bool
    ) -> None:
        """An offer that one pays as one goes holds for some periods more."""
        if used is None:
            return
        left = subscription.offers_left if renewal else used.count
        subscription.offers_left = left - 1
        goes_on = used.mode is OfferMode.PAY_AS_YOU_GO and subscription.offers_left > 0
        subscription.offer = used if goes_on else None

    def _pace(self, subscription: Subscription) -> Pace:
        return self._paces[subscription.environment]
