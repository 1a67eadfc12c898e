"""Reading what the stores list for those who missed it: Apple's messages, Google's refunds.

A list is read from its mark on. The mark follows what was read and kept, so that a crash repeats a
part, and a store that is away, or we, for days is caught up with.
"""

from datetime import datetime, timedelta

from dodam.features.billing.models.notifications import CameBy
from dodam.features.billing.models.reconciliation import Because
from dodam.features.billing.models.stores import Environment, Store
from dodam.features.billing.models.tasks import AskGoogle, ReadHistory, ReadVoided
from dodam.features.billing.models.told import Notification
from dodam.features.billing.service.inbox import Inbox
from dodam.features.billing.service.stores import Stores
from dodam.features.billing.store import reconciliation as store
from dodam.platform.clock import Clock
from dodam.platform.database import Database, Transaction

# How far back the lists go, and a little less; a list that was never read is read for so long as
# Apple sends again what it sent in vain.
# https://developer.apple.com/documentation/appstoreserverapi/get-notification-history
# https://developers.google.com/android-publisher/voided-purchases
_KEPT_BY_APPLE = {
    Environment.PRODUCTION: timedelta(days=179),
    Environment.SANDBOX: timedelta(days=29),
}
_KEPT_BY_GOOGLE = timedelta(days=29)
_AT_FIRST = timedelta(days=7)
# What is listed late lies in the part that is read twice, and what is on its way is left to come.
_OVERLAP = timedelta(hours=1)
_ON_ITS_WAY = timedelta(minutes=10)
_SLICE = timedelta(days=1)
_TAKEN_TOGETHER = 100
_VOIDED = "google.voided"


class Reconciliation:
    def __init__(self, database: Database, clock: Clock, stores: Stores, inbox: Inbox) -> None:
        self._database = database
        self._clock = clock
        self._stores = stores
        self._inbox = inbox

    async def begin(self, tx: Transaction) -> None:
        """Have the lists read; to be called every hour."""
        if Store.APPLE in self._stores.set_up:
            for environment in Environment:
                await tx.enqueue(
                    ReadHistory(environment=environment),
                    dedupe_key=f"billing.read_history:{environment}",
                )
        if Store.GOOGLE in self._stores.set_up:
            await tx.enqueue(ReadVoided(), dedupe_key="billing.read_voided")

    async def read_history(self, environment: Environment) -> None:
        """Take in what Apple sent, or tried to, and did not arrive. Raises what the port does."""
        apple = self._stores.app_store
        name = f"apple.{environment}"
        until = self._clock.now() - _ON_ITS_WAY
        since = await self._since(name, _KEPT_BY_APPLE[environment])
        while since < until:
            end = min(since + _SLICE, until)
            batch: list[Notification] = []
            async for message in apple.notifications(environment, since, end):
                batch.append(message)
                if len(batch) == _TAKEN_TOGETHER:
                    await self._take(batch)
                    batch = []
            await self._take(batch)
            await self._set_mark(name, end)
            since = end

    async def read_voided(self) -> None:
        """Ask about what Google gave money back for. Raises what the port does."""
        play = self._stores.google_play
        until = self._clock.now()
        since = await self._since(_VOIDED, _KEPT_BY_GOOGLE)
        keys = {each.key async for each in play.voided(since, until)}
        async with self._database.transaction() as tx:
            await tx.enqueue(
                *(
                    AskGoogle(environment=Environment.PRODUCTION, key=key, because=Because.VOIDED)
                    for key in sorted(keys)
                )
            )
        await self._set_mark(_VOIDED, until)

    async def _since(self, name: str, kept: timedelta) -> datetime:
        now = self._clock.now()
        async with self._database.reading() as db:
            mark = await store.FIND_MARK.first(db, of_list=name)
        since = now - _AT_FIRST if mark is None else mark.until - _OVERLAP
        return max(since, now - kept)

    async def _take(self, batch: list[Notification]) -> None:
        async with self._database.transaction() as tx:
            for message in batch:
                await self._inbox.take(tx, message, CameBy.HISTORY)

    async def _set_mark(self, name: str, until: datetime) -> None:
        async with self._database.statement() as db:
            await store.SET_MARK.execute(db, list=name, until=until, now=self._clock.now())
