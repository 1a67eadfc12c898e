"""What an app's server asks the App Store Server API to change.

https://developer.apple.com/documentation/appstoreserverapi/
extending-the-renewal-date-for-auto-renewable-subscriptions and …/send-consumption-information
"""

from typing import Any
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType

from dodam_sim.stores.apple.answers import Answers
from dodam_sim.stores.apple.catalogue import Environment
from dodam_sim.stores.apple.desk import TooManyExtensions
from dodam_sim.stores.apple.families import NotPossible
from dodam_sim.stores.apple.refusals import Refusal, Refused, decoded
from dodam_sim.stores.apple.saying import Said
from dodam_sim.stores.apple.store import AppStore

_DAYS = range(1, 91)
_REASONS = range(4)
_LONGEST_IDENTIFIER = 128
_DELIVERY_STATUSES = {
    *("DELIVERED", "UNDELIVERED_QUALITY_ISSUE", "UNDELIVERED_WRONG_ITEM"),
    *("UNDELIVERED_SERVER_OUTAGE", "UNDELIVERED_OTHER"),
}


class ExtendRenewalDateRequest(Struct, rename="camel"):
    extend_by_days: int
    extend_reason_code: int
    request_identifier: str


class MassExtendRenewalDateRequest(ExtendRenewalDateRequest):
    product_id: str
    storefront_country_codes: list[str] | None = None


class ConsumptionRequest(Struct, rename="camel"):
    """`consumption_percentage` in thousandths of a percent."""

    customer_consented: bool
    delivery_status: str
    sample_content_provided: bool
    consumption_percentage: int | UnsetType = UNSET
    refund_preference: str | UnsetType = UNSET


class Changes:
    def __init__(self, store: AppStore, environment: Environment, answers: Answers) -> None:
        self._store = store
        self._environment = environment
        self._answers = answers

    def extend(self, original_transaction_id: str, body: bytes) -> Said:
        asked = decoded(body, ExtendRenewalDateRequest)
        _check(asked)
        found = self._answers.find_original(original_transaction_id)
        if found.member is not None:
            raise Refused(Refusal.FAMILY_SHARED)
        try:
            effective = self._store.desk.extend(found.key, asked.extend_by_days)
        except TooManyExtensions as error:
            raise Refused(Refusal.MAX_EXTENSION) from error
        except NotPossible as error:
            raise Refused(Refusal.EXTENSION_INELIGIBLE) from error
        return {
            "originalTransactionId": found.key,
            "webOrderLineItemId": found.subscription.last.id[::-1],
            "success": True,
            "effectiveDate": effective,
        }

    def extend_all(self, body: bytes) -> Said:
        """It is done at once; the real store takes its time."""
        asked = decoded(body, MassExtendRenewalDateRequest)
        _check(asked)
        _check_uuid(asked.request_identifier)
        if asked.product_id not in self._store.book.products:
            raise Refused(Refusal.INVALID_PRODUCT_ID)
        self._store.desk.extend_all(
            asked.product_id, asked.extend_by_days, asked.request_identifier, self._environment
        )
        return {"requestIdentifier": asked.request_identifier}

    def extension_of_all(self, product_id: str, request_id: str) -> Said:
        _check_uuid(request_id)
        done = self._store.desk.mass_extensions.get(request_id)
        if done is None or done.product_id != product_id:
            raise Refused(Refusal.STATUS_REQUEST_NOT_FOUND)
        return {
            "requestIdentifier": request_id,
            "complete": True,
            "completeDate": done.at,
            "succeededCount": done.succeeded,
            "failedCount": done.failed,
        }

    def take_consumption(self, transaction_id: str, body: bytes) -> None:
        """Without the customer's consent Apple wants to know nothing."""
        asked = decoded(body, ConsumptionRequest)
        if not asked.customer_consented:
            raise Refused(Refusal.INVALID_CUSTOMER_CONSENTED)
        if asked.delivery_status not in _DELIVERY_STATUSES:
            raise Refused(Refusal.INVALID_DELIVERY_STATUS)
        self._answers.transaction(transaction_id)
        self._store.desk.consumption[transaction_id] = decoded(body, dict[str, Any])


def _check(asked: ExtendRenewalDateRequest) -> None:
    if asked.extend_by_days not in _DAYS:
        raise Refused(Refusal.INVALID_EXTEND_BY_DAYS)
    if asked.extend_reason_code not in _REASONS:
        raise Refused(Refusal.INVALID_EXTEND_REASON_CODE)
    if not 0 < len(asked.request_identifier) <= _LONGEST_IDENTIFIER:
        raise Refused(Refusal.INVALID_REQUEST_IDENTIFIER)


def _check_uuid(identifier: str) -> None:
    try:
        UUID(identifier)
    except ValueError as error:
        raise Refused(Refusal.INVALID_REQUEST_IDENTIFIER) from error
