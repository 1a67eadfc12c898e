"""What billing asks of the stores.

What asks a store raises TryLater, PerhapsDone or CannotBeDone (platform/work.py), and
UnknownPurchase for what the store does not know.
"""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from msgspec import Struct

from dodam.features.billing.models.stores import Environment
from dodam.features.billing.models.told import Notification, Told


class ConsumptionAnswer(Struct, frozen=True, kw_only=True):
    """What a refund of a subscription is judged by, which its buyer consented to be told.

    Without that consent Apple is not to be answered at all; how much of the time was used, Apple
    reckons itself, and refuses to be told. `sampled`: there was a trial, or what is sold was
    described beforehand.
    https://developer.apple.com/documentation/appstoreserverapi/consumptionrequest
    """

    delivered: bool
    sampled: bool
    prefers_refund: bool | None


class AppStore(Protocol):
    """Apple's App Store: signed data, and the App Store Server API."""

    async def read_notification(self, signed_payload: str) -> Notification:
        """A Server Notification V2. Raises ForgedMessage."""
        ...

    async def read_transaction(self, signed_transaction: str) -> Told:
        """A transaction that a device was given. Raises ForgedPurchase, NotASubscription."""
        ...

    async def subscription(self, key: str, environment: Environment) -> Told:
        """Every period and the renewal, by any transaction id of it."""
        ...

    def notifications(
        self, environment: Environment, since: datetime, until: datetime
    ) -> AsyncIterator[Notification]:
        """What Apple sent or tried to send; up to 180 days back, 30 in the sandbox."""
        ...

    async def answer_consumption(
        self, environment: Environment, transaction_id: str, answer: ConsumptionAnswer
    ) -> None: ...

    async def extend(
        self, environment: Environment, key: str, days: int, request_id: UUID
    ) -> datetime:
        """Put the renewal off by 1 to 90 days; the new time of renewal."""
        ...


class VoidedPurchase(Struct, frozen=True):
    """An order that Google gave back or that was charged back."""

    key: str
    order_id: str
    voided_at: datetime


class GooglePlay(Protocol):
    """Google Play: Pub/Sub messages, and the Android Publisher API."""

    async def read_push(self, authorization: str | None, body: bytes) -> Notification:
        """A message that Pub/Sub pushed. Raises ForgedMessage."""
        ...

    async def pull(self, at_most: int) -> Mapping[str, Notification]:
        """Messages that wait, by what acknowledges each; none where pulling is not set up.

        What is not for this app is left out, and acknowledged.
        """
        ...

    async def acknowledge_messages(self, ids: list[str]) -> None: ...

    async def subscription(self, key: str) -> Told:
        """A purchase by its token, with its orders."""
        ...

    async def acknowledge(self, key: str, product_id: str) -> None:
        """Tell Google that a purchase arrived; without it, it is given back after three days."""
        ...

    async def cancel(self, key: str) -> None:
        """End the renewal; what is paid for stays."""
        ...

    async def defer(self, key: str, by: timedelta) -> datetime:
        """Put the renewal off; the new time of renewal."""
        ...

    async def revoke(self, key: str) -> None:
        """End it at once, and give the last payment back in full."""
        ...

    def voided(self, since: datetime, until: datetime) -> AsyncIterator[VoidedPurchase]: ...
