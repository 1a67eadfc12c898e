"""How much is played, and how many people are new."""

from datetime import date, timedelta

from dodam.features.accounts.service.reporting import AccountReporting
from dodam.features.children.service.reporting import ChildReporting
from dodam.features.therapy.models.figures import DayFigures, Figures
from dodam.features.therapy.service.ranges import day_range
from dodam.features.therapy.store import sums as store
from dodam.platform.clock import Clock
from dodam.platform.database import Reading

_MS_A_MINUTE = 60_000


class FiguresOfAll:
    def __init__(self, clock: Clock, accounts: AccountReporting, children: ChildReporting) -> None:
        self._clock = clock
        self._accounts = accounts
        self._children = children

    async def of(self, db: Reading, first: date | None, last: date | None) -> Figures:
        """Each day of a range, the last 31 days without one. Raises InvalidInput."""
        today = self._clock.now().date()
        first, last = day_range(first, last, today, default_days=31)
        played = {
            row.therapy_day: row
            for row in await store.PLAYED_BY_ALL.all(
                db, from_day=first, to_day=last, without=await self._children.left_out(db)
            )
        }
        accounts = await self._accounts.opened(db, first, last)
        children = await self._children.registered(db, first, last)
        days: list[DayFigures] = []
        for number in range((last - first).days + 1):
            day = first + timedelta(days=number)
            row = played.get(day)
            days.append(
                DayFigures(
                    day=day,
                    active_children=row.children if row else 0,
                    plays=row.plays if row else 0,
                    minutes=round(row.active_ms / _MS_A_MINUTE, 1) if row else 0.0,
                    new_accounts=accounts.get(day, 0),
                    new_children=children.get(day, 0),
                )
            )
        return Figures(first, last, days)
