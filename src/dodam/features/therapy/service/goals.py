"""Telling, once, that all of a day's plan is done."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from msgspec import Struct

from dodam.features.children.models.children import Child
from dodam.features.content.models.motions import TherapyHand
from dodam.features.content.service.catalogue import Catalogue
from dodam.features.therapy.events import TherapyGoalReached
from dodam.features.therapy.models.days import History
from dodam.features.therapy.models.plans import Plan
from dodam.features.therapy.models.results import Sums
from dodam.features.therapy.store import goals as store
from dodam.platform.clock import Clock
from dodam.platform.database import Transaction

# A record that comes later than the day after rings no phone.
_FRESH = timedelta(days=1)


class PlayedDay(Struct, frozen=True):
    """A day that plays were added to."""

    guardian_id: UUID
    child: Child
    day: date


def fresh_days(days: Iterable[PlayedDay], now: datetime) -> dict[tuple[UUID, date], PlayedDay]:
    """Those of the days, by child and day, that are today or yesterday where the child lives."""
    return {
        (each.child.id, each.day): each
        for each in days
        if each.day >= each.child.therapy_day(now) - _FRESH
    }


class Goals:
    def __init__(self, clock: Clock, catalogue: Catalogue) -> None:
        self._clock = clock
        self._catalogue = catalogue

    async def plays_added(self, tx: Transaction, days: Iterable[PlayedDay]) -> None:
        """Note and publish the goals that plays just added in `tx` have reached.

        Adding locks the day's sums until `tx` ends, so of uploads at the same time the last one
        sees the plays of all.
        """
        fresh = fresh_days(days, self._clock.now())
        if not fresh:
            return
        children, dates = zip(*fresh, strict=True)
        played: dict[tuple[UUID, date], dict[tuple[str, TherapyHand], Sums]] = defaultdict(dict)
        for row in await store.SUMS.all(tx, children=children, days=dates):
            played[row.child_id, row.therapy_day][row.motion, row.hand] = row
        plans: dict[UUID, list[Plan]] = defaultdict(list)
        played_children = [child for child, _ in played]
        for plan in await store.PLANS.all(tx, children=played_children, first=min(dates)):
            plans[plan.child_id].append(plan)
        catalogue = await self._catalogue.motions(tx)
        for key, sums in played.items():
            child_id, day = key
            history = History(plans[child_id], {day: sums}, {}, catalogue, day)
            if history.day(day).goal_reached:
                await self._note(tx, fresh[key])

    async def _note(self, tx: Transaction, reached: PlayedDay) -> None:
        noted = await store.NOTE.first(
            tx, child_id=reached.child.id, therapy_day=reached.day, reached_at=self._clock.now()
        )
        if noted is not None:
            await tx.publish(
                TherapyGoalReached(
                    child_id=reached.child.id,
                    account_id=reached.guardian_id,
                    therapy_day=reached.day,
                )
            )
