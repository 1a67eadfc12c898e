"""What people do about subscriptions, and what became of it."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from dodam.features.audit.models import ActorKind
from dodam.platform.masking.sensitive import Sensitive

# Google defers by a day to a year a call, Apple extends by 90 days at most:
# https://developer.android.com/google/play/billing/subscriptions#defer
# https://developer.apple.com/documentation/appstoreserverapi/extendbydays
LONGEST_EXTENSION = 365
LONGEST_EXTENSION_AT_APPLE = 90

DeedId = Annotated[
    UUID, Meta(description="Made by the caller: the same id again changes nothing again.")
]
Reason = Annotated[
    str,
    Meta(min_length=1, max_length=500, pattern=r"^[^\x00]*\Z", description="Why, for colleagues."),
    Sensitive,
]


class DeedKind(StrEnum):
    """A cancellation ends the renewal; what was paid for stays. A revocation gives it back."""

    CANCELLATION = "cancellation"
    EXTENSION = "extension"
    REVOCATION = "revocation"
    REFRESH = "refresh"
    TRANSFER = "transfer"
    CONSUMPTION_ANSWER = "consumption_answer"


class DeedState(StrEnum):
    """`failed` waits in the dead letters for somebody to look at it, and may yet be done.

    `dropped` was not done because it was no longer, or never, to be done.
    """

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"
    DROPPED = "dropped"


class Deed(Struct, frozen=True, kw_only=True):
    """`note` says what became of it, where that is not plain.

    `by` is null for what the system does by itself. `days` is of extensions, `account_id` of
    transfers: the account that got it.
    """

    id: UUID
    subscription_id: UUID
    kind: DeedKind
    state: DeedState
    by_kind: ActorKind
    by: UUID | None
    reason: str | None
    days: int | None
    account_id: UUID | None
    note: str | None
    asked_at: datetime
    ended_at: datetime | None


class Ask(Struct, forbid_unknown_fields=True):
    """What a deed of staff is asked for with."""

    id: DeedId
    reason: Reason


class AskExtension(Ask):
    days: Annotated[
        int,
        Meta(
            ge=1,
            le=LONGEST_EXTENSION,
            description=f"By how many days the renewal is put off; "
            f"{LONGEST_EXTENSION_AT_APPLE} at most at Apple.",
        ),
    ]


class AskTransfer(Ask):
    account_id: Annotated[UUID, Meta(description="The guardian's account that gets it.")]


class Target(Struct, frozen=True):
    """The period that an extension is of, as it was before: how a crash finds it was done."""

    transaction_id: str
    ended_at: datetime
