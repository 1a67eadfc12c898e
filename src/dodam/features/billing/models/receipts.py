"""What clients hand in of purchases, and what each led to."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from dodam.features.billing.models.entitlement import Entitlement
from dodam.features.billing.models.payments import Payment
from dodam.features.billing.models.stores import Store
from dodam.features.billing.models.subscriptions import Subscription
from dodam.platform.masking.sensitive import Sensitive


class ReceiptOutcome(StrEnum):
    """`waiting`: the store could not be asked yet, which goes on without the client.

    `accepted`: it is this account's. The others say why it is not, as the errors of those names do.
    """

    WAITING = "waiting"
    ACCEPTED = "accepted"
    BELONGS_TO_ANOTHER_ACCOUNT = "belongs_to_another_account"
    SANDBOX_PURCHASE = "sandbox_purchase"
    FAMILY_SHARED = "family_shared"
    UNKNOWN_PURCHASE = "unknown_purchase"


class AppleReceipt(Struct, frozen=True, forbid_unknown_fields=True):
    """`signed_transaction` is StoreKit 2's `VerificationResult.jwsRepresentation`."""

    signed_transaction: Annotated[str, Meta(min_length=1, max_length=32_768), Sensitive]


class GoogleReceipt(Struct, frozen=True, forbid_unknown_fields=True):
    """`purchase_token` is the Play Billing Library's `Purchase.getPurchaseToken()`."""

    purchase_token: Annotated[
        str, Meta(min_length=1, max_length=1500, pattern=r"^[A-Za-z0-9._~:+/=-]+\Z"), Sensitive
    ]


class PaymentResult(Struct, frozen=True):
    """What a purchase that was handed in led to; `transaction_id` is the store's newest of it."""

    store: Store
    outcome: ReceiptOutcome
    subscription_id: UUID | None
    transaction_id: str | None
    at: datetime


class TakenReceipt(Struct, frozen=True):
    """A purchase that is the account's, and what the account is entitled to now."""

    outcome: ReceiptOutcome
    subscription: Subscription
    entitlement: Entitlement


class HeldSubscriptions(Struct, frozen=True):
    """What an account holds at the stores and what it paid, both the newest first.

    `buyer_id` is for the app to pass on as it buys: as `appAccountToken` at the App Store, and as
    `obfuscatedAccountId` at Google Play. `payments` are the newest 100.
    """

    buyer_id: UUID
    subscriptions: list[Subscription]
    payments: list[Payment]
