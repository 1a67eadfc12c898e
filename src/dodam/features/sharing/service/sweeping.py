"""Noticing what changed of what is shared, a few minutes later, at no cost to uploads.

Every few minutes the days and sessions that plays were added to since the last time, or corrected,
are held against what was shared of them; where they differ, they are shared as they are now. A play
is seen from when its upload is stored, but is looked for by when it was received: so some of the
time before is looked at again, and what is found twice differs once.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from hashlib import blake2b
from uuid import UUID

from msgspec import Struct, json, structs

from dodam.features.accounts.models.api_keys import Scope
from dodam.features.sharing.service.deliveries import Deliveries
from dodam.features.sharing.service.grants import Grants
from dodam.features.sharing.store import feeds as store
from dodam.features.sharing.store import grants as grant_store
from dodam.features.sharing.store.grants import Covering
from dodam.features.therapy.models.changes import DailyLog, Touched
from dodam.features.therapy.models.results import TherapyResult
from dodam.features.therapy.service.changes import Changes
from dodam.platform.clock import Clock
from dodam.platform.database import Transaction
from dodam.platform.statements import Statement

# Longer than any upload takes to be stored, by the clocks of servers that differ.
_LOOKED_AT_AGAIN = timedelta(minutes=15)
_DIGEST_BYTES = 16


class _Given(Struct, frozen=True):
    """A day or a session that was touched; without a digest where nothing is left of it."""

    child_id: UUID
    key: date | UUID
    day: date | None
    digest: bytes | None

    def seen_by(self, grant: Covering) -> "_Given":
        """By a grant that begins later there is nothing."""
        if self.day is None or self.day >= grant.from_day:
            return self
        return structs.replace(self, day=None, digest=None)


class _Stream(Struct, frozen=True):
    """The grants of one scope that are in force, and what was touched of their children."""

    scope: Scope
    grants: Sequence[Covering]
    touched: Mapping[UUID, Sequence[_Given]] = {}

    def seen_by(self, system_id: UUID) -> list[tuple[UUID, _Given]]:
        """What was touched, by grant of the system."""
        return [
            (grant.id, each.seen_by(grant))
            for grant in self.grants
            if grant.system_id == system_id
            for each in self.touched.get(grant.child_id, ())
        ]


class Sweeping:
    def __init__(
        self, clock: Clock, grants: Grants, changes: Changes, deliveries: Deliveries
    ) -> None:
        self._clock = clock
        self._grants = grants
        self._changes = changes
        self._deliveries = deliveries

    async def sweep(self, tx: Transaction) -> None:
        """Share what has changed since the last time; one sweep after the other."""
        now = self._clock.now()
        await store.START_SWEEPS.execute(tx, now=now)
        [last] = await store.LAST_SWEEP.all(tx)
        # Results do not change: they are shared again where they were passed over.
        passed_over = await self._grants.behind(tx, Scope.READ_DAILY_RESULTS)
        results = _Stream(Scope.READ_DAILY_RESULTS, passed_over)
        logs = await self._logs(tx, last.until)
        sessions = await self._sessions(tx, last.until)
        systems = {each.system_id for each in (*results.grants, *logs.grants, *sessions.grants)}
        # In the order in which whoever else shares goes too: so nobody blocks another for good.
        for system_id in sorted(systems):
            await self._catch_up(tx, system_id, results, store.SHARE_RESULTS_AGAIN)
            await self._catch_up(tx, system_id, logs, store.SHARE_LOGS_AGAIN)
            await self._catch_up(tx, system_id, sessions, store.SHARE_SESSIONS_AGAIN)
            await self._share_logs(tx, system_id, logs, now)
            await self._share_sessions(tx, system_id, sessions, now)
        await store.SWEEP_DONE.execute(tx, now=now)

    async def _logs(self, tx: Transaction, until: datetime) -> _Stream:
        scope = Scope.READ_DAILY_LOGS
        grants, touched = await self._touched(tx, scope, until)
        days = {(each.child_id, each.therapy_day) for each in touched}
        logs = await self._changes.logs(tx, days)
        return _Stream(
            scope,
            grants,
            _by_child(
                _Given(child, day, day, _digest(logs.get((child, day)))) for child, day in days
            ),
        )

    async def _sessions(self, tx: Transaction, until: datetime) -> _Stream:
        scope = Scope.READ_THERAPY_RESULTS
        grants, touched = await self._touched(tx, scope, until)
        ids = {(each.child_id, each.session_id) for each in touched}
        sessions = await self._changes.sessions(tx, ids)
        return _Stream(
            scope,
            grants,
            _by_child(
                _Given(child, id_, result and result.therapy_day, _digest(result))
                for child, id_ in ids
                for result in [sessions.get((child, id_))]
            ),
        )

    async def _touched(
        self, tx: Transaction, scope: Scope, until: datetime
    ) -> tuple[list[Covering], set[Touched]]:
        """The grants in force, and what was touched of their children since it was last shared."""
        grants, resting = await self._grants.all_of(tx, scope)
        if resting:
            ids = [each.id for each in resting]
            await grant_store.FALL_BEHIND.execute(tx, scope=scope, grants=ids, since=until)
        since: dict[UUID, datetime] = {}
        for each in grants:
            behind = min(until, each.behind_since or until) - _LOOKED_AT_AGAIN
            since[each.child_id] = min(behind, since.get(each.child_id, behind))
        return grants, await self._changes.since(tx, since)

    async def _catch_up(
        self, tx: Transaction, system_id: UUID, stream: _Stream, share_again: Statement
    ) -> None:
        """Share all again by grants that rested, for some of it may have been passed over."""
        behind = [
            each.id
            for each in stream.grants
            if each.system_id == system_id and each.behind_since is not None
        ]
        if behind:
            await share_again.execute(tx, system=system_id, grants=behind)
            await grant_store.CATCH_UP.execute(tx, scope=stream.scope, grants=behind)

    async def _share_logs(
        self, tx: Transaction, system_id: UUID, logs: _Stream, now: datetime
    ) -> None:
        if not (seen := logs.seen_by(system_id)):
            return
        changed: dict[UUID, list[date]] = defaultdict(list)
        for row in await store.SHARE_LOGS.all(
            tx,
            system=system_id,
            now=now,
            grant_id=[grant_id for grant_id, _ in seen],
            therapy_day=[each.key for _, each in seen],
            digest=[each.digest for _, each in seen],
        ):
            changed[row.grant_id].append(row.therapy_day)
        await self._deliveries.tell_of_changes(tx, system_id, changed)

    async def _share_sessions(
        self, tx: Transaction, system_id: UUID, sessions: _Stream, now: datetime
    ) -> None:
        if not (seen := sessions.seen_by(system_id)):
            return
        await store.SHARE_SESSIONS.execute(
            tx,
            system=system_id,
            now=now,
            grant_id=[grant_id for grant_id, _ in seen],
            session_id=[each.key for _, each in seen],
            therapy_day=[each.day for _, each in seen],
            digest=[each.digest for _, each in seen],
        )


def _by_child(given: Iterable[_Given]) -> dict[UUID, list[_Given]]:
    found: dict[UUID, list[_Given]] = defaultdict(list)
    for each in given:
        found[each.child_id].append(each)
    return found


def _digest(shared: DailyLog | TherapyResult | None) -> bytes | None:
    return shared and blake2b(json.encode(shared), digest_size=_DIGEST_BYTES).digest()
