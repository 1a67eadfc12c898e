"""Jobs that were given up: held as rows, with the reason, until somebody replays or discards them.

The rows are PgQueuer's: a held job is one with status `failed`, and why is told by its log.
"""

from collections.abc import Sequence
from datetime import datetime

import asyncpg
import sqlalchemy as sa
from msgspec import Struct

from dodam.platform.database import Reading, Transaction
from dodam.platform.jobs.kinds import Kinds
from dodam.platform.jobs.models import DeadLetter, DiscardedJob, HeldLately, ReplayedJobs
from dodam.platform.statements import Query, Statement

_REPLAYED_TOGETHER = 10_000
_ATTEMPTS = 4

_REASON = """
    left join lateral (
        select log.traceback ->> 'exception_message' as reason
        from jobs.pgqueuer_log log
        where log.job_id = job.id and log.status = 'failed'
        order by log.created desc, log.id desc
        limit 1
    ) told on true
"""


class _Held(Struct):
    id: int
    kind: str
    created_at: datetime
    held_at: datetime
    attempts: int
    reason: str


class _Discardable(Struct):
    id: int
    kind: str
    payload: bytes | None
    reason: str


class _Touched(Struct):
    id: int


class _Count(Struct):
    count: int


_PAGE = Query(
    sa.text(f"""
        select job.id, job.entrypoint as kind, job.created as created_at, job.updated as held_at,
            job.attempts + 1 as attempts, coalesce(told.reason, '') as reason
        from jobs.pgqueuer job {_REASON}
        where job.status = 'failed'
            and (cast(:kind as text) is null or job.entrypoint = :kind)
            and (job.updated, job.id) < (
                coalesce(:before, timestamptz 'infinity'), coalesce(:before_id, bigint '0')
            )
        order by job.updated desc, job.id desc
        limit :most
    """),  # noqa: S608 - a constant
    _Held,
)
# What waits or is under way already with the same key is not to be done twice.
_REPLAY = Query(
    sa.text("""
        with asked as (
            select id, dedupe_key,
                row_number() over (partition by dedupe_key order by id) as place
            from jobs.pgqueuer
            where status = 'failed'
                and (id = any(cast(:ids as bigint[])) or entrypoint = :kind)
                and not exists (
                    select from jobs.pgqueuer taken
                    where taken.dedupe_key = pgqueuer.dedupe_key
                        and taken.status in ('queued', 'picked')
                )
            order by id
            limit :most
        ), replayed as (
            update jobs.pgqueuer
            set status = 'queued', execute_after = now(), updated = now(), attempts = 0,
                queue_manager_id = null
            where status = 'failed'
                and id in (select id from asked where dedupe_key is null or place = 1)
            returning id, entrypoint, priority
        )
        insert into jobs.pgqueuer_log (job_id, status, entrypoint, priority)
        select id, 'queued', entrypoint, priority from replayed
        returning job_id as id
    """),
    _Touched,
)
_STILL_HELD = Query(
    sa.text("""
        select count(*) as count from jobs.pgqueuer
        where status = 'failed' and (id = any(cast(:ids as bigint[])) or entrypoint = :kind)
    """),
    _Count,
)
_DISCARDABLE = Query(
    sa.text(f"""
        select job.id, job.entrypoint as kind, job.payload, coalesce(told.reason, '') as reason
        from jobs.pgqueuer job {_REASON}
        where job.status = 'failed' and job.id = any(cast(:ids as bigint[]))
        order by job.id
        for update of job
    """),  # noqa: S608 - a constant
    _Discardable,
)
_DELETE = Statement(
    sa.text("""
        with deleted as (
            delete from jobs.pgqueuer where id = :id returning id, entrypoint, priority
        )
        insert into jobs.pgqueuer_log (job_id, status, entrypoint, priority)
        select id, 'deleted', entrypoint, priority from deleted
    """)
)
_INSTEAD = Statement(sa.text("update jobs.pgqueuer set payload = :payload where id = :id"))


_HELD_BETWEEN = Query(
    sa.text(f"""
        select entrypoint as kind, count(*) as count,
            coalesce(mode() within group (order by told.reason), '') as reason
        from jobs.pgqueuer job {_REASON}
        where job.status = 'failed' and job.updated > :since and job.updated <= :until
        group by entrypoint
        order by entrypoint
    """),  # noqa: S608 - a constant
    HeldLately,
)


class DeadLetters:
    def __init__(self, kinds: Kinds) -> None:
        self._kinds = kinds

    async def page(
        self, db: Reading, *, kind: str | None, before: tuple[datetime, int] | None, most: int
    ) -> list[DeadLetter]:
        """The one held last first, from those held `before` a place in that order."""
        at, id_ = before or (None, None)
        rows = await _PAGE.all(db, kind=kind, before=at, before_id=id_, most=most)
        return [
            DeadLetter(
                row.id,
                row.kind,
                self._lane(row.kind),
                row.created_at,
                row.held_at,
                row.attempts,
                row.reason,
            )
            for row in rows
        ]

    async def held_between(self, db: Reading, since: datetime, until: datetime) -> list[HeldLately]:
        """What was given up after one instant and up to another, by PostgreSQL's clock."""
        return await _HELD_BETWEEN.all(db, since=since, until=until)

    async def replay(
        self, tx: Transaction, *, ids: Sequence[int] = (), kind: str | None = None
    ) -> ReplayedJobs:
        """Have the letters with these ids and of this kind done anew, with all their attempts."""
        touched = await _replay(tx, ids, kind)
        [held] = await _STILL_HELD.all(tx, ids=ids, kind=kind)
        return ReplayedJobs([each.id for each in touched], held.count)

    async def discard(self, tx: Transaction, ids: Sequence[int]) -> list[DiscardedJob]:
        """Drop those of the ids that are held, and what belongs to them."""
        return [await self._discard(tx, each) for each in await _DISCARDABLE.all(tx, ids=ids)]

    async def _discard(self, tx: Transaction, job: _Discardable) -> DiscardedJob:
        kind = self._kinds.get(job.kind)
        instead = None
        if kind is not None and kind.discard is not None:
            instead = await kind.discard(tx, job.payload or b"")
        if instead is None:
            await _DELETE.execute(tx, id=job.id)
        else:
            await _INSTEAD.execute(tx, id=job.id, payload=instead)
            await self.replay(tx, ids=[job.id])
        return DiscardedJob(job.id, job.kind, job.reason, instead is not None)

    def _lane(self, kind: str) -> str | None:
        known = self._kinds.get(kind)
        return known.policy.lane.name if known else None


async def _replay(tx: Transaction, ids: Sequence[int], kind: str | None) -> list[_Touched]:
    asked = {"ids": ids, "kind": kind, "most": _REPLAYED_TOGETHER}
    for _ in range(_ATTEMPTS - 1):
        await tx.execute("savepoint replay")
        try:
            return await _REPLAY.all(tx, **asked)
        except asyncpg.UniqueViolationError:
            # The same work was asked for at this moment; the next attempt sees it, and leaves it.
            await tx.execute("rollback to savepoint replay")
    return await _REPLAY.all(tx, **asked)
