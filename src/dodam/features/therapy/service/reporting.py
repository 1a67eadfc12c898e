"""What reports on play are made of. Children of test accounts are never in it."""

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from dodam.features.children.service.reporting import ChildReporting
from dodam.features.therapy.models.reporting import Played, WeekOfAll
from dodam.features.therapy.store import reporting as store
from dodam.platform.database import Reading

_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)


class TherapyReporting:
    def __init__(self, children: ChildReporting) -> None:
        self._children = children

    async def played(
        self, db: Reading, child_ids: Collection[UUID], since: date
    ) -> dict[UUID, Played]:
        """By child, of those that ever played; `days` are those from `since` on."""
        rows = await store.PLAYED.all(db, children=list(child_ids), since=since)
        return {row.child_id: Played(row.last_day, frozenset(row.days)) for row in rows}

    async def week(self, db: Reading, monday: date, zone: ZoneInfo) -> WeekOfAll:
        """The week that begins on a Monday: of therapy days, and of uploads by a zone's clocks.

        Children who are hidden are asked for nothing.
        """
        without = await self._children.left_out(db)
        hidden = await self._children.hidden(db)
        span = {"from_day": monday, "to_day": monday + _WEEK - _DAY}
        [activity] = await store.ACTIVITY.all(db, without=without, **span)
        [planned] = await store.PLANNED.all(db, without=[*without, *hidden], **span)
        [uploads] = await store.UPLOADS.all(
            db,
            without=without,
            from_instant=_midnight(monday, zone),
            to_instant=_midnight(monday + _WEEK, zone),
        )
        return WeekOfAll(
            active_children=activity.children,
            plays=activity.plays,
            active_ms=activity.active_ms,
            planned_days=planned.days,
            planned_children=planned.children,
            kept_days=planned.kept,
            kept_children=planned.kept_children,
            uploads=uploads.all,
            uploading_children=uploads.children,
            late_uploads=uploads.late,
            late_children=uploads.late_children,
        )


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
