"""How the App Store Server API refuses: https://developer.apple.com/documentation/
appstoreserverapi/error-codes.
"""

from enum import Enum
from typing import TypeVar

import msgspec

_Shape = TypeVar("_Shape")


class Refusal(Enum):
    """The HTTP status is the code's beginning."""

    GENERAL_BAD_REQUEST = 4000000, "Bad request."
    INVALID_REVISION = 4000005, "Invalid request revision."
    INVALID_TRANSACTION_ID = 4000006, "Invalid transaction id."
    INVALID_ORIGINAL_TRANSACTION_ID = 4000008, "Invalid original transaction id."
    INVALID_EXTEND_BY_DAYS = 4000009, "Invalid extend by days value."
    INVALID_EXTEND_REASON_CODE = 4000010, "Invalid extend reason code."
    INVALID_REQUEST_IDENTIFIER = 4000011, "Invalid request identifier."
    START_DATE_TOO_FAR_IN_PAST = 4000012, "Invalid start date, the earliest is 180 days ago."
    START_DATE_AFTER_END_DATE = 4000013, "Invalid end date, it must be after the start date."
    INVALID_PAGINATION_TOKEN = 4000014, "Invalid pagination token."
    INVALID_START_DATE = 4000015, "Invalid start date."
    INVALID_NOTIFICATION_TYPE = 4000018, "Invalid notification type or subtype."
    MULTIPLE_FILTERS = 4000019, "Supply a transaction id or a notification type, but not both."
    INVALID_SORT = 4000021, "Invalid sort value."
    INVALID_PRODUCT_ID = 4000023, "Invalid product id."
    INVALID_REVOKED = 4000030, "Invalid revoked value."
    INVALID_STATUS = 4000031, "Invalid status."
    INVALID_CUSTOMER_CONSENTED = 4000035, "Invalid customer consented value."
    INVALID_DELIVERY_STATUS = 4000036, "Invalid delivery status."
    EXTENSION_INELIGIBLE = 4030004, "The subscription's state does not allow an extension."
    MAX_EXTENSION = 4030005, "The subscription had the most extensions it may have."
    FAMILY_SHARED = 4030007, "A subscription of a family member is not extended directly."
    ORIGINAL_TRANSACTION_ID_NOT_FOUND = 4040005, "Original transaction id not found."
    TEST_NOT_FOUND = 4040008, "Test notification not found."
    STATUS_REQUEST_NOT_FOUND = 4040009, "The request for an extension was not found."
    TRANSACTION_ID_NOT_FOUND = 4040010, "Transaction id not found."
    RATE_LIMIT_EXCEEDED = 4290000, "Rate limit exceeded."

    @property
    def code(self) -> int:
        return self.value[0]

    @property
    def message(self) -> str:
        return self.value[1]

    @property
    def status(self) -> int:
        return self.code // 10_000


class Refused(Exception):
    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal


def decoded(body: bytes, shape: type[_Shape]) -> _Shape:
    """What a client sent. Raises Refused."""
    try:
        return msgspec.json.decode(body, type=shape)
    except msgspec.MsgspecError as error:
        raise Refused(Refusal.GENERAL_BAD_REQUEST) from error
