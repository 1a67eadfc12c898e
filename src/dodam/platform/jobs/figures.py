"""How the queue does: what waits, what is done, and which lanes do not get through."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from msgspec import Struct

from dodam.platform.database import Reading
from dodam.platform.jobs.kinds import Kinds
from dodam.platform.jobs.models import KindFigures, LateLane
from dodam.platform.statements import Query

# Work that does not get through for so long is late.
LATE = timedelta(minutes=10)


class _Now(Struct):
    kind: str
    waiting: int
    due: int
    under_way: int
    held: int
    oldest_due: datetime | None


class _LastHour(Struct):
    kind: str
    outcome: str
    count: int


_NOW = Query(
    sa.text("""
        select entrypoint as kind,
            count(*) filter (where status = 'queued' and execute_after > now()) as waiting,
            count(*) filter (where status = 'queued' and execute_after <= now()) as due,
            count(*) filter (where status = 'picked') as under_way,
            count(*) filter (where status = 'failed') as held,
            min(execute_after) filter (
                where status = 'queued' and execute_after <= now()
            ) as oldest_due
        from jobs.pgqueuer
        group by entrypoint
    """),
    _Now,
)
# What is done is counted by the second as soon as a worker sums it up; a job that was put off or
# given up left a traceback.
_LAST_HOUR = Query(
    sa.text("""
        select kind, outcome, cast(sum(count) as bigint) as count
        from (
            select entrypoint as kind, 'done' as outcome, count
            from jobs.pgqueuer_statistics
            where created > now() - interval '1 hour' and status = 'successful'
            union all
            select entrypoint, 'done', 1
            from jobs.pgqueuer_log
            where not aggregated and created > now() - interval '1 hour' and status = 'successful'
            union all
            select entrypoint, case status when 'failed' then 'held' else 'put off' end, 1
            from jobs.pgqueuer_log
            where traceback is not null and created > now() - interval '1 hour'
        ) outcomes
        group by kind, outcome
    """),
    _LastHour,
)
_LATE = Query(
    sa.text("""
        with named as (
            select * from unnest(cast(:kinds as text[]), cast(:lanes as text[])) named (kind, lane)
        ), alive as (
            select distinct lane
            from jobs.pgqueuer_statistics done
            join named on kind = done.entrypoint
            where done.status = 'successful' and done.created > now() - cast(:late as interval)
        )
        select lane, min(least(due.since, under_way.since, tried.since)) as since
        from named
        cross join lateral (
            select min(execute_after) as since from jobs.pgqueuer
            where entrypoint = kind and status = 'queued'
                and execute_after < now() - cast(:late as interval)
        ) due
        cross join lateral (
            select min(execute_after) as since from jobs.pgqueuer
            where entrypoint = kind and status = 'picked'
                and execute_after < now() - cast(:late as interval)
        ) under_way
        cross join lateral (
            select min(created) as since from jobs.pgqueuer
            where entrypoint = kind and status in ('queued', 'picked') and attempts > 0
                and created < now() - cast(:late as interval)
                and lane not in (select lane from alive)
        ) tried
        where coalesce(due.since, under_way.since, tried.since) is not null
        group by lane
        order by lane
    """),
    LateLane,
)


class Figures:
    def __init__(self, kinds: Kinds) -> None:
        self._kinds = kinds

    async def by_kind(self, db: Reading) -> list[KindFigures]:
        """Every kind there is work of or could be, by lane and name."""
        now = {row.kind: row for row in await _NOW.all(db)}
        hour = {(row.kind, row.outcome): row.count for row in await _LAST_HOUR.all(db)}
        lanes: dict[str, str | None] = dict.fromkeys([*now, *(kind for kind, _ in hour)])
        lanes |= {kind.name: kind.policy.lane.name for kind in self._kinds}
        nothing = _Now("", 0, 0, 0, 0, None)
        found: list[KindFigures] = []
        for kind, lane in lanes.items():
            row = now.get(kind, nothing)
            found.append(
                KindFigures(
                    kind,
                    lane,
                    row.waiting,
                    row.due,
                    row.under_way,
                    row.held,
                    row.oldest_due,
                    hour.get((kind, "done"), 0),
                    hour.get((kind, "put off"), 0),
                    hour.get((kind, "held"), 0),
                )
            )
        return sorted(found, key=lambda each: (each.lane or "", each.kind))

    async def late_lanes(self, db: Reading) -> list[LateLane]:
        """The lanes that do not get through.

        One is late when a job of it is due since `LATE` and not done, though it may be under way:
        it waits there for its service. Or when one that was made that long ago was put off, and
        no other of the lane was done lately: what asks in vain is due for moments only.
        """
        lanes = {kind.name: kind.policy.lane.name for kind in self._kinds}
        return await _LATE.all(db, kinds=list(lanes), lanes=list(lanes.values()), late=LATE)
