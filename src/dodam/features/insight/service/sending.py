"""Sending what was recorded, many events at a time."""

from collections.abc import Sequence

from dodam.features.insight.models.events import SendBehaviourEvent
from dodam.features.insight.ports import Analytics, Outcome
from dodam.features.insight.service.people import People
from dodam.platform.database import Database


class Sending:
    def __init__(self, database: Database, people: People, analytics: Analytics) -> None:
        self._database = database
        self._people = people
        self._analytics = analytics

    async def send(self, tasks: Sequence[SendBehaviourEvent]) -> Sequence[Outcome]:
        """Send what is still consented to; what no longer is, is dropped here, and so is done."""
        pseudonyms = {each.event.distinct_id for each in tasks}
        async with self._database.reading() as db:
            followed = await self._people.still_followed(db, list(pseudonyms))
        places = [at for at, each in enumerate(tasks) if each.event.distinct_id in followed]
        outcomes: list[Outcome] = [None] * len(tasks)
        if places:
            answers = await self._analytics.send([tasks[at].event for at in places])
            for at, answer in zip(places, answers, strict=True):
                outcomes[at] = answer
        return outcomes
