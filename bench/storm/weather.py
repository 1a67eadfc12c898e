"""The storm itself: what befalls requests, from when, and for how long."""

from dodam_sim.world.faults import WELL, Faults
from dodam_sim.world.world import World

# A quarter of all requests fails: half of those after the service took them.
FAULTS = Faults(
    down=0.05,
    lost=0.05,
    slow=0.03,
    slow_seconds=2,
    stuck=0.005,
    half=0.03,
    garbage=0.02,
    busy=0.03,
    broken=0.05,
)
_STORMY = ("discord", "sens", "mixpanel")


class Storm:
    """Requests fail from the start; the `lasts` seconds, after which it passes, count from the
    first that was served. Without them it never passes.
    """

    def __init__(self, world: World, lasts: int | None) -> None:
        self._world = world
        self._lasts = lasts
        self._began: float | None = None
        self._let_fail(FAULTS)

    def look(self, now: float) -> float:
        """How many seconds it has raged by now; lets it pass when it is time."""
        if self._began is None:
            if not self._anything_arrived():
                return 0.0
            self._began = now
        raged = now - self._began
        if self._lasts is not None and raged >= self._lasts:
            self._let_fail(WELL)
        return raged

    def _anything_arrived(self) -> bool:
        world = self._world
        return bool(world.discord.accepted or world.sens.talks or world.mixpanel.events.imported)

    def _let_fail(self, faults: Faults) -> None:
        for name in _STORMY:
            self._world.members[name].line.faults = faults
