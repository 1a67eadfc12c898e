"""What those who were told of days and sessions must be told again, and what of them is so now."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, datetime
from uuid import UUID

from dodam.features.therapy.models.changes import DailyLog, Touched
from dodam.features.therapy.models.results import MotionTotals, TherapyResult
from dodam.features.therapy.store import changes as store
from dodam.platform.database import Reading


class Changes:
    """Uploads note nothing for it: what came in is found by the time it was received."""

    async def since(self, db: Reading, since: Mapping[UUID, datetime]) -> set[Touched]:
        """What plays were added to or corrected in, by child each since an instant of its own.

        Both are seen from when they are stored, a moment after the time by which they are found.
        """
        if not since:
            return set()
        asked = {
            "children": list(since),
            "since": list(since.values()),
            "oldest": min(since.values()),
        }
        added = await store.ADDED.all(db, **asked)
        return {*added, *await store.CORRECTED.all(db, **asked)}

    async def logs(
        self, db: Reading, days: Collection[tuple[UUID, date]]
    ) -> dict[tuple[UUID, date], DailyLog]:
        """Those of the days, by child and day, that something was played on."""
        if not days:
            return {}
        children, dates = zip(*days, strict=True)
        motions: dict[tuple[UUID, date], list[MotionTotals]] = defaultdict(list)
        for row in await store.MOTIONS.all(db, children=children, days=dates):
            motions[row.child_id, row.therapy_day].append(
                MotionTotals(row.motion, row.hand, row.totals())
            )
        return {
            (key := (row.child_id, row.therapy_day)): DailyLog(
                day=row.therapy_day,
                first_play_at=row.first_play_at,
                last_play_at=row.last_play_at,
                totals=row.totals(),
                by_motion=motions[key],
            )
            for row in await store.DAYS.all(db, children=children, days=dates)
        }

    async def sessions(
        self, db: Reading, sessions: Collection[tuple[UUID, UUID]]
    ) -> dict[tuple[UUID, UUID], TherapyResult]:
        """Those of the sessions, by child and session, that there is a result of."""
        if not sessions:
            return {}
        children, ids = zip(*sessions, strict=True)
        return {
            (row.child_id, row.session_id): TherapyResult(
                row.session_id, row.therapy_day, row.started_at, row.ended_at, row.totals()
            )
            for row in await store.SESSIONS.all(db, children=children, sessions=ids)
        }
