"""Apple's words in ours.

https://developer.apple.com/documentation/appstoreserverapi/jwstransactiondecodedpayload
https://developer.apple.com/documentation/appstoreserverapi/jwsrenewalinfodecodedpayload
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from appstoreserverlibrary.models.AutoRenewStatus import AutoRenewStatus
from appstoreserverlibrary.models.ExpirationIntent import ExpirationIntent
from appstoreserverlibrary.models.InAppOwnershipType import InAppOwnershipType
from appstoreserverlibrary.models.JWSRenewalInfoDecodedPayload import JWSRenewalInfoDecodedPayload
from appstoreserverlibrary.models.JWSTransactionDecodedPayload import JWSTransactionDecodedPayload
from appstoreserverlibrary.models.OfferDiscountType import OfferDiscountType
from appstoreserverlibrary.models.OfferType import OfferType
from appstoreserverlibrary.models.PriceIncreaseStatus import PriceIncreaseStatus
from appstoreserverlibrary.models.RevocationType import RevocationType
from appstoreserverlibrary.models.Type import Type

from dodam.adapters.app_store.verifying import Message, Purchase, Refused
from dodam.features.billing.models.stores import Store
from dodam.features.billing.models.told import (
    EndReason,
    Money,
    Notification,
    Offer,
    OfferKind,
    OfferMode,
    Period,
    PriceChange,
    PriceChangeState,
    Renewal,
    Told,
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROS_IN_A_MILLI = 1000
# `revocationPercentage` counts thousandths of a per cent.
_ALL_OF_IT = 100_000
_OFFERS = {
    OfferType.INTRODUCTORY_OFFER: OfferKind.INTRODUCTORY,
    OfferType.PROMOTIONAL_OFFER: OfferKind.PROMOTIONAL,
    OfferType.OFFER_CODE: OfferKind.OFFER_CODE,
    OfferType.WIN_BACK_OFFER: OfferKind.WIN_BACK,
}
_MODES = {
    OfferDiscountType.FREE_TRIAL: OfferMode.FREE_TRIAL,
    OfferDiscountType.PAY_AS_YOU_GO: OfferMode.PAY_AS_YOU_GO,
    OfferDiscountType.PAY_UP_FRONT: OfferMode.PAY_UP_FRONT,
}
_END_REASONS = {
    ExpirationIntent.CUSTOMER_CANCELLED: EndReason.CANCELLED,
    ExpirationIntent.BILLING_ERROR: EndReason.PAYMENT_FAILED,
    ExpirationIntent.CUSTOMER_DID_NOT_CONSENT_TO_PRICE_INCREASE: EndReason.PRICE_REFUSED,
    ExpirationIntent.PRODUCT_NOT_AVAILABLE: EndReason.PRODUCT_UNAVAILABLE,
}
AnyInfo = JWSTransactionDecodedPayload | JWSRenewalInfoDecodedPayload


def notification(message: Message) -> Notification:
    """`told` and `key` are of subscriptions only. Raises Refused.

    One of which Apple says less than it documents is kept without `told`, to be asked about.
    """
    body, purchase = message.body, message.purchase
    if not body.notificationUUID or not body.rawNotificationType:
        raise Refused("unreadable")
    about = next(iter(purchase.transactions), None)
    key, said = _of_subscription(purchase)
    return Notification(
        store=Store.APPLE,
        environment=purchase.environment,
        id=body.notificationUUID,
        type=body.rawNotificationType,
        subtype=body.rawSubtype,
        sent_at=_known(body.signedDate),
        key=key,
        transaction_id=about.transactionId if about else None,
        told=said,
    )


def is_subscription(transaction: JWSTransactionDecodedPayload) -> bool:
    return transaction.type is Type.AUTO_RENEWABLE_SUBSCRIPTION


def told(purchase: Purchase) -> Told:
    """Of one subscription: its transactions, or how it renews, or both. Raises Refused.

    Whose it is, the newest transaction says: who buys again may name another account.
    """
    transactions, renewal = purchase.transactions, purchase.renewal
    parts = (*transactions, *([renewal] if renewal else []))
    key = parts[0].originalTransactionId
    if not key or any(each.originalTransactionId != key for each in parts):
        raise Refused("unreadable")
    newest = max(transactions, key=lambda each: each.purchaseDate or 0, default=None)
    return Told(
        store=Store.APPLE,
        environment=purchase.environment,
        key=key,
        buyer=_account(newest.appAccountToken) if newest else None,
        family_shared=newest is not None and _is_shared(newest),
        periods=tuple(_period(each, transactions) for each in transactions),
        renewal=_renewal(renewal) if renewal else None,
    )


def instant(milliseconds: int | None) -> datetime | None:
    """Apple's times are in milliseconds since 1970."""
    return None if milliseconds is None else _EPOCH + timedelta(milliseconds=milliseconds)


def _of_subscription(purchase: Purchase) -> tuple[str | None, Told | None]:
    about = next(iter(purchase.transactions), None)
    if about is not None and not is_subscription(about):
        return None, None
    named = about or purchase.renewal
    if named is None:
        return None, None
    try:
        return named.originalTransactionId, told(purchase)
    except Refused:
        return named.originalTransactionId, None


def _period(
    transaction: JWSTransactionDecodedPayload, known: Sequence[JWSTransactionDecodedPayload]
) -> Period:
    if not transaction.transactionId or not transaction.productId:
        raise Refused("unreadable")
    paid = None if _is_shared(transaction) else _money(transaction.price, transaction.currency)
    refunded = _refunded(transaction, paid)
    revoked_at = instant(transaction.revocationDate)
    return Period(
        told_at=_known(transaction.signedDate),
        transaction_id=transaction.transactionId,
        product_id=transaction.productId,
        begins_at=_known(transaction.purchaseDate),
        ends_at=_known(transaction.expiresDate),
        paid=paid,
        offer=_offer(transaction),
        refunded=refunded,
        refunded_at=revoked_at if refunded else None,
        revoked_at=revoked_at,
        replaced_at=_replaced_at(transaction, known),
    )


def _replaced_at(
    transaction: JWSTransactionDecodedPayload, known: Sequence[JWSTransactionDecodedPayload]
) -> datetime | None:
    """When the upgrade was bought; Apple says only that there was one.

    Where what was bought is not known, it was no later than Apple said so.
    """
    if not transaction.isUpgraded:
        return None
    begins_at = _known(transaction.purchaseDate)
    bought = (_known(each.purchaseDate) for each in known)
    later = (each for each in bought if each > begins_at)
    at = min(later, default=_known(transaction.signedDate))
    return min(at, _known(transaction.expiresDate))


def _refunded(transaction: JWSTransactionDecodedPayload, paid: Money | None) -> Money | None:
    """What was given back, to the unit that Apple's rounded percentage allows.

    A refund in part, too, ends the time at once: it is reckoned by the time that was left
    (https://developer.apple.com/documentation/storekit/transaction/revocationpercentage).
    """
    if transaction.revocationDate is None or paid is None:
        return None
    if transaction.revocationType is RevocationType.FAMILY_REVOKE:
        return None
    share = transaction.revocationPercentage
    thousandths = _ALL_OF_IT if share is None else share
    return Money(paid.micros * thousandths // _ALL_OF_IT, paid.currency)


def _renewal(info: JWSRenewalInfoDecodedPayload) -> Renewal:
    told_at = _known(info.signedDate)
    grace_until = instant(info.gracePeriodExpiresDate)
    # Apple has been seen to say false in a grace period (developer.apple.com/forums/thread/749813).
    retrying = bool(info.isInBillingRetryPeriod) or (
        grace_until is not None and grace_until > told_at
    )
    # It still says that it renews of what expired, other than by the customer's will.
    over = info.rawExpirationIntent is not None and not retrying
    return Renewal(
        told_at=told_at,
        renews=info.autoRenewStatus is AutoRenewStatus.ON and not over,
        product_id=info.autoRenewProductId,
        price=_money(info.renewalPrice, info.currency),
        offer=_offer(info),
        grace_until=grace_until,
        retrying=retrying,
        ended_because=_end_reason(info),
        price_change=_price_change(info),
        win_back_offers=tuple(info.eligibleWinBackOfferIds or ()),
    )


def _end_reason(info: JWSRenewalInfoDecodedPayload) -> EndReason | None:
    if info.rawExpirationIntent is None:
        return EndReason.CANCELLED if info.autoRenewStatus is AutoRenewStatus.OFF else None
    if info.expirationIntent is None:
        return EndReason.OTHER
    return _END_REASONS.get(info.expirationIntent, EndReason.OTHER)


def _price_change(info: JWSRenewalInfoDecodedPayload) -> PriceChange | None:
    """The new price holds from the next renewal on, which is also the end of the time for consent.

    Apple says the same of a price that was consented to as of one that needs no consent.
    https://developer.apple.com/documentation/storekit/managing-price-increases-for-auto-renewable-subscriptions
    """
    renews_at = instant(info.renewalDate)
    price = _money(info.renewalPrice, info.currency)
    match info.priceIncreaseStatus:
        case PriceIncreaseStatus.CUSTOMER_HAS_NOT_RESPONDED:
            refused = (
                info.expirationIntent is ExpirationIntent.CUSTOMER_DID_NOT_CONSENT_TO_PRICE_INCREASE
            )
            state = PriceChangeState.REFUSED if refused else PriceChangeState.PENDING
            return PriceChange(state, price, renews_at, renews_at)
        case PriceIncreaseStatus.CUSTOMER_CONSENTED_OR_WAS_NOTIFIED_WITHOUT_NEEDING_CONSENT:
            return PriceChange(PriceChangeState.NOTIFIED, price, renews_at, None)
        case _:
            return None


def _offer(info: AnyInfo) -> Offer | None:
    """One of a kind that we do not know yet counts as a promotion."""
    if info.rawOfferType is None:
        return None
    kind = _OFFERS[info.offerType] if info.offerType else OfferKind.PROMOTIONAL
    mode = _MODES.get(info.offerDiscountType) if info.offerDiscountType else None
    return Offer(kind, mode, info.offerIdentifier)


def _money(milliunits: int | None, currency: str | None) -> Money | None:
    if milliunits is None or currency is None:
        return None
    return Money(milliunits * _MICROS_IN_A_MILLI, currency)


def _is_shared(transaction: JWSTransactionDecodedPayload) -> bool:
    return transaction.inAppOwnershipType is InAppOwnershipType.FAMILY_SHARED


def _account(token: str | None) -> UUID | None:
    try:
        return UUID(token) if token else None
    except ValueError:
        return None


def _known(milliseconds: int | None) -> datetime:
    """Raises Refused where Apple left out what it documents as always there."""
    at = instant(milliseconds)
    if at is None:
        raise Refused("unreadable")
    return at
