"""What the App Store says, in its own words: decoded, before it is signed.

https://developer.apple.com/documentation/appstoreserverapi/jwstransactiondecodedpayload,
…/jwsrenewalinfodecodedpayload and
https://developer.apple.com/documentation/appstoreservernotifications/responsebodyv2decodedpayload
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from msgspec import Struct

from dodam_sim.stores.apple.catalogue import Environment
from dodam_sim.stores.apple.subscription import Member, Revocation, Subscription, Transaction
from dodam_sim.stores.apple.times import Milliseconds

Said: TypeAlias = dict[str, Any]
Sign: TypeAlias = Callable[[Mapping[str, object]], str]

SUBSCRIPTION = "Auto-Renewable Subscription"
GROUP = "21482101"
_STOREFRONT = {"storefront": "KOR", "storefrontId": "143466"}


class App(Struct, frozen=True):
    """An app as App Store Connect has it."""

    bundle_id: str = "kr.dodam.app"
    apple_id: int = 6740000001

    def data(self, environment: Environment) -> Said:
        """The sandbox knows no `appAppleId`."""
        said: Said = {"bundleId": self.bundle_id, "environment": environment.value}
        if environment is Environment.PRODUCTION:
            said["appAppleId"] = self.apple_id
        return said


@dataclass(slots=True)
class Attempt:
    at: Milliseconds
    result: str


@dataclass(slots=True)
class Notification:
    """`body` is the decoded payload without its signed parts, which are the other three; `key` is
    the subscription that it is about.
    """

    uuid: str
    at: Milliseconds
    environment: Environment
    type: str
    subtype: str | None
    key: str | None
    body: Said
    transaction: Said | None = None
    renewal: Said | None = None
    app_transaction: Said | None = None
    attempts: list[Attempt] = field(default_factory=list[Attempt])

    def signed(self, sign: Sign) -> str:
        """The `signedPayload`. It is signed when it is sent: signing takes its time."""
        payload = dict(self.body)
        if self.transaction is not None:
            payload["data"] = payload["data"] | {"signedTransactionInfo": sign(self.transaction)}
        if self.renewal is not None:
            payload["data"] = payload["data"] | {"signedRenewalInfo": sign(self.renewal)}
        if self.app_transaction is not None:
            signed = sign(self.app_transaction)
            payload["appData"] = payload["appData"] | {"signedAppTransactionInfo": signed}
        return sign(payload)


def transaction_info(
    app: App,
    subscription: Subscription,
    transaction: Transaction,
    at: Milliseconds,
    member: Member | None = None,
) -> Said:
    first = subscription.transactions[0]
    said: Said = {
        "transactionId": transaction.id,
        "originalTransactionId": subscription.key,
        "webOrderLineItemId": transaction.id[::-1],
        "bundleId": app.bundle_id,
        "productId": transaction.product.id,
        "subscriptionGroupIdentifier": GROUP,
        "purchaseDate": transaction.begins,
        "originalPurchaseDate": first.begins,
        "expiresDate": transaction.expires,
        "quantity": 1,
        "type": SUBSCRIPTION,
        "inAppOwnershipType": "PURCHASED",
        "signedDate": at,
        "environment": subscription.environment.value,
        "transactionReason": "RENEWAL" if transaction.renewal else "PURCHASE",
        **_STOREFRONT,
        "price": transaction.price,
        "currency": transaction.product.currency,
        "appTransactionId": subscription.app_transaction_id,
    }
    if transaction.account_token is not None:
        said["appAccountToken"] = transaction.account_token
    if transaction.upgraded:
        said["isUpgraded"] = True
    if (offer := transaction.offer) is not None:
        said |= {"offerType": offer.type.value, "offerDiscountType": offer.mode.value}
        said["offerPeriod"] = offer.period
        if offer.id is not None:
            said["offerIdentifier"] = offer.id
    revoked = transaction.revoked
    if member is not None:
        revoked = member.revoked or revoked
        said |= _of_member(member, member.ids[transaction.id])
        for withheld in ("price", "currency", "appAccountToken"):
            said.pop(withheld, None)
    if revoked is not None:
        said |= _revocation(revoked)
    return said


def renewal_info(
    subscription: Subscription, at: Milliseconds, member: Member | None = None
) -> Said:
    last = subscription.last
    renews = subscription.renews
    said: Said = {
        "originalTransactionId": member.key if member else subscription.key,
        "productId": last.product.id,
        "autoRenewProductId": subscription.product.id,
        "autoRenewStatus": int(renews),
        "isInBillingRetryPeriod": subscription.retrying,
        "signedDate": at,
        "environment": subscription.environment.value,
        "recentSubscriptionStartDate": subscription.started,
        "renewalDate": last.expires,
        "currency": subscription.product.currency,
        "renewalPrice": subscription.price,
        "appTransactionId": subscription.app_transaction_id,
    }
    if member is None and subscription.account_token is not None:
        said["appAccountToken"] = subscription.account_token
    if subscription.grace_until is not None:
        said["gracePeriodExpiresDate"] = subscription.grace_until
    if subscription.intent is not None:
        said["expirationIntent"] = subscription.intent.value
        if win_back := last.product.win_back_offers:
            said["eligibleWinBackOfferIds"] = win_back
    if (increase := subscription.increase) is not None:
        said["priceIncreaseStatus"] = int(increase.agreed)
        if increase.effective <= last.expires:
            said["renewalPrice"] = increase.price
    if (offer := subscription.offer) is not None:
        said |= {"offerType": offer.type.value, "offerDiscountType": offer.mode.value}
        said |= {"offerPeriod": offer.period, "renewalPrice": offer.price}
        if offer.id is not None:
            said["offerIdentifier"] = offer.id
    return said


def one_time_info(
    app: App, id_: str, account_token: str | None, environment: Environment, at: Milliseconds
) -> Said:
    """A consumable: a thing that is bought once and used up."""
    said: Said = {
        "transactionId": id_,
        "originalTransactionId": id_,
        "bundleId": app.bundle_id,
        "productId": "dodam.sticker_pack",
        "purchaseDate": at,
        "originalPurchaseDate": at,
        "quantity": 1,
        "type": "Consumable",
        "inAppOwnershipType": "PURCHASED",
        "signedDate": at,
        "environment": environment.value,
        "transactionReason": "PURCHASE",
        **_STOREFRONT,
        "price": 1_200_000,
        "currency": "KRW",
    }
    if account_token is not None:
        said["appAccountToken"] = account_token
    return said


def app_transaction_info(app: App, id_: str, environment: Environment, at: Milliseconds) -> Said:
    return {
        "receiptType": environment.value,
        "appAppleId": app.apple_id,
        "bundleId": app.bundle_id,
        "applicationVersion": "1.0",
        "receiptCreationDate": at,
        "originalPurchaseDate": at,
        "originalApplicationVersion": "1.0",
        "appTransactionId": id_,
        "originalPlatform": "iOS",
    }


def _of_member(member: Member, id_: str) -> Said:
    return {
        "transactionId": id_,
        "originalTransactionId": member.key,
        "webOrderLineItemId": id_[::-1],
        "originalPurchaseDate": member.joined,
        "inAppOwnershipType": "FAMILY_SHARED",
    }


def _revocation(revoked: Revocation) -> Said:
    return {
        "revocationDate": revoked.at,
        "revocationReason": revoked.reason,
        "revocationType": revoked.type,
        "revocationPercentage": revoked.percentage,
    }
