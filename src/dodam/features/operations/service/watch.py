"""Noticing that work does not get through, or was given up."""

from datetime import timedelta

from dodam.features.operations import store
from dodam.features.operations.models.notices import Level, SendNotice
from dodam.features.operations.service.notices import Notices
from dodam.platform.database import Transaction
from dodam.platform.jobs.dead_letters import DeadLetters
from dodam.platform.jobs.figures import Figures
from dodam.platform.jobs.kinds import name_of


class Watch:
    """`look` is to be called every minute, by one of all the processes."""

    def __init__(self, notices: Notices, figures: Figures, dead_letters: DeadLetters) -> None:
        self._notices = notices
        self._figures = figures
        self._dead_letters = dead_letters

    async def look(self, tx: Transaction) -> None:
        await self._look_at_lanes(tx)
        await self._look_at_dead_letters(tx)

    async def _look_at_lanes(self, tx: Transaction) -> None:
        late = {each.lane: each.since for each in await self._figures.late_lanes(tx)}
        known = {each.lane: each.lasted for each in await store.LATE_LANES.all(tx)}
        for lane, since in late.items():
            if lane not in known:
                await store.IS_LATE.execute(tx, lane=lane, since=since)
                title = f"{lane}: work does not get through"
                text = f"Its oldest work waits since {since:%Y-%m-%d %H:%M} UTC."
                await self._notices.tell(tx, Level.WARNING, title, text)
        for lane, lasted in known.items():
            if lane not in late:
                await store.IS_NOT_LATE.execute(tx, lane=lane)
                hours, minutes = divmod(lasted // timedelta(minutes=1), 60)
                title = f"{lane}: work gets through again"
                text = f"It did not for {hours} h {minutes} min."
                await self._notices.tell(tx, Level.GOOD, title, text)

    async def _look_at_dead_letters(self, tx: Transaction) -> None:
        told = await store.TOLD_UNTIL.first(tx)
        now = await store.TELL_UNTIL_NOW.first(tx)
        if told is None or now is None:
            return
        for held in await self._dead_letters.held_between(tx, told.until, now.until):
            # Of notices that could not be sent no further notice is sent.
            if held.kind != name_of(SendNotice):
                title = f"{held.count} of {held.kind} given up"
                await self._notices.tell(tx, Level.ERROR, title, f"Mostly: {held.reason}")
