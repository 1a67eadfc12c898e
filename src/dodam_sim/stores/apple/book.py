"""The App Store's book: who subscribed to what, and every notification there was of it."""

from collections.abc import Callable, Iterable
from datetime import datetime
from random import Random
from typing import Any
from uuid import UUID

from dodam_sim.stores.apple.catalogue import Environment, Offer, Product
from dodam_sim.stores.apple.saying import (
    App,
    Notification,
    Said,
    app_transaction_info,
    one_time_info,
    renewal_info,
    transaction_info,
)
from dodam_sim.stores.apple.subscription import Member, Status, Subscription, Transaction
from dodam_sim.stores.apple.times import Milliseconds, milliseconds

# What is said to each member of a family too, and not to the purchaser alone.
_SHARED = {"SUBSCRIBED", "DID_RENEW", "DID_FAIL_TO_RENEW", "GRACE_PERIOD_EXPIRED", "EXPIRED"} | {
    *("DID_CHANGE_RENEWAL_STATUS", "DID_CHANGE_RENEWAL_PREF", "RENEWAL_EXTENDED"),
    "OFFER_REDEEMED",
}


class Book:
    """`at` is the time up to which all that was due has happened.

    Ids go on from the time at which a book was opened, so that two books do not give the same.
    """

    def __init__(
        self, now: Callable[[], datetime], app: App, products: Iterable[Product], seed: int
    ) -> None:
        self.app = app
        self.products = {each.id: each for each in products}
        self.not_for_sale: set[str] = set()
        self.has_grace = True
        self.subscriptions: dict[str, Subscription] = {}
        self.members: dict[str, tuple[Subscription, Member]] = {}
        self.one_time: dict[str, Said] = {}
        self.notifications: list[Notification] = []
        self.at = milliseconds(now())
        self._keys: dict[str, str] = {}
        self._next_id = self.at * 1000
        self._signed: Milliseconds = 0
        self._dice = Random(seed)  # noqa: S311 - a simulation, no secret

    def new_id(self) -> str:
        self._next_id += 1
        return str(self._next_id)

    def new_uuid(self) -> str:
        return str(UUID(int=self._dice.getrandbits(128), version=4))

    def signs_at(self, at: Milliseconds) -> Milliseconds:
        """Nothing is signed at the time of something else: of two, one is the later."""
        self._signed = max(at, self._signed + 1)
        return self._signed

    def open(
        self, product: Product, account_token: str | None, environment: Environment
    ) -> Subscription:
        subscription = Subscription(
            key=self.new_id(),
            environment=environment,
            app_transaction_id=self.new_id(),
            product=product,
            price=product.price,
            account_token=account_token,
            started=self.at,
        )
        self.subscriptions[subscription.key] = subscription
        return subscription

    def add(
        self,
        subscription: Subscription,
        begins: Milliseconds,
        expires: Milliseconds,
        *,
        price: int,
        offer: Offer | None,
        renewal: bool,
    ) -> None:
        """Write a transaction down, of the product that the subscription renews to."""
        id_ = self.new_id() if subscription.transactions else subscription.key
        subscription.transactions.append(
            Transaction(
                id=id_,
                product=subscription.product,
                begins=begins,
                expires=expires,
                price=price,
                renewal=renewal,
                account_token=subscription.account_token,
                offer=offer,
            )
        )
        self._keys[id_] = subscription.key
        for member in subscription.members:
            self._share(member, id_)

    def join(self, subscription: Subscription) -> Member:
        """A member of the family gets the current period too."""
        member = Member(key=self.new_id(), joined=self.at)
        subscription.members.append(member)
        self.members[member.key] = (subscription, member)
        shared = subscription.current.id
        member.ids[shared] = member.key
        self._keys[member.key] = member.key
        if subscription.last.id != shared:
            self._share(member, subscription.last.id)
        return member

    def key_of(self, transaction_id: str) -> str | None:
        """The subscription, a member's too, that any of its transactions is of."""
        return self._keys.get(transaction_id)

    def announce(
        self,
        type_: str,
        subtype: str | None,
        subscription: Subscription,
        transaction: Transaction | None = None,
        **data: Any,
    ) -> None:
        """About its newest transaction unless another is named."""
        about = transaction or subscription.last
        self._announce(type_, subtype, subscription, about, None, data)
        if type_ in _SHARED:
            for member in subscription.members:
                if about.id in member.ids:
                    self._announce(type_, subtype, subscription, about, member, data)

    def announce_to_member(
        self, type_: str, subtype: str | None, subscription: Subscription, member: Member
    ) -> None:
        shared = next(each for each in reversed(subscription.transactions) if each.id in member.ids)
        self._announce(type_, subtype, subscription, shared, member, {})

    def announce_body(
        self, type_: str, subtype: str | None, environment: Environment, **parts: Said
    ) -> Notification:
        """What is about no transaction."""
        at = self.signs_at(self.at)
        notification = Notification(
            uuid=self.new_uuid(),
            at=at,
            environment=environment,
            type=type_,
            subtype=subtype,
            key=None,
            body={},
        )
        notification.body = _head(notification) | parts
        self.notifications.append(notification)
        return notification

    def announce_one_time(self, account_token: str | None, environment: Environment) -> str:
        id_ = self.new_id()
        self.one_time[id_] = one_time_info(self.app, id_, account_token, environment, self.at)
        data = self.app.data(environment) | {"bundleVersion": "1"}
        said = self.announce_body("ONE_TIME_CHARGE", None, environment, data=data)
        said.transaction = self.one_time[id_] | {"signedDate": said.at}
        return id_

    def announce_app(self, environment: Environment) -> None:
        said = self.announce_body(
            "RESCIND_CONSENT", None, environment, appData=self.app.data(environment)
        )
        said.app_transaction = app_transaction_info(self.app, self.new_id(), environment, said.at)

    def _announce(
        self,
        type_: str,
        subtype: str | None,
        subscription: Subscription,
        about: Transaction,
        member: Member | None,
        data: Said,
    ) -> None:
        at = self.signs_at(self.at)
        environment = subscription.environment
        notification = Notification(
            uuid=self.new_uuid(),
            at=at,
            environment=environment,
            type=type_,
            subtype=subtype,
            key=member.key if member else subscription.key,
            body={},
            transaction=transaction_info(self.app, subscription, about, at, member),
            renewal=renewal_info(subscription, at, member),
        )
        revoked = member is not None and member.revoked is not None
        status = Status.REVOKED if revoked else subscription.standing.status
        said = {"bundleVersion": "1", "status": status.value} | data
        notification.body = _head(notification) | {"data": self.app.data(environment) | said}
        self.notifications.append(notification)

    def _share(self, member: Member, id_: str) -> None:
        if member.revoked is None:
            member.ids[id_] = self.new_id()
            self._keys[member.ids[id_]] = member.key


def _head(notification: Notification) -> Said:
    said: Said = {"notificationType": notification.type}
    if notification.subtype is not None:
        said["subtype"] = notification.subtype
    return said | {
        "notificationUUID": notification.uuid,
        "version": "2.0",
        "signedDate": notification.at,
    }
