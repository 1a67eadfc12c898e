"""Having a store do what was asked of it, once, whatever breaks in between."""

from datetime import timedelta
from uuid import UUID

from dodam.features.accounts.service.withdrawal import Withdrawals
from dodam.features.audit.models import ActorKind
from dodam.features.billing.errors.stores import UnknownPurchase
from dodam.features.billing.models.deeds import Deed, DeedKind, DeedState, Target
from dodam.features.billing.models.stores import Store
from dodam.features.billing.models.subscriptions import Kept
from dodam.features.billing.models.told import Period, Told
from dodam.features.billing.service.stores import Stores
from dodam.features.billing.service.subscriptions import Subscriptions
from dodam.features.billing.store import deeds as store
from dodam.platform.clock import Clock
from dodam.platform.database import Database
from dodam.platform.work import CannotBeDone

# A store may round an extension to the hour of its renewals.
_ROUNDED = timedelta(days=1)


class DeedsAtStores:
    """The store is asked first whether it is so already: then a try before did it."""

    def __init__(
        self,
        clock: Clock,
        database: Database,
        stores: Stores,
        subscriptions: Subscriptions,
        withdrawals: Withdrawals,
    ) -> None:
        self._clock = clock
        self._database = database
        self._stores = stores
        self._subscriptions = subscriptions
        self._withdrawals = withdrawals

    async def do(self, deed_id: UUID) -> None:
        """Raises TryLater, and CannotBeDone, which the deed then tells of."""
        async with self._database.transaction() as tx:
            deed = await store.FIND.first(tx, deed_id=deed_id)
            if deed is None or deed.ended_at is not None:
                return
            held = await self._subscriptions.kept(tx, deed.subscription_id)
            came_back = (
                deed.by_kind is ActorKind.SYSTEM
                and held.account_id is not None
                and not await self._withdrawals.is_withdrawn(tx, held.account_id)
            )
        if came_back:
            await self._end(deed, DeedState.DROPPED, "The holder came back.")
            return
        try:
            told = await self._at_store(deed, held)
        except UnknownPurchase:
            await self._end(deed, DeedState.DROPPED, "The store does not know this purchase.")
        except CannotBeDone as error:
            async with self._database.statement() as tx:
                await store.FAIL.execute(tx, deed_id=deed.id, said=error.reason)
            raise
        else:
            await self._end(deed, DeedState.DONE, None, told)

    async def _at_store(self, deed: Deed, held: Kept) -> Told:
        """Do it unless it is done; what the store says afterwards."""
        told = await self._stores.ask(held.store, held.key, held.environment)
        if deed.kind is DeedKind.EXTENSION:
            done = await self._is_extended(deed, told)
        elif deed.kind is DeedKind.REVOCATION:
            done = (latest := _latest(told)) is None or latest.revoked_at is not None
        elif deed.kind is DeedKind.CANCELLATION:
            done = told.renewal is not None and not told.renewal.renews
        else:
            done = True
        if done:
            return told
        await self._call(deed, held)
        return await self._stores.ask(held.store, held.key, held.environment)

    async def _call(self, deed: Deed, held: Kept) -> None:
        if deed.kind is DeedKind.CANCELLATION:
            await self._stores.google_play.cancel(held.key)
        elif deed.kind is DeedKind.REVOCATION:
            await self._stores.google_play.revoke(held.key)
        elif held.store is Store.GOOGLE:
            await self._stores.google_play.defer(held.key, timedelta(days=deed.days or 0))
        else:
            await self._stores.app_store.extend(held.environment, held.key, deed.days or 0, deed.id)

    async def _is_extended(self, deed: Deed, told: Told) -> bool:
        """Whether the period that ran when it was first tried ends later by now."""
        async with self._database.transaction() as tx:
            known = await store.TARGET.first(tx, deed_id=deed.id)
            target = known.target if known else None
            latest = _latest(told)
            if target is None and latest is not None:
                target = Target(latest.transaction_id, latest.ends_at)
                await store.AIM.execute(
                    tx,
                    deed_id=deed.id,
                    of_transaction=target.transaction_id,
                    ended=target.ended_at,
                )
        if target is None:
            return False
        by = timedelta(days=deed.days or 0) - _ROUNDED / 2
        return any(
            each.transaction_id == target.transaction_id and each.ends_at >= target.ended_at + by
            for each in told.periods
        )

    async def _end(
        self, deed: Deed, state: DeedState, note: str | None, told: Told | None = None
    ) -> None:
        async with self._database.transaction() as tx:
            if told is not None:
                await self._subscriptions.learn(tx, told)
            await store.END.execute(
                tx, deed_id=deed.id, ended_as=state, said=note, at=self._clock.now()
            )


def _latest(told: Told) -> Period | None:
    return max(told.periods, key=lambda each: each.ends_at, default=None)
