"""Time that an account plays as a subscriber without paying, from a promotion."""

from datetime import datetime, timedelta
from uuid import UUID

from dodam.features.billing.store import entitlement as store
from dodam.platform.clock import Clock
from dodam.platform.database import Transaction


class FreePeriods:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def grant(self, tx: Transaction, account_id: UUID, days: int, reference: str) -> datetime:
        """Add days of 24 hours, after those that run already; when they end.

        The same reference a second time adds nothing.
        """
        await tx.fetch(store.HOLD_FREE.sql, *store.HOLD_FREE.arguments({"account": account_id}))
        granted = await store.GRANTED.first(tx, account=account_id, reference=reference)
        if granted is not None:
            return granted.ends_at
        now = self._clock.now()
        last = await store.LAST_FREE.first(tx, account=account_id)
        begins_at = max(now, last.ends_at) if last else now
        ends_at = begins_at + timedelta(days=days)
        await store.GRANT.execute(
            tx,
            account_id=account_id,
            reference=reference,
            begins_at=begins_at,
            ends_at=ends_at,
        )
        return ends_at

    async def erase(self, tx: Transaction, account_id: UUID) -> int:
        """Forget an account's; how many there were."""
        return await store.ERASE_FREE.execute(tx, account=account_id)
