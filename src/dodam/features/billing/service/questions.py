"""Asking the stores what no message told, and telling staff what that found.

A question is put where a time is over and the store has said nothing, and about each subscription
from time to time (store/reconciliation.py). Whatever is learned is learned as from a message.
"""

from datetime import timedelta
from uuid import UUID

from dodam.features.billing.errors.stores import UnknownPurchase
from dodam.features.billing.events import DriftFound
from dodam.features.billing.models.reconciliation import Because, Verdict, differences
from dodam.features.billing.models.stores import Environment, Store
from dodam.features.billing.models.subscriptions import Kept
from dodam.features.billing.models.tasks import AskApple, AskGoogle, JudgeDrift
from dodam.features.billing.models.told import Told
from dodam.features.billing.service.stores import Stores
from dodam.features.billing.service.subscriptions import Subscriptions
from dodam.features.billing.store import reconciliation as store
from dodam.features.billing.store import subscriptions as subscription_store
from dodam.platform.clock import Clock
from dodam.platform.database import Database, Transaction
from dodam.platform.ids import new_id

# Every five minutes so many of a store: 432,000 a day, and a quarter of what its lane does.
_PUT_TOGETHER = 1_500
_JUDGED_AFTER = timedelta(hours=1)


class Questions:
    def __init__(
        self, database: Database, clock: Clock, stores: Stores, subscriptions: Subscriptions
    ) -> None:
        self._database = database
        self._clock = clock
        self._stores = stores
        self._subscriptions = subscriptions

    async def put(self, tx: Transaction) -> None:
        """Have the stores asked about what is due; to be called every few minutes."""
        for each in self._stores.set_up:
            task = AskApple if each is Store.APPLE else AskGoogle
            for question in await store.DUE.all(
                tx, of_store=each, now=self._clock.now(), most=_PUT_TOGETHER
            ):
                await tx.enqueue(
                    task(
                        environment=question.environment,
                        key=question.key,
                        because=question.because,
                    ),
                    dedupe_key=f"billing.ask:{question.id}",
                )

    async def ask(self, of: Store, environment: Environment, key: str, because: Because) -> None:
        """Ask, learn, and note what was not known. Raises what the ports do."""
        asked_at = self._clock.now()
        try:
            told = await self._stores.ask(of, key, environment)
        except UnknownPurchase:
            told = None
        async with self._database.transaction() as tx:
            if told is not None:
                environment = told.environment
            # All at once, in the order in which whoever learns of them holds them.
            keys = (key, told.replaces if told else None)
            before = (await subscription_store.hold(tx, of, environment, keys)).get(key)
            if told is not None:
                await self._learn(tx, told, before, because)
            elif before is not None:
                await store.NOTE_ASKED.execute(tx, subscription=before.id, now=asked_at)

    async def judge(self, drift_id: UUID) -> None:
        """Whether a message of what was found came after all."""
        async with self._database.transaction() as tx:
            found = await store.UNJUDGED.first(tx, drift=drift_id)
            if found is None:
                return
            verdict = Verdict.LATE if found.heard else Verdict.MISSED
            await store.JUDGE.execute(tx, drift=drift_id, new_verdict=verdict)
            if verdict is Verdict.MISSED:
                await tx.publish(
                    DriftFound(
                        drift_id=drift_id,
                        subscription_id=found.subscription_id,
                        store=found.store,
                        before=found.before,
                        after=found.after,
                    )
                )

    async def _learn(
        self, tx: Transaction, told: Told, before: Kept | None, because: Because
    ) -> None:
        now = self._clock.now()
        lines = await self._lines(tx, before.id) if before else 0
        subscription_id = await self._subscriptions.learn(tx, told)
        after = await self._subscriptions.kept(tx, subscription_id)
        await store.NOTE_ASKED.execute(tx, subscription=subscription_id, now=now)
        differs = differences(before.record if before else None, after.record)
        if differs:
            drift_id = new_id()
            await store.ADD_DRIFT.execute(
                tx,
                id=drift_id,
                subscription=subscription_id,
                now=now,
                because=because,
                differs=differs,
                before=before.state if before else None,
                after=after.state,
                ledger_lines=await self._lines(tx, subscription_id) - lines,
            )
            await tx.enqueue(JudgeDrift(drift_id=drift_id), after=_JUDGED_AFTER)

    async def _lines(self, tx: Transaction, subscription_id: UUID) -> int:
        [row] = await store.LEDGER_LINES.all(tx, subscription=subscription_id)
        return row.count
