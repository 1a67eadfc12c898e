"""Evenings in a house: the chore that begins them, and the work that follows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from dodam.bootstrap import Dodam
from dodam.features.therapy.events import DailyResultReady
from dodam.features.therapy.jobs import SummingUp
from dodam.features.therapy.models.daily_results import SumUpDay, SumUpDays
from dodam.features.therapy.service.daily_results import ResultsOfDays
from tests.conftest import CLOCK
from tests.facts import Facts
from tests.house import House

_TAKE = "delete from jobs.pgqueuer where entrypoint like 'therapy.sum_up%' returning *"


def summing_up(dodam: Dodam) -> SummingUp:
    """What a worker of this instance does it with."""
    results = dodam.services["results"]
    assert isinstance(results, ResultsOfDays)
    return SummingUp(dodam.database, results)


@dataclass
class Evenings:
    house: House
    facts: Facts

    async def at(self, now: datetime) -> None:
        """Move on in time, and do what is due then."""
        CLOCK.set(now)
        await self.begin()
        await self.work()

    async def begin(self) -> None:
        dodam = self.house.dodam
        async with dodam.database.transaction() as tx:
            await dodam.chores["begin-evenings"](tx)

    async def work(self) -> int:
        """Do every task there is; how many there were."""
        by = summing_up(self.house.dodam)
        done = 0
        while tasks := await self.tasks():
            for task in tasks:
                await (by.some(task) if isinstance(task, SumUpDays) else by.one(task))
            done += len(tasks)
        return done

    async def tasks(self) -> list[SumUpDays | SumUpDay]:
        """Take what waits in the queue."""
        async with self.house.dodam.database.transaction() as tx:
            rows = await tx.fetch(_TAKE)
        return [msgspec.json.decode(row["payload"], type=SumUpDays | SumUpDay) for row in rows]

    async def told(self, child: dict[str, Any]) -> list[str]:
        """The days whose result was told of, in order."""
        facts = await self.facts.of(child, DailyResultReady)
        assert {each.child_id for each in facts} <= {UUID(child["id"])}
        return [str(each.therapy_day) for each in facts]
