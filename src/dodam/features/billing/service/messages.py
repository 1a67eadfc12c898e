"""What staff see of the stores' messages, and have done anew."""

from datetime import UTC, datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from msgspec import structs

from dodam.features.audit.models import Actor, Subject
from dodam.features.audit.service import Audit
from dodam.features.billing.errors.notifications import MessageNotFound
from dodam.features.billing.models.notifications import (
    Handling,
    MessageInFull,
    MessagePage,
    Place,
    ReplayedMessages,
    ReplayMessages,
    cut_short,
)
from dodam.features.billing.models.stores import Store
from dodam.features.billing.models.told import Told
from dodam.features.billing.service.inbox import task_for
from dodam.features.billing.store import notifications as store
from dodam.platform.clock import Clock
from dodam.platform.database import Reading, Transaction

# Evidence of payments, kept as long as those: five years (Korea, Enforcement Decree of the Act on
# the Consumer Protection in Electronic Commerce, art. 6).
_KEPT = timedelta(days=5 * 366)
_REPLAYED_TOGETHER = 1_000
_FORGOTTEN_TOGETHER = 10_000
_AFTER_ALL = Place(datetime(3000, 1, 1, tzinfo=UTC), UUID(int=2**128 - 1))


class MessageDesk:
    def __init__(self, clock: Clock, audit: Audit) -> None:
        self._clock = clock
        self._audit = audit

    async def page(
        self,
        db: Reading,
        *,
        of: Store | None,
        state: Handling | None,
        type_: str | None,
        cursor: str | None,
        limit: int,
    ) -> MessagePage:
        """Up to `limit` messages, the last received first."""
        before = Place.read(cursor) if cursor else _AFTER_ALL
        found = await store.PAGE.all(
            db,
            of_store=of,
            in_state=state,
            of_type=type_,
            before_at=before.at,
            before_id=before.id,
            most=limit + 1,
        )
        rows = found[:limit]
        more = len(found) > limit
        return MessagePage(
            [row.shown() for row in rows],
            Place(rows[-1].received_at, rows[-1].id).cursor() if more else None,
        )

    async def show(self, db: Reading, message_id: UUID) -> MessageInFull:
        """Raises MessageNotFound."""
        row = await store.ONE.first(db, notification=message_id)
        kept = await store.FIND.first(db, notification=message_id)
        if row is None or kept is None:
            raise MessageNotFound
        told = kept.message.told
        return MessageInFull(
            message=row.shown(),
            transaction_id=kept.message.transaction_id,
            told=None if told is None else _without_keys(told),
        )

    async def replay(self, tx: Transaction, by: Actor, message_id: UUID) -> None:
        """Have a message take effect anew, whatever became of it. Raises MessageNotFound."""
        if not await self._replay(tx, [message_id]):
            raise MessageNotFound
        subject = Subject("store_message", message_id)
        await self._audit.record(tx, by, "store_message.replayed", subject)

    async def replay_many(
        self, tx: Transaction, by: Actor, which: ReplayMessages
    ) -> ReplayedMessages:
        found = await store.IN_STATE.all(
            tx, of_store=which.store, in_state=which.state, most=_REPLAYED_TOGETHER
        )
        count = await self._replay(tx, [each.id for each in found])
        subject = Subject("store", uuid5(NAMESPACE_URL, f"dodam:store:{which.store}"))
        await self._audit.record(
            tx, by, "store_messages.replayed", subject, state=which.state, count=count
        )
        return ReplayedMessages(count)

    async def forget_old(self, tx: Transaction) -> None:
        before = self._clock.now() - _KEPT
        await store.FORGET.execute(tx, before=before, most=_FORGOTTEN_TOGETHER)
        await store.FORGET_REFUSALS.execute(tx, before=before.date())

    async def _replay(self, tx: Transaction, ids: list[UUID]) -> int:
        reopened = await store.REOPEN.all(tx, ids=ids)
        await tx.enqueue(*(task_for(row.id, row.message) for row in reopened))
        return len(reopened)


def _without_keys(told: Told) -> Told:
    return structs.replace(told, key=cut_short(told.key) or "", replaces=cut_short(told.replaces))
