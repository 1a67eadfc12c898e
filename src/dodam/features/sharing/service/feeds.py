"""What a system reads: streams of what was shared with it, and may still be.

What is read is what is so now, not what was when it was shared. A grant may rest, as when a
document has a new version that its guardian has not consented to yet: it is passed over, which is
noted, and all of it is shared again once it is in force again. So whoever reads on misses nothing.
"""

from collections.abc import Collection, Sequence
from uuid import UUID

from dodam.features.accounts.models.api_keys import Scope
from dodam.features.sharing.models.feeds import (
    SharedLog,
    SharedLogs,
    SharedResult,
    SharedResults,
    SharedSession,
    SharedSessions,
    as_consented,
)
from dodam.features.sharing.service.grants import Grants
from dodam.features.sharing.store import feeds as store
from dodam.features.sharing.store.feeds import DayRow, SessionRow
from dodam.features.sharing.store.grants import FALL_BEHIND, Covering
from dodam.features.therapy.models.results import TherapyResult
from dodam.features.therapy.service.changes import Changes
from dodam.features.therapy.service.daily_results import ResultsOfDays
from dodam.platform.clock import Clock
from dodam.platform.database import Transaction


class Feeds:
    """A page has at most `most` things after the position `after`, and fewer where some may no
    longer be shared.
    """

    def __init__(
        self, clock: Clock, grants: Grants, results: ResultsOfDays, changes: Changes
    ) -> None:
        self._clock = clock
        self._grants = grants
        self._results = results
        self._changes = changes

    async def daily_results(
        self, tx: Transaction, system_id: UUID, after: int, most: int
    ) -> SharedResults:
        scope = Scope.READ_DAILY_RESULTS
        rows = await store.RESULTS.all(
            tx, scope=scope, system=system_id, after=after, most=most + 1
        )
        page = rows[:most]
        grants = await self._granted(tx, scope, page)
        results = await self._results.of_days(
            tx, [(row.child_id, row.therapy_day) for row in page if row.grant_id in grants]
        )
        return SharedResults(
            results=[
                SharedResult(
                    row.grant_id, as_consented(result, grants[row.grant_id].consent_version)
                )
                for row in page
                if (result := results.get((row.child_id, row.therapy_day)))
            ],
            next_after=page[-1].position if page else after,
            has_more=len(rows) > most,
        )

    async def daily_logs(
        self, tx: Transaction, system_id: UUID, after: int, most: int
    ) -> SharedLogs:
        scope = Scope.READ_DAILY_LOGS
        rows = await store.LOGS.all(tx, scope=scope, system=system_id, after=after, most=most + 1)
        page = rows[:most]
        grants = await self._granted(tx, scope, page)
        there = [row for row in page if row.grant_id in grants]
        logs = await self._changes.logs(tx, [(row.child_id, row.therapy_day) for row in there])
        return SharedLogs(
            logs=[
                SharedLog(
                    child=row.grant_id,
                    day=row.therapy_day,
                    changed_at=row.shared_at,
                    deleted=(log := logs.get((row.child_id, row.therapy_day))) is None,
                    log=log,
                )
                for row in there
            ],
            next_after=page[-1].position if page else after,
            has_more=len(rows) > most,
        )

    async def therapy_results(
        self, tx: Transaction, system_id: UUID, after: int, most: int
    ) -> SharedSessions:
        scope = Scope.READ_THERAPY_RESULTS
        rows = await store.SESSIONS.all(
            tx, scope=scope, system=system_id, after=after, most=most + 1
        )
        page = rows[:most]
        grants = await self._granted(tx, scope, page)
        there = [row for row in page if row.grant_id in grants]
        sessions = await self._changes.sessions(
            tx, [(row.child_id, row.session_id) for row in there]
        )
        return SharedSessions(
            results=[
                _session(row, grants[row.grant_id], sessions.get((row.child_id, row.session_id)))
                for row in there
            ],
            next_after=page[-1].position if page else after,
            has_more=len(rows) > most,
        )

    async def _granted(
        self, tx: Transaction, scope: Scope, page: Sequence[DayRow]
    ) -> dict[UUID, Covering]:
        asked = {row.grant_id for row in page}
        grants = await self._grants.in_force(tx, scope, asked)
        await self._pass_over(tx, scope, asked - grants.keys())
        return grants

    async def _pass_over(self, tx: Transaction, scope: Scope, grants: Collection[UUID]) -> None:
        if grants:
            await FALL_BEHIND.execute(tx, scope=scope, grants=list(grants), since=self._clock.now())


def _session(row: SessionRow, grant: Covering, result: TherapyResult | None) -> SharedSession:
    """A session that turns out to have begun before the consent is not there."""
    if result is not None and result.therapy_day < grant.from_day:
        result = None
    return SharedSession(row.grant_id, row.session_id, row.shared_at, result is None, result)
