"""Purchases that clients hand in: taken in whole, answered for, and kept if a store is away."""

from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from dodam.features.accounts.errors.people import AccountNotFound
from dodam.features.billing.errors.stores import StoreUnreachable, UnknownPurchase
from dodam.features.billing.errors.subscriptions import (
    BelongsToAnotherAccount,
    FamilyShared,
    SandboxPurchase,
)
from dodam.features.billing.models.facts import usable_until
from dodam.features.billing.models.receipts import (
    AppleReceipt,
    GoogleReceipt,
    PaymentResult,
    ReceiptOutcome,
    TakenReceipt,
)
from dodam.features.billing.models.stores import Store
from dodam.features.billing.models.subscriptions import Subscription
from dodam.features.billing.models.tasks import ClaimPurchase
from dodam.features.billing.models.told import Told
from dodam.features.billing.service.entitlements import Entitlements
from dodam.features.billing.service.stores import Stores
from dodam.features.billing.service.subscriptions import Subscriptions
from dodam.features.billing.store import receipts as store
from dodam.platform.clock import Clock
from dodam.platform.database import Database, Transaction
from dodam.platform.rate_limit import Limit, RateLimits
from dodam.platform.work import CannotBeDone, TryLater

# A device keeps what it was signed once; what is older than this may not be true any more.
_FRESH = timedelta(minutes=10)
_ASK_AGAIN_SECONDS = 60


class Receipts:
    """It opens its own scopes: stores are asked between them, and a refusal is written down too."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        stores: Stores,
        subscriptions: Subscriptions,
        entitlements: Entitlements,
        rate_limits: RateLimits,
        limit: Limit,
    ) -> None:
        self._database = database
        self._clock = clock
        self._stores = stores
        self._subscriptions = subscriptions
        self._entitlements = entitlements
        self._rate_limits = rate_limits
        self._limit = limit

    async def take_apple(self, account_id: UUID, receipt: AppleReceipt) -> TakenReceipt:
        """What Apple signed is true by itself; where it is old, Apple is asked as well.

        Raises TooManyRequests, StoreNotSetUp, ForgedPurchase, NotASubscription, StoreUnreachable,
        and what `Subscriptions.claim` does.
        """
        await self._rate_limits.spend(self._limit, account_id)
        try:
            signed = await self._stores.app_store.read_transaction(receipt.signed_transaction)
        except TryLater as error:
            raise StoreUnreachable(retry_after=_ASK_AGAIN_SECONDS) from error
        newest = None if self._is_fresh(signed) else await self._ask_apple(signed)
        digest = _digest(Store.APPLE, signed.key)
        return await self._taken(account_id, await self._take(account_id, digest, signed, newest))

    async def take_google(self, account_id: UUID, receipt: GoogleReceipt) -> TakenReceipt:
        """Google is asked what the token stands for; while it is away, the token is kept.

        Raises TooManyRequests, StoreNotSetUp, UnknownPurchase, StoreUnreachable, and what
        `Subscriptions.claim` does.
        """
        await self._rate_limits.spend(self._limit, account_id)
        token = receipt.purchase_token
        google_play = self._stores.google_play
        digest = _digest(Store.GOOGLE, token)
        try:
            told = await google_play.subscription(token)
        except UnknownPurchase:
            await self._note_unknown(account_id, digest)
            raise
        except (TryLater, CannotBeDone) as error:
            await self._wait(account_id, digest, token)
            raise StoreUnreachable(retry_after=_ASK_AGAIN_SECONDS) from error
        return await self._taken(account_id, await self._take(account_id, digest, told))

    async def take_waiting(self, account_id: UUID, digest: bytes) -> None:
        """Take in what was kept as Google was away. Raises what asking it does."""
        async with self._database.reading() as db:
            kept = await store.FIND.first(db, account=account_id, of_digest=digest)
        if kept is None or kept.purchase_token is None:
            return
        try:
            told = await self._stores.google_play.subscription(kept.purchase_token)
        except UnknownPurchase:
            await self._note_unknown(account_id, digest)
            return
        try:
            await self._take(account_id, digest, told)
        except (BelongsToAnotherAccount, FamilyShared, SandboxPurchase):
            return  # Written down; nobody waits for the answer.
        except AccountNotFound:
            # Its holder has left. What is nobody's is not acknowledged: Google gives it back.
            return

    async def erase(self, tx: Transaction, account_id: UUID) -> int:
        """Forget what an account handed in; how much it was."""
        return await store.ERASE.execute(tx, account=account_id)

    def _is_fresh(self, told: Told) -> bool:
        now = self._clock.now()
        return any(
            each.told_at > now - _FRESH and usable_until(each) > now for each in told.periods
        )

    async def _ask_apple(self, signed: Told) -> Told | None:
        try:
            return await self._stores.app_store.subscription(signed.key, signed.environment)
        except (TryLater, CannotBeDone, UnknownPurchase):
            # What is signed is enough for now; the reconciliation asks again.
            return None

    async def _take(
        self, account_id: UUID, digest: bytes, told: Told, newest: Told | None = None
    ) -> Subscription:
        async def attempt() -> Subscription:
            async with self._database.transaction() as tx:
                if newest is not None:
                    await self._subscriptions.learn(tx, newest)
                subscription = await self._subscriptions.claim(tx, account_id, told)
                result = self._result(ReceiptOutcome.ACCEPTED, newest or told, subscription.id)
                await store.keep(tx, account_id, digest, result)
            return subscription

        try:
            return await self._database.retrying(attempt)
        except (BelongsToAnotherAccount, FamilyShared, SandboxPurchase) as refusal:
            # What the store says is true, whoever handed it in.
            async with self._database.transaction() as tx:
                for each in (told, newest):
                    if each is not None:
                        await self._subscriptions.learn(tx, each)
                result = self._result(ReceiptOutcome(refusal.code), newest or told)
                await store.keep(tx, account_id, digest, result)
            raise

    async def _taken(self, account_id: UUID, subscription: Subscription) -> TakenReceipt:
        async with self._database.reading() as db:
            entitlement = await self._entitlements.of(db, account_id)
        return TakenReceipt(ReceiptOutcome.ACCEPTED, subscription, entitlement)

    async def _wait(self, account_id: UUID, digest: bytes, token: str) -> None:
        """Keep a token, and have Google asked about it as soon as it answers."""
        async with self._database.transaction() as tx:
            result = PaymentResult(
                Store.GOOGLE, ReceiptOutcome.WAITING, None, None, self._clock.now()
            )
            await store.keep(tx, account_id, digest, result, token)
            await tx.enqueue(
                ClaimPurchase(account_id=account_id, digest=digest),
                dedupe_key=f"claim:{account_id}:{digest.hex()}",
            )

    async def _note_unknown(self, account_id: UUID, digest: bytes) -> None:
        async with self._database.statement() as tx:
            result = PaymentResult(
                Store.GOOGLE, ReceiptOutcome.UNKNOWN_PURCHASE, None, None, self._clock.now()
            )
            await store.keep(tx, account_id, digest, result)

    def _result(
        self, outcome: ReceiptOutcome, told: Told, subscription_id: UUID | None = None
    ) -> PaymentResult:
        newest = max(told.periods, key=lambda each: each.begins_at, default=None)
        return PaymentResult(
            told.store,
            outcome,
            subscription_id,
            newest.transaction_id if newest else None,
            self._clock.now(),
        )


def _digest(at: Store, key: str) -> bytes:
    """What stands for a purchase where its own name is not to be kept."""
    return sha256(f"{at}:{key}".encode()).digest()
