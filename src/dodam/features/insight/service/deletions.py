"""Having the analytics service delete what it has of people, and making sure that it did."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import structlog

from dodam.features.accounts.service.withdrawal import Withdrawals
from dodam.features.insight import store
from dodam.features.insight.models.events import DeletionState, ForgetPerson
from dodam.features.insight.models.people import DeletionReason
from dodam.features.insight.ports import Analytics, Outcome
from dodam.features.insight.service.people import People
from dodam.platform.clock import Clock
from dodam.platform.database import Database, Transaction
from dodam.platform.work import TryLater

_LOG = structlog.get_logger(__name__)
# Mixpanel may take a month.
_LOOK_AGAIN = timedelta(days=1)
_NEXT_TURN = timedelta(seconds=2)
# In the proof of an erasure: what we held, and what the service did.
_OURS = "insight"
_THEIRS = "analytics"


class Deletions:
    def __init__(
        self,
        database: Database,
        clock: Clock,
        people: People,
        analytics: Analytics,
        withdrawals: Withdrawals,
    ) -> None:
        self._database = database
        self._clock = clock
        self._people = people
        self._analytics = analytics
        self._withdrawals = withdrawals

    async def erase(self, tx: Transaction, account_id: UUID) -> None:
        """Keep nothing of an erased account; what the service deletes is added to the proof."""
        known = await self._people.forget(tx, account_id, DeletionReason.ACCOUNT_ERASED)
        await self._withdrawals.note_erasure(tx, account_id, _OURS, {"person": int(known)})
        # What was asked for before, when a consent was withdrawn, may still be under way.
        await store.FOR_ERASURE.execute(tx, account=account_id)
        await self._prove(tx, account_id)

    async def forget(self, tasks: Sequence[ForgetPerson]) -> Sequence[Outcome]:
        """One call at a turn: order what was not, or else look after what was ordered first.

        So the lane's rate bounds the calls. Every task is tried again until its deletion is done.
        """
        async with self._database.reading() as db:
            rows = await store.OPEN_DELETIONS.all(db, ids=[each.distinct_id for each in tasks])
        wanted = [each.distinct_id for each in rows if each.tracking_id is None]
        if wanted:
            outcome = await self._order(wanted)
            served = set(wanted)
        elif rows and (tracking_id := rows[0].tracking_id) is not None:
            outcome = await self._look_after(tracking_id)
            served = {each.distinct_id for each in rows if each.tracking_id == tracking_id}
        else:
            return [None] * len(tasks)
        waiting = {each.distinct_id for each in rows} - served
        later = TryLater("another deletion comes first", after=_NEXT_TURN)
        outcomes = {**dict.fromkeys(served, outcome), **dict.fromkeys(waiting, later)}
        return [outcomes.get(each.distinct_id) for each in tasks]

    async def _order(self, distinct_ids: list[UUID]) -> Outcome:
        tracking_id = await self._analytics.order_deletion(distinct_ids)
        async with self._database.transaction() as tx:
            await store.ORDERED.execute(
                tx, ids=distinct_ids, tracking=tracking_id, at=self._clock.now()
            )
        return TryLater("a deletion was ordered", after=_LOOK_AGAIN)

    async def _look_after(self, tracking_id: str) -> Outcome:
        state = await self._analytics.deletion(tracking_id)
        if state is DeletionState.UNDER_WAY:
            return TryLater("a deletion is under way", after=_LOOK_AGAIN)
        async with self._database.transaction() as tx:
            if state is DeletionState.LOST:
                _LOG.error("a deletion of analytics was not carried out and is ordered again")
                await store.LOST.execute(tx, tracking=tracking_id)
                return TryLater("a deletion was not carried out", after=_LOOK_AGAIN)
            await store.HOLD_CONCERNED.all(tx, tracking=tracking_id)
            done = await store.DONE.all(tx, tracking=tracking_id, at=self._clock.now())
            erased = {
                each.account_id
                for each in done
                if each.account_id is not None and each.reason is DeletionReason.ACCOUNT_ERASED
            }
            for account_id in erased:
                await self._prove(tx, account_id)
        return None

    async def _prove(self, tx: Transaction, account_id: UUID) -> None:
        """Once all that was recorded of an erased account is deleted, and not before."""
        deleted = await store.FORGET_WHOSE.execute(tx, account=account_id)
        if deleted:
            await self._withdrawals.note_erasure(tx, account_id, _THEIRS, {"person": deleted})
