"""What staff see of how it goes with the stores."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from msgspec import structs

from dodam.features.billing.models.notifications import Place
from dodam.features.billing.models.reconciliation import DriftPage, StoreHealth, Verdict
from dodam.features.billing.models.stores import Store
from dodam.features.billing.service.stores import Stores
from dodam.features.billing.store import notifications, reconciliation, store_health
from dodam.platform.clock import Clock
from dodam.platform.database import Reading

_LATELY = timedelta(days=7)
_AFTER_ALL = Place(datetime(3000, 1, 1, tzinfo=UTC), UUID(int=2**128 - 1))


class StoreHealthDesk:
    def __init__(self, clock: Clock, stores: Stores) -> None:
        self._clock = clock
        self._stores = stores

    async def of_all(self, db: Reading) -> list[StoreHealth]:
        return [await self._of(db, each) for each in Store]

    async def drift(
        self,
        db: Reading,
        *,
        of: Store | None,
        verdict: Verdict | None,
        cursor: str | None,
        limit: int,
    ) -> DriftPage:
        """Up to `limit` of what asking found, the last first."""
        before = Place.read(cursor) if cursor else _AFTER_ALL
        rows = await reconciliation.DRIFT_PAGE.all(
            db,
            of_store=of,
            of_verdict=verdict,
            before_at=before.at,
            before_id=before.id,
            most=limit + 1,
        )
        found = rows[:limit]
        more = len(rows) > limit
        return DriftPage(found, Place(found[-1].found_at, found[-1].id).cursor() if more else None)

    async def _of(self, db: Reading, store: Store) -> StoreHealth:
        since = self._clock.now() - _LATELY
        [row] = await store_health.HEALTH.all(db, of_store=store, since=since)
        return StoreHealth(
            store=store,
            set_up=store in self._stores.set_up,
            refused=await notifications.REFUSALS.all(db, of_store=store, since=since.date()),
            read=await reconciliation.MARKS.all(db, of_store=store),
            **structs.asdict(row),
        )
