"""What is in force and what is scheduled, in the memory of every process."""

from collections import defaultdict
from collections.abc import Mapping

from dodam.features.livesettings.models.compiled import Compiled, Timeline
from dodam.features.livesettings.models.contents import Content
from dodam.features.livesettings.store import namespaces, publications
from dodam.features.livesettings.store.namespaces import Given
from dodam.features.livesettings.store.publications import Published
from dodam.platform.clock import Clock
from dodam.platform.database import Reading, Transaction
from dodam.platform.revisions import Revised


class InForce:
    """Dates decide which version holds at an instant, so no process has to be told when one comes.

    Versions before the one in force are forgotten: a clock that is set back past its beginning is
    answered with it.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._timelines = Revised("live_settings", self._read)

    async def now(self, db: Reading) -> list[Compiled]:
        """What is in force of each namespace that clients are given, by name."""
        instant = self._clock.now()
        timelines = await self._timelines.current(db)
        return [timeline.at(instant) for timeline in timelines.values()]

    async def change(self, tx: Transaction) -> None:
        """Announce a change, before anything that it depends on is read.

        Changes come one after the other from here on: none is decided by what another is changing.
        """
        await self._timelines.changed(tx)

    async def _read(self, db: Reading) -> Mapping[str, Timeline]:
        now = self._clock.now()
        in_force = {
            each.namespace: each for each in await publications.ALL_IN_FORCE.all(db, now=now)
        }
        to_come: dict[str, list[Published]] = defaultdict(list)
        for each in await publications.ALL_TO_COME.all(db, now=now):
            to_come[each.namespace].append(each)
        return {
            given.name: Timeline(
                _compiled(given, in_force.get(given.name)),
                [(each.takes_effect_at, _compiled(given, each)) for each in to_come[given.name]],
            )
            for given in await namespaces.GIVEN.all(db)
        }


def _compiled(given: Given, published: Published | None) -> Compiled:
    if published is None:
        return Compiled(given.name, 0, given.defaults, Content())
    return Compiled(given.name, published.version, given.defaults, published.content)
