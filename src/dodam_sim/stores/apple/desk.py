"""What Apple does and what the app's developer has it do, beside what time and families do."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import msgspec

from dodam_sim.stores.apple.book import Book
from dodam_sim.stores.apple.catalogue import Environment
from dodam_sim.stores.apple.families import Families, NotPossible
from dodam_sim.stores.apple.renewing import Renewing
from dodam_sim.stores.apple.saying import Notification, Said
from dodam_sim.stores.apple.subscription import (
    PriceIncrease,
    Revocation,
    Stage,
    Status,
    Subscription,
)
from dodam_sim.stores.apple.times import DAY, Milliseconds, milliseconds

_MOST_EXTENSIONS_IN_A_YEAR = 2
_FULL = 100
_THOUSANDTHS = 1000


class TooManyExtensions(NotPossible):
    """Two within 365 days are all."""


@dataclass(slots=True)
class MassExtension:
    """What one request for all subscribers to a product led to."""

    request_id: str
    product_id: str
    at: Milliseconds
    succeeded: int = 0
    failed: int = 0


class Desk:
    """`key` is the original transaction id. Raises NotPossible and KeyError as `Families` does."""

    def __init__(self, book: Book, renewing: Renewing, families: Families) -> None:
        self._book = book
        self._renewing = renewing
        self._families = families
        self.consumption: dict[str, Said] = {}
        """What was answered to consumption requests, by transaction."""
        self.mass_extensions: dict[str, MassExtension] = {}

    def raise_price(
        self,
        product_id: str,
        price: int,
        *,
        needs_consent: bool,
        effective: datetime | None = None,
    ) -> None:
        """For new customers now; for subscribers at their first renewal from `effective` on (by
        default the next). Without consent a subscription ends then, if it needs it.
        """
        product = self._book.products[product_id]
        if price <= product.price:
            raise NotPossible("it is no increase")
        self._book.products[product_id] = msgspec.structs.replace(product, price=price)
        from_ = milliseconds(effective) if effective is not None else self._book.at
        for subscription in self._renewing_subscriptions(product_id):
            subscription.increase = PriceIncrease(price, from_, agreed=not needs_consent)
            subtype = "PENDING" if needs_consent else "ACCEPTED"
            self._book.announce("PRICE_INCREASE", subtype, subscription)

    def offer_grace(self, *, offered: bool) -> None:
        """Whether access goes on for a while when a payment fails: the app's own setting."""
        self._book.has_grace = offered

    def withdraw(self, product_id: str) -> None:
        """Take it out of sale: it is not renewed either."""
        self._book.not_for_sale.add(self._book.products[product_id].id)

    def sell_again(self, product_id: str) -> None:
        self._book.not_for_sale.discard(product_id)

    def end_otherwise(self, key: str) -> None:
        """It is not going to renew, for a reason that Apple does not tell."""
        self._book.subscriptions[key].ends_otherwise = True

    def refund(
        self, key: str, transaction_id: str | None = None, *, percentage: int = 100, reason: int = 0
    ) -> None:
        """The current period's payment unless another is named; access to that period ends.

        `reason` 1 is an issue in the app, 0 any other. A subscription whose newest period is
        refunded renews no more.
        """
        subscription = self._book.subscriptions[key]
        about = subscription.transaction(transaction_id) if transaction_id else subscription.current
        if about.revoked:
            raise NotPossible("it was given back")
        at = self._book.at
        type_ = "REFUND_FULL" if percentage == _FULL else "REFUND_PRORATED"
        about.revoked = Revocation(at, type_, percentage * _THOUSANDTHS, reason)
        current = subscription.current
        if about is subscription.last and subscription.stage not in {Stage.BEGINS, Stage.NOTHING}:
            self._renewing.stop(subscription, None)
        elif about in {current, subscription.last}:
            subscription.renews = False
        subscription.stand(at)
        self._book.announce("REFUND", None, subscription, about)
        if about is current:
            for member in list(subscription.members):
                self._families.revoke_member(subscription, member, reason)

    def decline_refund(self, key: str) -> None:
        subscription = self._book.subscriptions[key]
        self._book.announce("REFUND_DECLINED", None, subscription, subscription.current)

    def reverse_refund(self, key: str) -> None:
        """Of the newest payment that was given back; what is left of its time may be used again,
        and ends when it would have.
        """
        subscription = self._book.subscriptions[key]
        about = next((each for each in reversed(subscription.transactions) if each.revoked), None)
        if about is None:
            raise NotPossible("nothing was given back")
        runs = about.expires > self._book.at
        if runs and about not in {subscription.current, subscription.last}:
            raise NotPossible("it was subscribed to anew since")
        about.revoked = None
        if runs and subscription.stage is Stage.NOTHING:
            self._renewing.schedule(subscription, Stage.EXPIRES, about.expires)
        subscription.stand(self._book.at)
        self._book.announce("REFUND_REVERSED", None, subscription, about)

    def extend(self, key: str, days: int) -> Milliseconds:
        """Put the renewal off; when it is now. Raises TooManyExtensions too.

        https://developer.apple.com/documentation/appstoreserverapi/
        extending-the-renewal-date-for-auto-renewable-subscriptions: paid, running, and up to
        twice in 365 days.
        """
        subscription = self._book.subscriptions[key]
        self._extend(subscription, days)
        self._book.announce("RENEWAL_EXTENDED", None, subscription)
        return subscription.last.expires

    def extend_all(
        self,
        product_id: str,
        days: int,
        request_id: str,
        environment: Environment = Environment.PRODUCTION,
    ) -> None:
        """For all who have a product; those who may not have more get RENEWAL_EXTENSION FAILURE."""
        done = MassExtension(request_id, self._book.products[product_id].id, self._book.at)
        for subscription in self._book.subscriptions.values():
            has_it = subscription.last.product.id == product_id
            entitled = subscription.standing.entitled
            if has_it and entitled and subscription.environment is environment:
                try:
                    self.extend(subscription.key, days)
                    done.succeeded += 1
                except NotPossible:
                    self._book.announce("RENEWAL_EXTENSION", "FAILURE", subscription)
                    done.failed += 1
        self.mass_extensions[request_id] = done
        summary: Said = {
            **self._book.app.data(environment),
            "requestIdentifier": request_id,
            "productId": product_id,
            "storefrontCountryCodes": [],
            "succeededCount": done.succeeded,
            "failedCount": done.failed,
        }
        self._book.announce_body("RENEWAL_EXTENSION", "SUMMARY", environment, summary=summary)

    def test(self, environment: Environment = Environment.PRODUCTION) -> Notification:
        """At the developer's request."""
        data = self._book.app.data(environment) | {"bundleVersion": "1"}
        return self._book.announce_body("TEST", None, environment, data=data)

    def external_purchase_token(
        self, subtype: Literal["CREATED", "ACTIVE_TOKEN_REMINDER", "UNREPORTED"]
    ) -> None:
        """Of apps that take money elsewhere too."""
        token: Said = {
            "externalPurchaseId": self._book.new_uuid(),
            "tokenCreationDate": self._book.at,
            "appAppleId": self._book.app.apple_id,
            "bundleId": self._book.app.bundle_id,
        }
        self._book.announce_body(
            "EXTERNAL_PURCHASE_TOKEN",
            subtype,
            Environment.PRODUCTION,
            externalPurchaseToken=token,
        )

    def say(self, type_: str, subtype: str | None, key: str, **data: Any) -> None:
        """Whatever is wanted, of a subscription as it stands: METADATA_UPDATE, MIGRATION and
        PRICE_CHANGE (of Apple's Advanced Commerce), and what Apple has not invented yet.
        """
        self._book.announce(type_, subtype, self._book.subscriptions[key], **data)

    def _extend(self, subscription: Subscription, days: int) -> None:
        at, last = self._book.at, subscription.last
        if subscription.standing.status is not Status.ACTIVE or last.revoked or last.is_free:
            raise NotPossible("it is not paid, or not running")
        if subscription.increase is not None and not subscription.increase.agreed:
            raise NotPossible("it waits for consent to a price")
        lately = [each for each in subscription.extended if each > at - 365 * DAY]
        if len(lately) >= _MOST_EXTENSIONS_IN_A_YEAR:
            raise TooManyExtensions
        subscription.extended.append(at)
        last.expires += days * DAY
        if subscription.stage is not Stage.BEGINS:
            self._renewing.schedule_charge(subscription)
        subscription.stand(at)

    def _renewing_subscriptions(self, product_id: str) -> list[Subscription]:
        return [
            each
            for each in self._book.subscriptions.values()
            if each.product.id == product_id and each.renews and each.stage is not Stage.NOTHING
        ]
