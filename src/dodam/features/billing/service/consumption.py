"""Answering what Apple asks before it decides on a refund.

Apple asks with CONSUMPTION_REQUEST and waits twelve hours. It is answered with the buyer's consent
only, and without it not at all:
https://developer.apple.com/documentation/appstoreserverapi/send-consumption-information
https://developer.apple.com/documentation/appstoreserverapi/customerconsented
"""

from datetime import timedelta
from uuid import UUID

from dodam.features.accounts.models.consents import ConsentKind
from dodam.features.accounts.service.consents import Consents
from dodam.features.audit.models import ActorKind
from dodam.features.billing.errors.stores import UnknownPurchase
from dodam.features.billing.models.deeds import Deed, DeedKind, DeedState
from dodam.features.billing.models.told import Notification
from dodam.features.billing.ports import ConsumptionAnswer
from dodam.features.billing.service.stores import Stores
from dodam.features.billing.store import deeds as store
from dodam.features.billing.store import notifications
from dodam.platform.clock import Clock
from dodam.platform.database import Database, Reading

_ANSWERED_WITHIN = timedelta(hours=12)
# Every game can be seen in the store before, and games that need no subscription be played. Whether
# money is given back is Apple's to decide: no wish of ours is told.
_ANSWER = ConsumptionAnswer(delivered=True, sampled=True, prefers_refund=None)


class Consumption:
    """What became of each request is kept as a deed, which has the id of Apple's message."""

    def __init__(
        self, clock: Clock, database: Database, stores: Stores, consents: Consents
    ) -> None:
        self._clock = clock
        self._database = database
        self._stores = stores
        self._consents = consents

    async def answer(self, notification_id: UUID) -> None:
        """Raises TryLater, CannotBeDone."""
        async with self._database.reading() as db:
            asked = await notifications.FIND.first(db, notification=notification_id)
            if asked is None or await store.FIND.first(db, deed_id=notification_id) is not None:
                return
            held = await self._subject(db, asked.message)
            reason = await self._why_not(db, asked.message, held)
        transaction_id = asked.message.transaction_id
        if held is None or transaction_id is None:
            return
        if reason is None:
            try:
                await self._stores.app_store.answer_consumption(
                    asked.message.environment, transaction_id, _ANSWER
                )
            except UnknownPurchase:
                reason = "Apple does not know this purchase."
        state = DeedState.DONE if reason is None else DeedState.DROPPED
        await self._note(notification_id, held, asked.message, state, reason)

    async def _subject(self, db: Reading, message: Notification) -> store.Buyer | None:
        return await store.BUYER.first(
            db, at_store=message.store, in_environment=message.environment, known_by=message.key
        )

    async def _why_not(
        self, db: Reading, message: Notification, held: store.Buyer | None
    ) -> str | None:
        if self._clock.now() >= message.sent_at + _ANSWERED_WITHIN:
            return "Apple no longer waits for an answer."
        holder = None if held is None else held.account_id
        if holder is None or ConsentKind.REFUND_REQUESTS not in await self._consents.held_by(
            db, holder
        ):
            return "The holder did not consent to it."
        return None

    async def _note(
        self,
        notification_id: UUID,
        held: store.Buyer,
        message: Notification,
        state: DeedState,
        reason: str | None,
    ) -> None:
        deed = Deed(
            id=notification_id,
            subscription_id=held.id,
            kind=DeedKind.CONSUMPTION_ANSWER,
            state=state,
            by_kind=ActorKind.SYSTEM,
            by=None,
            reason=None,
            days=None,
            account_id=None,
            note=reason,
            asked_at=message.sent_at,
            ended_at=self._clock.now(),
        )
        async with self._database.transaction() as tx:
            await store.INSERT.first(tx, **store.row(deed))
