"""Having the stores' messages take effect: each is settled once, whatever fails meanwhile."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from uuid import UUID
from weakref import WeakValueDictionary

from dodam.features.billing.errors.stores import UnknownPurchase
from dodam.features.billing.events import StoreConsentRescinded, StoreMessageUnknown
from dodam.features.billing.models.notifications import Handling, is_known, is_to_be_looked_up
from dodam.features.billing.models.tasks import AnswerConsumption
from dodam.features.billing.models.told import Notification, Told
from dodam.features.billing.service.inbox import MESSAGES
from dodam.features.billing.service.stores import Stores
from dodam.features.billing.service.subscriptions import Subscriptions
from dodam.features.billing.store import notifications as store
from dodam.platform.clock import Clock
from dodam.platform.database import Database, DatabaseUnavailable, Transaction
from dodam.platform.work import CannotBeDone, TryLater


class Processing:
    """What fails is noted with its message, tried again, and held by the queue for a replay."""

    def __init__(
        self, database: Database, clock: Clock, stores: Stores, subscriptions: Subscriptions
    ) -> None:
        self._database = database
        self._clock = clock
        self._stores = stores
        self._subscriptions = subscriptions
        self._purchases = WeakValueDictionary[str, asyncio.Lock]()

    async def process(self, notification_id: UUID) -> None:
        """What the message says by itself. Raises what learning it raises."""
        async with self._failure_noted(notification_id), self._database.transaction() as tx:
            for row in await store.HOLD.all(tx, ids=[notification_id]):
                await self._settle(tx, [row], row.message.told)

    async def look_up(self, notification_id: UUID) -> None:
        """Ask about the purchase that the message names, once for all that wait with it."""
        async with self._database.reading() as db:
            row = await store.FIND.first(db, notification=notification_id)
        if row is None or row.is_settled:
            return
        key = str(row.message.key)
        async with self._alone_with(key), self._failure_noted(notification_id):
            async with self._database.reading() as db:
                about = await store.ABOUT.all(db, of_store=row.message.store, of_key=key)
            if about:
                await self._ask(row.message, key, [each.id for each in about])

    async def _ask(self, message: Notification, key: str, waiting: Sequence[UUID]) -> None:
        try:
            told = await self._stores.ask(message.store, key, message.environment)
        except UnknownPurchase:
            told = None
        async with self._database.transaction() as tx:
            await self._settle(tx, await store.HOLD.all(tx, ids=waiting), told)

    async def _settle(
        self, tx: Transaction, rows: Sequence[store.Unsettled], told: Told | None
    ) -> None:
        """`told` is what the store says of the subscription that all the rows are about."""
        if told is not None:
            await self._subscriptions.learn(tx, told)
        for row in rows:
            await self._pass_on(tx, row)
            MESSAGES.add(row.message.store.value, "settled")
        await store.SETTLE.execute(
            tx,
            ids=[row.id for row in rows],
            new_state=Handling.KEPT if told is None else Handling.DONE,
            new_reason=_nothing_to_learn(rows) if told is None else None,
            now=self._clock.now(),
        )

    async def _pass_on(self, tx: Transaction, row: store.Unsettled) -> None:
        """Some messages ask for more than to be learned from."""
        message = row.message
        if not is_known(message.store, message.type, message.subtype):
            await tx.publish(
                StoreMessageUnknown(
                    notification_id=row.id,
                    store=message.store,
                    message_type=message.type,
                    message_subtype=message.subtype,
                )
            )
        elif message.type == "CONSUMPTION_REQUEST":
            await tx.enqueue(AnswerConsumption(notification_id=row.id))
        elif message.type == "RESCIND_CONSENT":
            await tx.publish(StoreConsentRescinded(notification_id=row.id, store=message.store))

    def _alone_with(self, purchase: str) -> asyncio.Lock:
        """Of a burst about one purchase the first asks, and the others find it done."""
        return self._purchases.setdefault(purchase, asyncio.Lock())

    @asynccontextmanager
    async def _failure_noted(self, notification_id: UUID) -> AsyncGenerator[None]:
        try:
            yield
        except DatabaseUnavailable:
            raise
        except Exception as error:
            known = isinstance(error, TryLater | CannotBeDone)
            reason = str(error) if known else type(error).__name__
            async with self._database.statement() as db:
                await store.FAIL.execute(db, notification=notification_id, new_reason=reason)
            raise


def _nothing_to_learn(rows: Sequence[store.Unsettled]) -> str:
    named = any(is_to_be_looked_up(row.message) for row in rows)
    return UnknownPurchase.code if named else "says_nothing_of_a_subscription"
