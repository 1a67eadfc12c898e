"""What staff see of errors that nobody expected, and that they were seen to."""

from datetime import timedelta
from uuid import NAMESPACE_URL, uuid5

from dodam.features.audit.models import Actor, Subject
from dodam.features.audit.service import Audit
from dodam.features.operations import store
from dodam.features.operations.errors import FailureNotFound
from dodam.features.operations.models.failures import (
    Failure,
    FailureOrder,
    FailurePage,
    FailurePlace,
)
from dodam.platform.clock import Clock
from dodam.platform.database import Reading, Transaction

_KEPT = timedelta(days=90)


class FailureDesk:
    def __init__(self, clock: Clock, audit: Audit) -> None:
        self._clock = clock
        self._audit = audit

    async def page(
        self,
        db: Reading,
        *,
        resolved: bool | None,
        order: FailureOrder,
        cursor: str | None,
        limit: int,
    ) -> FailurePage:
        """Up to `limit` failures, those that happened last, or most often, first."""
        place = FailurePlace.read(cursor, order) if cursor else None
        found = await store.FAILURES[order].all(
            db,
            resolved=resolved,
            before=place and place.value,
            before_id=place and place.fingerprint,
            most=limit + 1,
        )
        failures = found[:limit]
        more = len(found) > limit
        return FailurePage(
            failures, FailurePlace.of(failures[-1], order).cursor() if more else None
        )

    async def failure(self, db: Reading, fingerprint: str) -> Failure:
        """Raises FailureNotFound."""
        found = await store.FAILURE_OF.first(db, fingerprint=fingerprint)
        if found is None:
            raise FailureNotFound
        return found

    async def resolve(self, tx: Transaction, by: Actor, fingerprint: str) -> Failure:
        """Have the next one told of at once. Raises FailureNotFound."""
        resolved = await store.RESOLVE.first(tx, this=fingerprint, resolved_at=self._clock.now())
        if resolved is None:
            return await self.failure(tx, fingerprint)
        subject = Subject("failure", uuid5(NAMESPACE_URL, f"dodam:failure:{fingerprint}"))
        await self._audit.record(
            tx,
            by,
            "failure.resolved",
            subject,
            fingerprint=fingerprint,
            failure=resolved.kind,
            count=resolved.count,
        )
        return resolved

    async def forget_old(self, tx: Transaction) -> None:
        await store.FORGET_FAILURES.execute(tx, before=self._clock.now() - _KEPT)
