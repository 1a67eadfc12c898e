"""The result of a child's day: made once, in its evening where the child lives.

The evening begins at an hour of the child's clocks and lasts until its therapy day ends: a worker
that was away catches up until then, and never on the next day. What may be told of a day with a
plan, or with plays, is kept and published in one transaction, and the day is the key of what is
kept: so it is told once, however many workers there are, and however often the child's clocks
change. A day without either, or one that was excused and not played, has no result.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from math import ceil
from uuid import UUID

import msgspec

from dodam.features.children.models.children import Child, GuardiansChild
from dodam.features.children.service.children import Children
from dodam.features.children.service.reporting import ChildReporting
from dodam.features.therapy.events import DailyResultReady
from dodam.features.therapy.models.daily_results import SumUpDay, SumUpDays
from dodam.features.therapy.models.results import DailyResult, DailyResults
from dodam.features.therapy.service.progress import Progress
from dodam.features.therapy.service.ranges import day_range
from dodam.features.therapy.store import daily_results as store
from dodam.platform.clock import Clock
from dodam.platform.database import Reading, Transaction

_DAY = timedelta(days=1)
# So long, one transaction takes about a second.
_TOGETHER = 200
_MOST_AT_ONCE = 1_000_000
# A removed child may be restored, and consent given, before the day is over.
_LOOK_AGAIN_AFTER = timedelta(hours=1)


class ResultsOfDays:
    """`hour` is when the evening begins."""

    def __init__(
        self,
        clock: Clock,
        children: Children,
        reporting: ChildReporting,
        progress: Progress,
        *,
        hour: int,
    ) -> None:
        self._clock = clock
        self._children = children
        self._reporting = reporting
        self._progress = progress
        self._hour = hour

    async def between(
        self, db: Reading, child: Child, first: date | None, last: date | None
    ) -> DailyResults:
        """The results of a range of days, the last 31 without one. Raises InvalidInput."""
        today = child.therapy_day(self._clock.now())
        first, last = day_range(first, last, today, default_days=31)
        rows = await store.RESULTS.all(db, child=child.id, from_day=first, to_day=last)
        return DailyResults(child.id, first, last, [row.result() for row in rows])

    async def of(self, db: Reading, child_id: UUID, day: date) -> DailyResult | None:
        """The result of one day, if it was summed up and the child is not erased."""
        row = await store.RESULTS.first(db, child=child_id, from_day=day, to_day=day)
        return row.result() if row else None

    async def of_days(
        self, db: Reading, days: Sequence[tuple[UUID, date]]
    ) -> dict[tuple[UUID, date], DailyResult]:
        """The results of many days, by child and day."""
        if not days:
            return {}
        children, dates = zip(*days, strict=True)
        rows = await store.THESE.all(db, children=children, days=dates)
        return {(row.child_id, row.therapy_day): row.result() for row in rows}

    async def start(self, tx: Transaction, child: Child) -> None:
        """Have the days of a child that is being registered summed up, from today on."""
        today = child.therapy_day(self._clock.now())
        await store.START.execute(tx, child_id=child.id, due_at=child.at_hour(today, self._hour))

    async def begin(self, tx: Transaction) -> None:
        """Have the days of all whose evening has come summed up, some in each transaction."""
        due = await store.COUNT_DUE.first(tx, now=self._clock.now(), most=_MOST_AT_ONCE)
        for number in range(ceil((due.count if due else 0) / _TOGETHER)):
            await tx.enqueue(SumUpDays(), dedupe_key=f"therapy.sum_up_days:{number}")

    async def sum_up_some(self, tx: Transaction) -> None:
        """Sum up the days of children that no other worker is at."""
        taken = await store.TAKE_DUE.all(tx, now=self._clock.now(), most=_TOGETHER)
        await self._sum_up(tx, [each.child_id for each in taken])

    async def part(self, tx: Transaction) -> None:
        """Have each child of those taken next summed up by itself: one cannot be."""
        now = self._clock.now()
        taken = await store.TAKE_DUE.all(tx, now=now, most=_TOGETHER)
        for each in taken:
            await tx.enqueue(
                SumUpDay(child_id=each.child_id),
                dedupe_key=f"therapy.sum_up_day:{each.child_id}",
            )
        await self._set_due(tx, {each.child_id: now + _LOOK_AGAIN_AFTER for each in taken})

    async def sum_up_one(self, tx: Transaction, child_id: UUID) -> None:
        if await store.HOLD.first(tx, child=child_id):
            await self._sum_up(tx, [child_id])

    async def day_moved(self, tx: Transaction, child_id: UUID, day: date) -> None:
        """Follow a child's clocks: a day that is over by the new ones has its result now."""
        if not await store.HOLD.first(tx, child=child_id):
            return
        now = self._clock.now()
        due_at = now
        for child in await self._to_tell_of(tx, [child_id]):
            today = child.therapy_day(now)
            if day < today:
                await self._keep(tx, child, day)
            due_at = child.at_hour(today, self._hour)
        await self._set_due(tx, {child_id: due_at})

    async def _sum_up(self, tx: Transaction, child_ids: Collection[UUID]) -> None:
        now = self._clock.now()
        due = dict.fromkeys(child_ids, now + _LOOK_AGAIN_AFTER)
        for child in await self._to_tell_of(tx, child_ids):
            today = child.therapy_day(now)
            evening = child.at_hour(today, self._hour)
            if evening <= now:
                await self._keep(tx, child, today)
                evening = child.at_hour(today + _DAY, self._hour)
            due[child.id] = evening
        await self._set_due(tx, due)

    async def _to_tell_of(
        self, tx: Transaction, child_ids: Collection[UUID]
    ) -> list[GuardiansChild]:
        left_out = set(await self._reporting.left_out(tx))
        return [
            child
            for child in await self._children.consented(tx, child_ids)
            if child.id not in left_out
        ]

    async def _keep(self, tx: Transaction, child: GuardiansChild, day: date) -> None:
        result = await self._progress.sum_up(tx, child, day)
        if result is None:
            return
        kept = await store.KEEP.first(tx, child_id=child.id, **msgspec.structs.asdict(result))
        if kept is not None:
            await tx.publish(
                DailyResultReady(child_id=child.id, account_id=child.guardian_id, therapy_day=day)
            )

    async def _set_due(self, tx: Transaction, due: dict[UUID, datetime]) -> None:
        await store.SET_DUE.execute(tx, children=list(due), times=list(due.values()))
