"""Account holders who consented, under pseudonyms, and what is to be deleted of them."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from msgspec import Struct


class Person(Struct, frozen=True):
    """Whoever consents to analytics now, and nobody else.

    `distinct_id` is a random pseudonym for the analytics service. Who withdraws and consents again
    gets another one, so that what is deleted and what is new are never mixed up. `followed_since`
    is when the first event was recorded under it.
    """

    account_id: UUID
    distinct_id: UUID
    consent_version: int
    consented_at: datetime
    followed_since: datetime | None


class DeletionReason(StrEnum):
    CONSENT_WITHDRAWN = "consent_withdrawn"
    TEST_ACCOUNT = "test_account"
    ACCOUNT_ERASED = "account_erased"


class Deletion(Struct, frozen=True):
    """What the analytics service is to delete, and has not; `tracking_id` once it was ordered."""

    distinct_id: UUID
    account_id: UUID | None
    reason: DeletionReason
    tracking_id: str | None
