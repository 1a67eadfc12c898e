"""What families do in the App Store: in an app, on the page of their subscriptions, at Apple's."""

from dodam_sim.stores.apple.book import Book
from dodam_sim.stores.apple.catalogue import Environment, Offer, OfferType, Product
from dodam_sim.stores.apple.renewing import Renewing
from dodam_sim.stores.apple.saying import Said
from dodam_sim.stores.apple.subscription import (
    Intent,
    Member,
    Revocation,
    Stage,
    Status,
    Subscription,
)


class NotPossible(Exception):
    """The App Store does not let a customer do that, as things stand."""


class Families:
    """`key` is the original transaction id of a subscription, which `buy` gives.

    Everything here raises NotPossible for what cannot be done as the subscription stands, and
    KeyError for a subscription, a product or an offer that there is not.
    """

    def __init__(self, book: Book, renewing: Renewing) -> None:
        self._book = book
        self._renewing = renewing

    def buy(
        self,
        product_id: str,
        account_token: str | None = None,
        *,
        offer_id: str | None = None,
        environment: Environment = Environment.PRODUCTION,
    ) -> str:
        """By somebody who never subscribed before: with the introductory offer, unless a code's
        is named. `account_token` is the UUID that the app names as its user.
        """
        product = self._for_sale(product_id)
        offer = _offer(product, offer_id, OfferType.CODE) if offer_id else product.introductory
        subscription = self._book.open(product, account_token, environment)
        self._renewing.begin(subscription, self._book.at, offer=offer, renewal=False)
        self._book.announce("SUBSCRIBED", "INITIAL_BUY", subscription)
        return subscription.key

    def resubscribe(
        self,
        key: str,
        product_id: str,
        account_token: str | None = None,
        *,
        offer_id: str | None = None,
    ) -> None:
        """After it ended, to any product; with a win-back or another offer if one is named."""
        subscription = self._book.subscriptions[key]
        product = self._for_sale(product_id)
        offer = _offer(product, offer_id) if offer_id else None
        ended = subscription.standing.status in {Status.EXPIRED, Status.REVOKED}
        if not ended or subscription.stage is Stage.BEGINS:
            raise NotPossible("it has not ended, or what is paid for is yet to begin")
        self._charge(subscription)
        self._renewing.renew_to(subscription, product)
        subscription.account_token = account_token
        subscription.renews = True
        subscription.started = self._book.at
        self._renewing.begin(subscription, self._book.at, offer=offer, renewal=False)
        self._book.announce("SUBSCRIBED", "RESUBSCRIBE", subscription)

    def turn_renewal_off(self, key: str) -> None:
        """Whoever does so while a payment is being retried ends the subscription (our reading of
        "until the customer … cancels their subscription").
        """
        subscription = self._running(key)
        if not subscription.renews:
            raise NotPossible("it does not renew as it is")
        subscription.renews = False
        self._book.announce("DID_CHANGE_RENEWAL_STATUS", "AUTO_RENEW_DISABLED", subscription)
        if subscription.retrying:
            self._renewing.expire(subscription, Intent.CANCELLED)

    def turn_renewal_on(self, key: str) -> None:
        subscription = self._running(key)
        if subscription.renews:
            raise NotPossible("it renews as it is")
        subscription.renews = True
        self._book.announce("DID_CHANGE_RENEWAL_STATUS", "AUTO_RENEW_ENABLED", subscription)

    def card_fails(self, key: str) -> None:
        self._book.subscriptions[key].card_works = False

    def card_works(self, key: str) -> None:
        """What was to be retried is paid at once."""
        subscription = self._book.subscriptions[key]
        subscription.card_works = True
        if subscription.retrying:
            self._renewing.recover(subscription)

    def change_plan(self, key: str, product_id: str) -> None:
        """To a higher level, or to the same for as long a period, at once; else at the renewal.
        Back to the product one has: what was chosen for the renewal is taken back.
        """
        subscription, product = self._renewing_to(key, product_id)
        if product.id == subscription.last.product.id:
            if subscription.product.id == product.id:
                raise NotPossible("it is that product")
            self._renewing.renew_to(subscription, product)
            self._book.announce("DID_CHANGE_RENEWAL_PREF", None, subscription)
        else:
            self._change("DID_CHANGE_RENEWAL_PREF", subscription, product, None)

    def redeem(self, key: str, offer_id: str, product_id: str | None = None) -> None:
        """A promotional offer or a code's, on a running subscription: of the product it has, for
        the next renewal; of another one, as that is changed to.
        """
        subscription, product = self._renewing_to(
            key, product_id or self._book.subscriptions[key].last.product.id
        )
        offer = _offer(product, offer_id, OfferType.CODE, OfferType.PROMOTIONAL)
        if product.id == subscription.last.product.id:
            if subscription.product.id != product.id:
                self._renewing.renew_to(subscription, product)
            _renew_with(subscription, offer)
            self._book.announce("OFFER_REDEEMED", None, subscription)
        else:
            self._change("OFFER_REDEEMED", subscription, product, offer)

    def accept_price(self, key: str) -> None:
        subscription = self._running(key)
        if subscription.increase is None or subscription.increase.agreed:
            raise NotPossible("no price asks for consent")
        subscription.increase.agreed = True
        self._book.announce("PRICE_INCREASE", "ACCEPTED", subscription)

    def share(self, key: str) -> str:
        """With a member of the family; the original transaction id of what that member has."""
        subscription = self._book.subscriptions[key]
        if not subscription.standing.entitled:
            raise NotPossible("there is nothing to share")
        member = self._book.join(subscription)
        self._book.announce_to_member("SUBSCRIBED", "INITIAL_BUY", subscription, member)
        return member.key

    def stop_sharing(self, member_key: str) -> None:
        subscription, member = self._book.members[member_key]
        if member.revoked is not None:
            raise NotPossible("it is not shared any more")
        self.revoke_member(subscription, member, reason=0)

    def revoke_member(self, subscription: Subscription, member: Member, reason: int) -> None:
        at = self._book.at
        member.revoked = Revocation(at, "FAMILY_REVOKE", 100_000, reason)
        self._book.announce_to_member("REVOKE", None, subscription, member)
        subscription.members.remove(member)

    def ask_refund(self, key: str, reason: str = "UNINTENDED_PURCHASE") -> str:
        """In the app, by the refund request API, which also turns the renewal off; the id of the
        transaction in question.
        """
        subscription = self._book.subscriptions[key]
        if subscription.current.revoked:
            raise NotPossible("it was given back")
        if subscription.renews and subscription.stage is not Stage.NOTHING:
            self.turn_renewal_off(key)
        about = subscription.current
        data: Said = {"consumptionRequestReason": reason}
        self._book.announce("CONSUMPTION_REQUEST", None, subscription, about, **data)
        return about.id

    def buy_once(
        self,
        account_token: str | None = None,
        environment: Environment = Environment.PRODUCTION,
    ) -> str:
        """A consumable; the transaction's id."""
        return self._book.announce_one_time(account_token, environment)

    def rescind_consent(self, environment: Environment = Environment.PRODUCTION) -> None:
        """A parent withdraws the consent to a child's use of the app."""
        self._book.announce_app(environment)

    def _change(
        self, type_: str, subscription: Subscription, product: Product, offer: Offer | None
    ) -> None:
        now_has = subscription.last.product
        as_long = (product.level, product.period) == (now_has.level, now_has.period)
        if product.level < now_has.level or as_long:
            self._charge(subscription)
            self._renewing.renew_to(subscription, product)
            for each in subscription.transactions:
                each.upgraded = each.upgraded or each.expires > self._book.at
            self._renewing.begin(subscription, self._book.at, offer=offer, renewal=False)
            self._book.announce(type_, "UPGRADE", subscription)
        else:
            self._renewing.renew_to(subscription, product)
            _renew_with(subscription, offer)
            self._book.announce(type_, "DOWNGRADE", subscription)

    def _charge(self, subscription: Subscription) -> None:
        if not subscription.card_works:
            raise NotPossible("the card is declined")

    def _for_sale(self, product_id: str) -> Product:
        product = self._book.products[product_id]
        if product_id in self._book.not_for_sale:
            raise NotPossible("it is not for sale")
        return product

    def _running(self, key: str) -> Subscription:
        subscription = self._book.subscriptions[key]
        if subscription.stage is Stage.NOTHING:
            raise NotPossible("it has ended")
        return subscription

    def _renewing_to(self, key: str, product_id: str) -> tuple[Subscription, Product]:
        subscription, product = self._running(key), self._for_sale(product_id)
        if subscription.retrying or not subscription.renews or subscription.last.revoked:
            raise NotPossible("it is not going to renew")
        return subscription, product


def _offer(product: Product, offer_id: str, *types: OfferType) -> Offer:
    offer = product.offer(offer_id)
    if offer is None:
        raise KeyError(offer_id)
    if types and offer.type not in types:
        raise NotPossible("that offer is not for this")
    return offer


def _renew_with(subscription: Subscription, offer: Offer | None) -> None:
    subscription.offer = offer
    subscription.offers_left = offer.count if offer is not None else 0
