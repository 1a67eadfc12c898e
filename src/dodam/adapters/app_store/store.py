"""The App Store as billing asks it."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from appstoreserverlibrary.api_client import GetTransactionHistoryVersion
from appstoreserverlibrary.models.ConsumptionRequest import ConsumptionRequest
from appstoreserverlibrary.models.DeliveryStatus import DeliveryStatus
from appstoreserverlibrary.models.ExtendReasonCode import ExtendReasonCode
from appstoreserverlibrary.models.ExtendRenewalDateRequest import ExtendRenewalDateRequest
from appstoreserverlibrary.models.NotificationHistoryRequest import NotificationHistoryRequest
from appstoreserverlibrary.models.RefundPreference import RefundPreference
from appstoreserverlibrary.models.TransactionHistoryRequest import (
    Order,
    ProductType,
    TransactionHistoryRequest,
)

from dodam.adapters.app_store.api import AppStoreApi
from dodam.adapters.app_store.verifying import Purchase, Refused, SignedData
from dodam.adapters.app_store.words import instant, is_subscription, notification, told
from dodam.features.billing.errors.stores import (
    ForgedMessage,
    ForgedPurchase,
    NotASubscription,
    UnknownPurchase,
)
from dodam.features.billing.models.stores import Environment
from dodam.features.billing.models.told import Notification, Told
from dodam.features.billing.ports import ConsumptionAnswer
from dodam.platform.work import CannotBeDone

_LOG = structlog.get_logger(__name__)
# https://developer.apple.com/documentation/appstoreserverapi/get-notification-history; an hour
# less, for what is asked at the very edge is refused.
_REMEMBERED = {
    Environment.PRODUCTION: timedelta(days=180, hours=-1),
    Environment.SANDBOX: timedelta(days=30, hours=-1),
}
_SUBSCRIPTIONS = TransactionHistoryRequest(
    productTypes=[ProductType.AUTO_RENEWABLE], sort=Order.ASCENDING
)
_PREFERENCES = {
    None: None,
    True: RefundPreference.GRANT_FULL,
    False: RefundPreference.DECLINE,
}


class AppleAppStore:
    """What a purchase's transactions and its renewal say is put together from two questions.

    A merge of all its notifications says the same but for one thing: that a period was replaced
    by an upgrade is never notified of, only its history knows.
    """

    def __init__(self, signed: SignedData, apis: Mapping[Environment, AppStoreApi]) -> None:
        self._signed = signed
        self._apis = apis

    async def read_notification(self, signed_payload: str) -> Notification:
        try:
            return notification(await self._signed.message(signed_payload))
        except Refused as refusal:
            raise ForgedMessage(refusal.reason) from refusal

    async def read_transaction(self, signed_transaction: str) -> Told:
        try:
            purchase = await self._signed.transaction(signed_transaction)
            if not all(is_subscription(each) for each in purchase.transactions):
                raise NotASubscription
            return told(purchase)
        except Refused as refusal:
            raise ForgedPurchase from refusal

    async def subscription(self, key: str, environment: Environment) -> Told:
        transactions = [each async for each in self._history(key, environment)]
        renewals = await self._renewals(key, environment)
        try:
            known = await self._signed.purchase(environment, transactions, None)
            [original] = {
                each.originalTransactionId
                for each in known.transactions
                if key in (each.transactionId, each.originalTransactionId)
            } or {None}
            if original is None:
                raise UnknownPurchase
            renewing = await self._signed.purchase(environment, [], renewals.get(original))
            own = [each for each in known.transactions if each.originalTransactionId == original]
            return told(Purchase(environment, own, renewing.renewal))
        except Refused as refusal:
            raise _unbelievable(refusal) from refusal

    async def notifications(
        self, environment: Environment, since: datetime, until: datetime
    ) -> AsyncIterator[Notification]:
        request = NotificationHistoryRequest(
            startDate=_milliseconds(max(since, until - _REMEMBERED[environment])),
            endDate=_milliseconds(until),
        )
        api, page = self._apis[environment], None
        while True:
            answer = await api.ask(api.get_notification_history(page, request))
            for each in answer.notificationHistory or ():
                try:
                    yield notification(await self._signed.message(each.signedPayload or ""))
                except Refused as refusal:
                    # One that cannot be read must not hide those behind it.
                    _LOG.error("a notification of the past is not believed", reason=refusal.reason)
            page = answer.paginationToken
            if not answer.hasMore or page is None:
                return

    async def answer_consumption(
        self, environment: Environment, transaction_id: str, answer: ConsumptionAnswer
    ) -> None:
        delivered = (
            DeliveryStatus.DELIVERED if answer.delivered else DeliveryStatus.UNDELIVERED_OTHER
        )
        request = ConsumptionRequest(
            customerConsented=True,
            sampleContentProvided=answer.sampled,
            deliveryStatus=delivered,
            refundPreference=_PREFERENCES[answer.prefers_refund],
        )
        api = self._apis[environment]
        await api.ask(api.send_consumption_information(transaction_id, request))

    async def extend(
        self, environment: Environment, key: str, days: int, request_id: UUID
    ) -> datetime:
        request = ExtendRenewalDateRequest(
            extendByDays=days,
            extendReasonCode=ExtendReasonCode.CUSTOMER_SATISFACTION,
            requestIdentifier=str(request_id),
        )
        api = self._apis[environment]
        answer = await api.ask(api.extend_subscription_renewal_date(key, request))
        renews_at = instant(answer.effectiveDate)
        if not answer.success or renews_at is None:
            raise CannotBeDone("the app store did not put the renewal off")
        return renews_at

    async def _history(self, key: str, environment: Environment) -> AsyncGenerator[str]:
        """Signed transactions of every subscription that the buyer has in this app."""
        api, revision = self._apis[environment], None
        while True:
            answer = await api.ask(
                api.get_transaction_history(
                    key, revision, _SUBSCRIPTIONS, GetTransactionHistoryVersion.V2
                )
            )
            for each in answer.signedTransactions or ():
                yield each
            revision = answer.revision
            if not answer.hasMore or revision is None:
                return

    async def _renewals(self, key: str, environment: Environment) -> dict[str, str]:
        """Signed renewals of the same, by their original transactions."""
        api = self._apis[environment]
        answer = await api.ask(api.get_all_subscription_statuses(key))
        return {
            each.originalTransactionId: each.signedRenewalInfo
            for group in answer.data or ()
            for each in group.lastTransactions or ()
            if each.originalTransactionId and each.signedRenewalInfo
        }


def _unbelievable(refusal: Refused) -> CannotBeDone:
    return CannotBeDone(f"the app store's answer is not believed ({refusal.reason})")


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)
